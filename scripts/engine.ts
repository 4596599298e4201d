/** What `npm start` tells Node of its engine: the image says the same, and the bench starts all servers on Node with it. */
import { readFileSync } from "node:fs";

const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  scripts: { start: string };
};

/** Options of its command line; NODE_OPTIONS takes them as well. */
export const engineOptions: readonly string[] = scripts.start
  .split(" ")
  .filter((word) => word.startsWith("--"));
