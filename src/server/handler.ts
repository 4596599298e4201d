/** The front door: every request is sent where it belongs, after it proved who it is. */
import { setMaxListeners } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Authenticator } from "../auth/authenticate.ts";
import type { Context } from "../context.ts";
import { type FileRoute, filesPath } from "../delivery/route.ts";
import { Failure, toFailure } from "../model/errors.ts";
import type { Call } from "../model/source.ts";
import type { Viewer } from "../model/viewer.ts";
import type { ServerConfig } from "./config.ts";
import { corsHeaders, plainHeaders, refuseUnread, sendRefusal } from "./edge.ts";
import type { GraphQLHandler } from "./graphql.ts";
import { answerHealth } from "./health.ts";

export interface HandlerParts {
  readonly config: ServerConfig;
  readonly authenticator: Authenticator;
  readonly graphql: GraphQLHandler;
  /** Null: there is none. */
  readonly graphiqlPage: ((request: IncomingMessage, response: ServerResponse) => void) | null;
  readonly files: FileRoute;
  readonly contextOf: (viewer: Viewer, call: Call) => Context;
  readonly isDraining: () => boolean;
  readonly onSurprise: (original: unknown) => void;
}

/** Answers one request wholly; never throws. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The handler. */
export function createHandler(parts: HandlerParts): Handler {
  const { config, authenticator, graphql, graphiqlPage, files, contextOf, isDraining, onSurprise } = parts;

  async function answerGraphQL(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cors = corsHeaders(request.headers, config.corsOrigins);
    if (cors === null) {
      return sendRefusal(response, {
        status: 403,
        code: "ORIGIN_REFUSED",
        message: "Pages of this origin may not call this service.",
      });
    }
    for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
    if (request.method === "OPTIONS") {
      response.writeHead(204, { ...plainHeaders, allow: "GET, POST, OPTIONS" }).end();
      return;
    }
    if (
      graphiqlPage !== null &&
      request.method === "GET" &&
      /\btext\/html\b/.test(request.headers.accept ?? "")
    ) {
      return graphiqlPage(request, response);
    }
    const viewer = await authenticator.authenticate(request.headers);
    const refusal = refuseUnread(request, config.limits.bodyBytes);
    if (refusal !== null) return sendRefusal(response, refusal);

    const ended = new AbortController();
    // Every upstream call listens to it; Node warns beyond ten.
    setMaxListeners(0, ended.signal);
    response.once("close", () => ended.abort());
    const call = { signal: ended.signal, deadlineAt: Date.now() + config.requestTimeoutMs };
    for (const [name, value] of Object.entries(plainHeaders)) response.setHeader(name, value);
    await graphql({ req: request, res: response, ...contextOf(viewer, call) });
  }

  return async (request, response) => {
    try {
      const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
      if (answerHealth(path, response, isDraining())) return;
      if (path === "/graphql") return await answerGraphQL(request, response);
      if (path.startsWith(filesPath)) return await files(request, response);
      if (path === "/" && graphiqlPage !== null) {
        response.writeHead(302, { ...plainHeaders, location: "/graphql" }).end();
        return;
      }
      await authenticator.authenticate(request.headers);
      sendRefusal(response, {
        status: 404,
        code: "NOT_FOUND",
        message: "There is nothing here: the API is at /graphql.",
      });
    } catch (thrown) {
      if (response.headersSent) response.destroy();
      else sendFailure(response, toFailure(thrown), onSurprise);
    }
  };
}

function sendFailure(
  response: ServerResponse,
  failure: Failure,
  onSurprise: (original: unknown) => void,
): void {
  const { code, message } = failure;
  if (code === "UNAUTHENTICATED") {
    return sendRefusal(response, {
      status: 401,
      code,
      message,
      headers: { "www-authenticate": 'Bearer realm="InvoiceGraph"' },
    });
  }
  if (code === "IDENTITY_UNAVAILABLE")
    return sendRefusal(response, { status: 503, code, message, headers: { "retry-after": "5" } });
  onSurprise(failure.cause ?? failure);
  sendRefusal(response, { status: 500, code: "INTERNAL", message: new Failure("INTERNAL").message });
}
