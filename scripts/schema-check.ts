/** Compares schema.graphql with the last released one; ends with 1 when clients or supergraphs can break. */
import { readFileSync } from "node:fs";
import { compareSchemas } from "./schema-changes.ts";

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const { breaking, dangerous, names } = compareSchemas(
  read("schema.released.graphql"),
  read("schema.graphql"),
);
const unreleased = read("CHANGELOG.md").split(/^## /m)[1] ?? "";
const untold = names.filter((name) => !unreleased.includes(`\`${name}\``));

function tell(title: string, items: readonly string[]): void {
  if (items.length > 0) process.stdout.write(`${title}\n${items.map((item) => `  ${item}\n`).join("")}`);
}

tell("Breaking:", breaking);
tell("Dangerous:", dangerous);
tell("Not in the changelog's unreleased part:", untold);
if (breaking.length + untold.length > 0) process.exitCode = 1;
else process.stdout.write("Nothing that worked with the released schema can break.\n");
