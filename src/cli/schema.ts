/** `invoicegraph schema`: the graph as SDL. */
import { lexicographicSortSchema, printSchema } from "graphql";
import { printSchemaFile, schema as graph } from "../schema/index.ts";
import { type Command, readArguments } from "./command.ts";
import { exitCodes } from "./mistake.ts";

export const schema: Command = {
  name: "schema",
  summary: "print the graph as SDL",
  help: `Usage: invoicegraph schema [--federated]

Prints the graph with all its descriptions. It is the same for every configuration: none is needed.

  --federated     with @key, @link and what else a supergraph's composition reads

Examples:
  invoicegraph schema > invoicegraph.graphql                  # for code generators and editors
  invoicegraph schema --federated > subgraphs/invoices.graphql  # for composition
`,
  async run(args, { out }) {
    const { values } = readArguments("schema", args, { federated: { type: "boolean" } });
    out(values.federated === true ? printSchemaFile() : `${printSchema(lexicographicSortSchema(graph))}\n`);
    return exitCodes.success;
  },
};
