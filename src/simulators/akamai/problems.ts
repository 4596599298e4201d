/** Akamai's two shapes of problem+json: that of its gateway, which knows no invoices, and that of the API behind it. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Answer, SimulatorRequest } from "../exchange.ts";

const headers = { "content-type": "application/problem+json" };

/** Refused at the gateway: 400 with `request-error` for what cannot be checked, 401 with `deny` for what is wrong. */
export function gatewayProblem(
  request: SimulatorRequest,
  host: string,
  status: 400 | 401,
  detail: string,
): Answer {
  const body = {
    type: `https://problems.luna.akamaiapis.net/-/pep-authn/${status === 400 ? "request-error" : "deny"}`,
    title: status === 400 ? "Bad request" : "Not authorized",
    status,
    detail,
    instance: `https://${host}${request.url}`,
    method: request.method,
    serverIp: "192.0.2.61",
    clientIp: "192.0.2.17",
    requestId: randomBytes(4).toString("hex"),
    requestTime: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  };
  return { status, headers, body };
}

/** Refused by the API: the number of the error's type, its title, and what is wrong in particular. */
export function apiProblem(status: number, errorType: number, title: string, particular: string): Answer {
  const type = `/billing/error-types/${errorType}`;
  const body = { type, title, incidentId: randomUUID(), errors: [{ type, title: particular }] };
  return { status, headers, body };
}
