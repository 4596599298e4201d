/** V6's errors as its document shows them, and as canned faults. */
import type { Answer } from "../exchange.ts";
import type { Fault } from "../faults.ts";
import type { V6Quirks } from "./options.ts";

export interface V6Error {
  readonly httpStatusCode: number;
  readonly msg: string;
  readonly violations?: readonly string[];
}

/** The document's two 401 texts. */
export const missingKey: V6Error = {
  httpStatusCode: 401,
  msg: "Unauthorised: Cannot find API key in the header or the API key is not correct. Make sure the API key is embedded in the request header, under Authorization property. E.x. Authorization: apikey provided-API-key",
};
export const invalidKey: V6Error = { httpStatusCode: 401, msg: "Invalid API Key" };

/** A 400 that lists what is wrong. */
export function badRequest(violations: readonly string[]): V6Error {
  return { httpStatusCode: 400, msg: "Bad Request", violations };
}

/** The answer that tells an error; a quirk may break its JSON or hide its status. */
export function errorAnswer(error: V6Error, quirks: V6Quirks = {}): Answer {
  const status = quirks.errorsWithin200 === true ? 200 : error.httpStatusCode;
  return { status, body: quirks.brokenErrors === true ? brokenText(error) : error };
}

/** A fault: an error of V6 inside HTTP 200. */
export function errorWithin200(error: V6Error): Fault {
  return { kind: "answer", status: 200, body: error };
}

/** A fault: 429 with Retry-After in seconds. */
export function rateLimited(retryAfter: number): Fault {
  const body: V6Error = { httpStatusCode: 429, msg: "Too Many Requests" };
  return { kind: "status", status: 429, headers: { "retry-after": String(retryAfter) }, body };
}

// As in the document: a doubled comma, and a text whose closing quote is missing.
function brokenText({ httpStatusCode, msg, violations }: V6Error): string {
  const list = violations === undefined ? "" : `"violations": ${JSON.stringify(violations)},`;
  return `{ ${list}\n   "httpStatusCode": ${httpStatusCode},, "msg": "${msg}\n}\n`;
}
