/** Akamai's own ways to fail, as faults for `setFault`. */
import type { Fault } from "../faults.ts";

const problem = { "content-type": "application/problem+json" };

function gateway(status: number, kind: string, title: string, detail: string): Fault {
  const body = {
    type: `https://problems.luna.akamaiapis.net/-/${kind}`,
    title,
    status,
    detail,
    instance: "https://akab-simulated.luna.akamaiapis.net/invoicing-api/v4/invoices",
    method: "GET",
    serverIp: "192.0.2.61",
    clientIp: "192.0.2.17",
    requestId: "933ed8a4",
    requestTime: "2026-02-26T17:41:25Z",
  };
  return { kind: "status", status, headers: problem, body };
}

function api(status: number, errorType: number, title: string, particular: string): Fault {
  const type = `/billing/error-types/${errorType}`;
  const incidentId = "c7b6d7be-9268-4410-a031-cc0d013ce5c3";
  const body = { type, title, incidentId, errors: [{ type, title: particular }] };
  return { kind: "status", status, headers: problem, body };
}

/** Each is what Akamai's documents or its users' reports show. */
export const akamaiFaults = {
  signature: gateway(401, "pep-authn/deny", "Not authorized", "The signature does not match"),
  inactiveToken: gateway(401, "pep-authn/deny", "Not authorized", "Inactive client token"),
  timestamp: gateway(400, "pep-authn/request-error", "Bad request", "Invalid timestamp"),
  forbidden: gateway(403, "pep-authz/deny", "Forbidden", "The client does not have the grants"),
  accessDenied: api(403, 11, "User in current context cannot access resource", "Access is denied"),
  badRequest: api(400, 1, "An incorrect request has been sent", "Field 'month' is invalid"),
  notFound: api(404, 3, "URL not found", "No handler found"),
  serverError: api(500, 99, "Internal error", "java.lang.NullPointerException at 192.0.2.61"),
  tooMany: {
    ...api(429, 12, "Too many requests", "The limit of the account is reached"),
    headers: { ...problem, "x-ratelimit-limit": "500", "x-ratelimit-remaining": "0" },
  } as Fault,
  noContent: { kind: "answer", status: 204, body: "" } as Fault,
  /** An error message with status 200, as a file. */
  problemAsFile: {
    kind: "answer",
    headers: problem,
    body: { type: "/billing/error-types/99", title: "Internal error", incidentId: "c7b6d7be" },
  } as Fault,
};
