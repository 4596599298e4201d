/** The entrance: who asks for more than can be done is refused before anything else is known, for that has to cost next to nothing. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EndSignal } from "../model/ending.ts";
import { Failure } from "../model/errors.ts";
import { subgraphPath } from "../subgraph/gate.ts";
import { noteRequestId, requestIdOf } from "../telemetry/request-id.ts";
import { failureBody, plainHeaders } from "./edge/edge.ts";
import { headersOf, statusOf } from "./edge/status.ts";
import type { Handler } from "./handler.ts";
import type { Admission, Shedding } from "./overload/shedding.ts";

/** What comes behind it; the admission is null for what is no load, such as files and health. */
export type Inside = (
  request: IncomingMessage,
  response: ServerResponse,
  ended: EndSignal,
  admission: Admission | null,
) => Promise<void>;

// The same for everybody, so made once; without a time to come back at, it is a second.
const overloaded = new Failure("OVERLOADED");
const status = statusOf(overloaded.code);
const body = failureBody(overloaded);
const head = Object.entries({
  ...plainHeaders,
  "content-type": "application/json; charset=utf-8",
  "content-length": String(Buffer.byteLength(body)),
  ...headersOf(overloaded),
}).flat();
const done = Promise.resolve();

/** The handler with this entrance before it. `onRefused` is told of each that is refused; it is not seen inside. */
export function createEntrance(
  shedding: Shedding,
  inside: Inside,
  onRefused: (route: "graphql" | "subgraph") => void,
): Handler {
  return (request, response, ended) => {
    const { url = "/" } = request;
    const isGraphQL = isAt(url, "/graphql");
    if (!isGraphQL && !isAt(url, subgraphPath)) return inside(request, response, ended, null);
    const admission = shedding.enter();
    if (admission !== null) {
      ended.addEventListener("abort", admission.leave);
      return inside(request, response, ended, admission);
    }
    noteRequestId(response, requestIdOf(request.headers));
    response.writeHead(status, head).end(body);
    onRefused(isGraphQL ? "graphql" : "subgraph");
    return done;
  };
}

function isAt(url: string, path: string): boolean {
  return url.startsWith(path) && (url.length === path.length || url[path.length] === "?");
}
