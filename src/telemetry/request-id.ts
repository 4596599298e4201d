/** The id of a request: the caller's own where it has a sane one, so that its log and ours can be laid side by side. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

// What cannot break a log line, a header or a search: the ids of proxies and of other services are all of this form.
const sane = /^[\w.:=+/@-]{1,128}$/;

/** The id in `x-request-id`, or a new UUID. */
export function requestIdOf({ "x-request-id": given }: IncomingHttpHeaders): string {
  return typeof given === "string" && sane.test(given) ? given : randomUUID();
}
