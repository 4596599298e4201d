/** Other GraphQL servers that do the same work, as far as `npm run bench:peers` has installed them. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Entry } from "./rig/arena.ts";
import { type Running, start } from "./rig/processes.ts";

const scripts = {
  "Yoga + Pothos": "yoga.mjs",
  "Apollo Server 5": "apollo.mjs",
  "Mercurius + JIT": "mercurius.mjs",
};

/** Are they there? */
export function arePeersInstalled(): boolean {
  return existsSync(fileURLToPath(new URL("peers/node_modules", import.meta.url)));
}

/** One of each, for operations that ask floLIVE only; none when they are not installed. */
export async function startPeers(upstream: Running, isWarm: boolean): Promise<Entry[]> {
  if (!arePeersInstalled()) return [];
  const entries: Entry[] = [];
  for (const [name, script] of Object.entries(scripts)) {
    const path = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
    const server = await start({ script: path, argument: { upstream: upstream.url, isWarm } });
    entries.push({ name, server, equal: "DATA" });
  }
  return entries;
}
