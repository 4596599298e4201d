/** The id of a request: the caller's own where it has a sane one, so that its log and ours can be laid side by side. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";

// What cannot break a log line, a header or a search: the ids of proxies and of other services are all of this form.
const sane = /^[\w.:=+/@-]{1,128}$/;

/** The id in `x-request-id`, or a new UUID. */
export function requestIdOf({ "x-request-id": given }: IncomingHttpHeaders): string {
  return typeof given === "string" && sane.test(given) ? given : randomUUID();
}

// Set when it is sent, and where it can be together with the rest: one header that is set by itself makes all of them dear.
const noted = Symbol("request id");

interface Noted extends ServerResponse {
  [noted]?: string;
}

/** Notes the id of the request that is answered. */
export function noteRequestId(response: ServerResponse, id: string): void {
  (response as Noted)[noted] = id;
}

/** The id that was noted; undefined when none was. */
export function notedRequestId(response: ServerResponse): string | undefined {
  return (response as Noted)[noted];
}

/** Sets the header of the id that was noted, for whoever sets headers one by one; may be called again. */
export function tellRequestId(response: ServerResponse): void {
  const id = notedRequestId(response);
  if (id !== undefined && !response.headersSent) response.setHeader("x-request-id", id);
}
