/** The id of a request: the caller's own where it has a sane one, so that its log and ours can be laid side by side. */
import { randomUUID } from "node:crypto";
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  ServerResponse,
} from "node:http";

// What cannot break a log line, a header or a search: the ids of proxies and of other services are all of this form.
const sane = /^[\w.:=+/@-]{1,128}$/;

/** The id in `x-request-id`, or a new UUID. */
export function requestIdOf({ "x-request-id": given }: IncomingHttpHeaders): string {
  return typeof given === "string" && sane.test(given) ? given : randomUUID();
}

const noted = Symbol("request id");

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/** A response that tells the id noted on it with its head, whoever writes that. */
export class IdentifiedResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  [noted]: string | undefined = undefined;

  override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
    const id = this[noted];
    // Among the names and values that Node writes as they are: one header that is set by itself makes all of them dear.
    if (id !== undefined && Array.isArray(reason))
      return super.writeHead(status, [...reason, "x-request-id", id]);
    if (id !== undefined) this.setHeader("x-request-id", id);
    return super.writeHead(status, reason as string, headers);
  }
}

/** Notes the id of the request that is answered. */
export function noteRequestId(response: ServerResponse, id: string): void {
  (response as IdentifiedResponse)[noted] = id;
}

/** The id that was noted; undefined when none was. */
export function notedRequestId(response: ServerResponse): string | undefined {
  return (response as IdentifiedResponse)[noted];
}
