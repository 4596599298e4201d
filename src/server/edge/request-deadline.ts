/** How long a client wants to wait: told in a header, so that nobody works for somebody who has given up. */
import type { IncomingHttpHeaders } from "node:http";
import { Failure } from "../../model/errors.ts";

/** Its name; its value is a whole number of milliseconds. */
const timeoutHeader = "x-request-timeout-ms";

/** Milliseconds for this request: what the client says, and never more than `mostMs`. Throws BAD_INPUT. */
export function requestTimeoutMs(headers: IncomingHttpHeaders, mostMs: number): number {
  const told = headers[timeoutHeader];
  if (told === undefined) return mostMs;
  if (typeof told !== "string" || !/^[1-9]\d{0,8}$/.test(told.trim()))
    throw new Failure("BAD_INPUT", {
      message:
        "The header X-Request-Timeout-Ms must be a whole number of milliseconds from 1 to 999999999, such as 2000.",
    });
  return Math.min(Number(told), mostMs);
}
