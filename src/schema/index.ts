/** The graph, whole: every type is registered by importing its file. */
import { printSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, lexicographicSortSchema } from "graphql";
import { builder } from "./builder.ts";
import { answerEntities } from "./entities.ts";
import { clientDirectives } from "./incremental.ts";
import "./scalars.ts";
import "./query.ts";
import "./download.ts";
import "./export.ts";

// The first version with @cost and @listSize.
const linkUrl = "https://specs.apollo.dev/federation/v2.9";

/** The schema that clients are served: the graph without anything of the federation. */
export const schema: GraphQLSchema = builder.toSchema({ directives: clientDirectives });

/** The schema that a router is served: the same graph with `_service` and with `_entities`, which takes so many at once. */
export function createSubgraphSchema(maxRepresentations: number): GraphQLSchema {
  const subgraph = builder.toSubGraphSchema({ linkUrl });
  answerEntities(subgraph, maxRepresentations);
  return subgraph;
}

/** The composable SDL: what schema.graphql holds. */
export function printSchemaFile(): string {
  return `${printSubgraphSchema(lexicographicSortSchema(builder.toSubGraphSchema({ linkUrl })))}\n`;
}
