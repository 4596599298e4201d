/** The front door: every request is sent where it belongs, after it proved who it is. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Authenticator } from "../auth/authenticate.ts";
import type { Context } from "../context.ts";
import { type FileRoute, filesPath } from "../delivery/route.ts";
import type { EndSignal } from "../model/ending.ts";
import { Failure, toFailure } from "../model/errors.ts";
import type { Call } from "../model/source.ts";
import type { Viewer } from "../model/viewer.ts";
import { type SubgraphGate, subgraphPath } from "../subgraph/gate.ts";
import type { RequestWatch } from "../telemetry/requests.ts";
import type { ServerConfig } from "./config.ts";
import { readBody } from "./edge/body.ts";
import { checkHead, corsHeaders, isPreflight, plainHeaders, sendFailure } from "./edge/edge.ts";
import { requestTimeoutMs } from "./edge/request-deadline.ts";
import type { Inside } from "./entrance.ts";
import { type Unready, answerHealth } from "./health/health.ts";
import type { Asked, Door } from "./lane/lane.ts";
import { type RateLimiter, rateLimited } from "./limits/rate-limit.ts";
import type { Admission } from "./overload/shedding.ts";
import { type OnSurprise, surprisesOf } from "./surprise.ts";

/** What stands behind the front door. */
export interface HandlerParts {
  readonly config: ServerConfig;
  readonly authenticator: Authenticator;
  readonly graphql: Door;
  /** What a router of a supergraph asks; null: nothing is answered as a subgraph. */
  readonly subgraph: { readonly gate: SubgraphGate; readonly graphql: Door } | null;
  /** Null: no budget. */
  readonly rateLimit: RateLimiter | null;
  /** Null: there is none. */
  readonly graphiqlPage: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | null;
  /** What stands at `/`; it decides itself who may see it. Null: there is none. */
  readonly frontPage: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | null;
  readonly files: FileRoute;
  readonly contextOf: (viewer: Viewer, call: Call) => Context;
  /** What upstream calls of a request carry as `Call.trace`. */
  readonly traceOf: (request: IncomingMessage) => object | undefined;
  /** Told why a request was refused here. */
  readonly watch: Pick<RequestWatch, "answered">;
  /** Null: traffic is wanted. */
  readonly unready: () => Unready | null;
  readonly onSurprise: OnSurprise;
}

/** Answers one request wholly; never throws. `ended` tells when its answer has been sent, or its client has left. */
export type Handler = (request: IncomingMessage, response: ServerResponse, ended: EndSignal) => Promise<void>;

/** A request to a GraphQL endpoint, let in. */
interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly ended: EndSignal;
  readonly admission: Admission;
}

/** The handler; what comes to a GraphQL endpoint must be admitted. */
export function createHandler(parts: HandlerParts): Inside {
  const {
    config,
    authenticator,
    graphql,
    subgraph,
    rateLimit,
    graphiqlPage,
    frontPage,
    files,
    contextOf,
    traceOf,
    watch,
    unready,
    onSurprise,
  } = parts;

  async function answerGraphQL(arrival: Arrival): Promise<void> {
    const { request, response, ended, admission } = arrival;
    for (const [name, value] of corsHeaders(request.headers, config.corsOrigins))
      response.setHeader(name, value);
    if (isPreflight(request)) {
      admission.leave();
      response.writeHead(204, { ...plainHeaders, allow: "GET, POST, OPTIONS" }).end();
      return;
    }
    if (
      graphiqlPage !== null &&
      request.method === "GET" &&
      /\btext\/html\b/.test(request.headers.accept ?? "")
    ) {
      admission.leave();
      return graphiqlPage(request, response);
    }
    // Waited for even where it is known at once: Node reads meanwhile what was sent together with the head.
    const viewer = await authenticator.authenticate(request.headers);
    takeShare(viewer, arrival);
    checkHead(request);
    // Asked before the body is read: who has nothing left makes us read, parse and validate nothing.
    const waitSeconds = rateLimit === null ? null : await rateLimit.wait(viewer.id);
    if (waitSeconds !== null) throw rateLimited(waitSeconds);
    const read = request.method === "GET" ? null : readBody(request, config.limits.bodyBytes, ended);
    const body = read instanceof Promise ? await read : read;
    const asked = askedOf(viewer, body, arrival);
    const turn = admission.turn();
    if (turn !== null) await turn;
    await graphql(asked);
  }

  async function answerRouter(
    { gate, graphql: ofSubgraph }: NonNullable<HandlerParts["subgraph"]>,
    arrival: Arrival,
  ): Promise<void> {
    const { request, ended } = arrival;
    const admit = gate.open(request);
    checkHead(request);
    const body = await readBody(request, config.limits.bodyBytes, ended);
    const viewer = await admit(body);
    takeShare(viewer, arrival);
    const asked = askedOf(viewer, body, arrival);
    await arrival.admission.turn();
    await ofSubgraph(asked);
  }

  function askedOf(
    viewer: Viewer,
    body: Buffer | null,
    { request, response, ended, admission }: Arrival,
  ): Asked {
    const timeoutMs = requestTimeoutMs(request.headers, config.requestTimeoutMs);
    const deadlineAt = Date.now() + timeoutMs;
    const call: Call = { signal: ended, deadlineAt, trace: traceOf(request) };
    if (ended.aborted) throw new Failure("CANCELLED");
    return {
      req: request,
      res: response,
      body,
      viewer,
      call,
      settled: admission.leave,
      contextFor: (own) => contextOf(viewer, own),
    };
  }

  return async (request, response, ended, admission) => {
    try {
      const { url = "/" } = request;
      const queryAt = url.indexOf("?");
      const path = queryAt === -1 ? url : url.slice(0, queryAt);
      if (answerHealth(path, response, unready)) return;
      if (path === "/graphql" && admission !== null)
        return await answerGraphQL({ request, response, ended, admission });
      if (path === subgraphPath && subgraph !== null && admission !== null)
        return await answerRouter(subgraph, { request, response, ended, admission });
      if (path.startsWith(filesPath)) return await files(request, response);
      if (path === "/" && frontPage !== null) return await frontPage(request, response);
      if (path === "/" && graphiqlPage !== null) {
        response.writeHead(302, { ...plainHeaders, location: "/graphql" }).end();
        return;
      }
      await authenticator.authenticate(request.headers);
      throw new Failure("NOT_FOUND", { message: "There is nothing here: the API is at /graphql." });
    } catch (thrown) {
      // Not only when its client has read the refusal: behind a slow answer, or to nobody who reads, that may take as long as the client likes.
      admission?.leave();
      const failure = toFailure(thrown);
      if (failure.code === "INTERNAL") surprisesOf(onSurprise, response)(failure.cause ?? failure);
      if (response.headersSent || failure.code === "CANCELLED") {
        response.destroy();
        return;
      }
      watch.answered(request, null, [failure.code]);
      sendFailure(response, failure);
    }
  };
}

// Customer service is the company itself, often by one credential for all that it does.
function takeShare({ customerId }: Viewer, { admission }: Arrival): void {
  if (customerId !== null) admission.belongTo(customerId);
}
