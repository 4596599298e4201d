/** Prints the graph to schema.graphql. */
import { writeFileSync } from "node:fs";
import { printSchemaFile } from "../src/schema/index.ts";

writeFileSync(new URL("../schema.graphql", import.meta.url), printSchemaFile());
