/** A service in subgraph mode for a test, and a router that asks it with signed requests. */
import { type Claims, claimsText, type RouterKey, signedHeaders } from "../../examples/supergraph/sign.ts";
import { type GraphQLReply, startTestApp, type TestApp, type TestAppOptions } from "../support/app.ts";

/** The key that the service knows. */
export const routerKey = { id: "router-1", secret: "a secret of the router, 32 bytes and more" } as const;

/** Customer service, as a router vouches for it. */
export const service: Claims = { sub: "agent", role: "customer_service", scopes: ["raw"] };

/** A user of one customer. */
export function customerClaims(customer: string): Claims {
  return { sub: `user of ${customer}`, role: "customer", customer };
}

export interface SubgraphApp extends TestApp {
  readonly subgraphUrl: string;
  /** Asks as the router. */
  ask(text: string, variables?: Record<string, unknown>, claims?: Claims): Promise<GraphQLReply>;
  /** Asks `_entities` for these fields, such as "... on Customer { name }". */
  entities(representations: readonly unknown[], selection: string, claims?: Claims): Promise<GraphQLReply>;
}

export interface SubgraphAppOptions extends TestAppOptions {
  readonly keys?: readonly object[];
  readonly maxRepresentations?: number;
}

/** Starts it; close it when done. */
export async function startSubgraphApp({
  keys = [routerKey],
  maxRepresentations = 1_000,
  ...options
}: SubgraphAppOptions = {}): Promise<SubgraphApp> {
  const app = await startTestApp({
    ...options,
    sections: (own) => ({ ...options.sections?.(own), subgraph: { keys, maxRepresentations } }),
  });
  const subgraphUrl = `${app.url}/subgraph`;

  async function ask(text: string, variables: Record<string, unknown> = {}, claims: Claims = service) {
    const response = await askSigned(subgraphUrl, { query: text, variables }, claims);
    return (await response.json()) as GraphQLReply;
  }

  return {
    ...app,
    subgraphUrl,
    ask,
    entities: (representations, selection, claims) =>
      ask(
        `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ${selection} } }`,
        { representations },
        claims,
      ),
  };
}

/** One signed request. */
export function askSigned(
  url: string,
  request: object,
  claims: Claims = service,
  key: RouterKey = routerKey,
  {
    signal = null,
    headers = {},
  }: Pick<RequestInit, "signal"> & { readonly headers?: Record<string, string> } = {},
): Promise<Response> {
  const body = JSON.stringify(request);
  const path = new URL(url).pathname;
  const signed = signedHeaders({ method: "POST", path, body, claims: claimsText(claims) }, key);
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...signed, ...headers },
    body,
    signal,
  });
}
