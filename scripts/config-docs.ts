/** Writes docs/configuration.md from the schema of the configuration. */
import { writeFileSync } from "node:fs";
import { configReference } from "../src/config/reference.ts";
import { sourceKinds } from "../src/sources/index.ts";

writeFileSync(new URL("../docs/configuration.md", import.meta.url), configReference(sourceKinds));
