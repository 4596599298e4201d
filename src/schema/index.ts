/** The graph, whole: every type is registered by importing its file. */
import { printSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, lexicographicSortSchema } from "graphql";
import { builder } from "./builder.ts";
import "./scalars.ts";
import "./query.ts";
import "./download.ts";
import "./entities.ts";

/** The schema that is served, with the entities of the subgraph. */
export const schema: GraphQLSchema = builder.toSubGraphSchema({
  linkUrl: "https://specs.apollo.dev/federation/v2.6",
});

/** The composable SDL: what schema.graphql holds. */
export function printSchemaFile(): string {
  return `${printSubgraphSchema(lexicographicSortSchema(schema))}\n`;
}
