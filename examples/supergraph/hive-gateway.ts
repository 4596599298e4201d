/** Hive Gateway in front of the supergraph: it knows its callers, and signs what it asks InvoiceGraph. */
import {
  createGatewayRuntime,
  createLoggerFromLogging,
  type GatewayPlugin,
} from "@graphql-hive/gateway-runtime";
import { unifiedGraphHandler } from "@graphql-hive/router-runtime";
import { type Claims, claimsText, type RouterKey, signedHeaders } from "./sign.ts";

export interface GatewayOptions {
  readonly supergraphSdl: string;
  /** InvoiceGraph's /subgraph, as the supergraph names it. */
  readonly invoicesUrl: string;
  readonly key: RouterKey;
  /** Who a request is from, by its verified credential; null: nobody we know. */
  readonly claimsOf: (request: Request) => Claims | null;
}

/** The gateway; `fetch` asks it, and it can also be the listener of a node:http server. */
export function createHiveGateway({ supergraphSdl, invoicesUrl, key, claimsOf }: GatewayOptions) {
  return createGatewayRuntime({
    supergraph: supergraphSdl,
    unifiedGraphHandler,
    logging: createLoggerFromLogging("error"),
    plugins: () => [refuseStrangers(claimsOf), signFor(invoicesUrl, key, claimsOf)],
  });
}

function refuseStrangers(claimsOf: GatewayOptions["claimsOf"]): GatewayPlugin {
  return {
    onRequest({ request, url, endResponse, fetchAPI }) {
      if (!url.pathname.startsWith("/graphql") || isPage(request) || claimsOf(request) !== null) return;
      const errors = [{ message: "Send a token.", extensions: { code: "UNAUTHENTICATED" } }];
      endResponse(fetchAPI.Response.json({ errors }, { status: 401 }));
    },
  };
}

/** The plugin: the last thing before the wire, so that the signature is over the very bytes that are sent. */
function signFor(url: string, key: RouterKey, claimsOf: GatewayOptions["claimsOf"]): GatewayPlugin {
  const { pathname } = new URL(url);
  return {
    onFetch({ url: target, options, setOptions, context }) {
      if (target !== url || typeof options.body !== "string" || !("request" in context)) return;
      const claims = claimsOf(context.request as Request);
      if (claims === null) return;
      const signed = signedHeaders(
        { method: "POST", path: pathname, body: options.body, claims: claimsText(claims) },
        key,
      );
      setOptions({ ...options, headers: { ...options.headers, ...signed } });
    },
  };
}

function isPage(request: Request): boolean {
  return request.method === "GET" && (request.headers.get("accept") ?? "").includes("text/html");
}
