/** The graph, whole: every type is registered by importing its file. */
import { printSubgraphSchema } from "@apollo/subgraph";
import { GraphQLSchema, lexicographicSortSchema } from "graphql";
import { builder } from "./builder.ts";
import { answerEntities } from "./entities.ts";
import { clientDirectives } from "./incremental.ts";
import "./scalars.ts";
import "./query.ts";
import "./download.ts";
import "./export.ts";
import "./subscription.ts";

// The first version with @cost and @listSize.
const linkUrl = "https://specs.apollo.dev/federation/v2.9";

// What GraphiQL's documentation opens with.
const description = `The invoices of all billing systems as one graph.

Begin with \`invoices\` for a list of all that you may see, with \`customers\` for whom they belong to, or with \`viewer\` for who you are here.
Amounts are exact decimals. A list says in \`isComplete\` whether anything is missing, and in \`sources\` what and why.`;

/** The schema that clients are served: the graph without anything of the federation, with what only clients can use. */
export const schema: GraphQLSchema = new GraphQLSchema({
  ...builder.toSchema({ directives: clientDirectives }).toConfig(),
  description,
});

/** The schema that a router is served: the same graph with `_service` and with `_entities`, which takes so many at once. */
export function createSubgraphSchema(maxRepresentations: number): GraphQLSchema {
  const subgraph = subgraphSchema();
  answerEntities(subgraph, maxRepresentations);
  return subgraph;
}

/** The composable SDL: what schema.graphql holds. */
export function printSchemaFile(): string {
  return `${printSubgraphSchema(subgraphSchema())}\n`;
}

// Routers ask with single signed requests, which no stream answers: what is only for subscriptions is left out.
function subgraphSchema(): GraphQLSchema {
  const whole = builder.toSubGraphSchema({ linkUrl }).toConfig();
  const subgraph = lexicographicSortSchema(new GraphQLSchema({ ...whole, subscription: null, types: [] }));
  const service = subgraph.getQueryType()?.getFields()["_service"];
  const sdl = printSubgraphSchema(subgraph);
  if (service !== undefined) service.resolve = () => ({ sdl });
  return subgraph;
}
