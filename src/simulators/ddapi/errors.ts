/** DDAPI's errors: ASP.NET Web API's HttpError, and canned faults made of it. */
import type { Fault } from "../faults.ts";

/** Web API's words for an error. */
export interface HttpError {
  Message: string;
  MessageDetail?: string;
  ModelState?: Record<string, string[]>;
  ExceptionMessage?: string;
  ExceptionType?: string;
  StackTrace?: string;
}

export const denied: HttpError = { Message: "Authorization has been denied for this request." };

/** A parameter that is missing or no Int32. */
export function invalidNumber(name: string, value: string | null): HttpError {
  const problem = value === null ? "A value is required." : `The value '${value}' is not valid for Int32.`;
  return { Message: "The request is invalid.", ModelState: { [name]: [problem] } };
}

/** No route leads there. */
export function noRoute(url: string): HttpError {
  return {
    Message: `No HTTP resource was found that matches the request URI '${url}'.`,
    MessageDetail: "No type was found that matches the controller named in the request.",
  };
}

/** An exception with its stack trace, as with customErrors switched off. */
export const crashed: HttpError = {
  Message: "An error has occurred.",
  ExceptionMessage: "Login failed for user 'ddapi_prod' on SQL-INT-04.",
  ExceptionType: "System.Data.SqlClient.SqlException",
  StackTrace: `   at Compilator.DDAPI.Data.Repository.Open() in D:\\build\\ddapi\\Repository.cs:line 88\r\n${"   at System.Web.Http.Controllers.ActionExecutor.Execute()\r\n".repeat(60)}`,
};

/** A fault: 500 with a stack trace. */
export function stackTrace(): Fault {
  return { kind: "status", status: 500, body: crashed };
}

/** A fault: 429 with Retry-After in seconds. */
export function rateLimited(retryAfter: number): Fault {
  const body: HttpError = { Message: "API calls quota exceeded." };
  return { kind: "status", status: 429, headers: { "retry-after": String(retryAfter) }, body };
}

/** A fault: this text as an XML answer. */
export function xmlAnswer(text: string): Fault {
  return { kind: "answer", headers: { "content-type": "application/xml; charset=utf-8" }, body: text };
}
