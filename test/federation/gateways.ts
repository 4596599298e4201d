/** The two gateways over a supergraph's parts, asked alike. */
import { type DocumentNode, getOperationAST, parse } from "graphql";
import { createApolloGateway } from "../../examples/supergraph/apollo-gateway.ts";
import { createHiveGateway } from "../../examples/supergraph/hive-gateway.ts";
import { type Claims, claimsText } from "../../examples/supergraph/sign.ts";
import type { GraphQLReply } from "../support/app.ts";
import { routerKey, service } from "./router.ts";
import { startSubgraphs, type SupergraphParts } from "./supergraph.ts";

export const gatewayNames = ["Hive Gateway", "Apollo Gateway"] as const;

export type GatewayName = (typeof gatewayNames)[number];

export interface Gateways extends SupergraphParts {
  /** Asks a gateway; as customer service by default. */
  ask(name: GatewayName, text: string, claims?: Claims): Promise<GraphQLReply>;
}

/** Starts subgraphs and gateways; close them when done. `cold`: the subgraph keeps no answers between requests. */
export async function startGateways({ cold }: { readonly cold: boolean }): Promise<Gateways> {
  const parts = await startSubgraphs(cold);
  const { supergraphSdl, app } = parts;
  const hive = createHiveGateway({
    supergraphSdl,
    invoicesUrl: app.subgraphUrl,
    key: routerKey,
    claimsOf: (request) =>
      JSON.parse(Buffer.from(request.headers.get("x-who") ?? "bnVsbA", "base64url").toString()),
  });
  const apollo = createApolloGateway({ supergraphSdl, key: routerKey });
  const { executor } = await apollo.load();

  async function askHive(query: string, claims: Claims): Promise<GraphQLReply> {
    const response = await hive.fetch("http://gateway/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", "x-who": claimsText(claims) },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as GraphQLReply;
  }

  // What Apollo Server hands to its gateway.
  async function askApollo(query: string, claims: Claims): Promise<GraphQLReply> {
    const document: DocumentNode = parse(query);
    const operation = getOperationAST(document);
    const asked = { document, operation, operationName: null, queryHash: query, source: query };
    const rest = { request: { query }, context: { claims }, metrics: {}, logger: console };
    return (await executor({ ...asked, ...rest } as never)) as GraphQLReply;
  }

  return {
    ...parts,
    ask: (name, text, claims = service) =>
      name === "Hive Gateway" ? askHive(text, claims) : askApollo(text, claims),
    async close() {
      await hive[Symbol.asyncDispose]();
      await apollo.stop();
      await parts.close();
    },
  };
}
