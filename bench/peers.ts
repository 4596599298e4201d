/** Other GraphQL servers that do the same work, or a part of it, as far as `npm run bench:peers` has installed them. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { plainTwin } from "./plain.ts";
import type { Entry } from "./rig/arena.ts";
import { type Running, start } from "./rig/processes.ts";
import { workloads } from "./workloads.ts";

const scripts = {
  "Yoga + Pothos": "yoga.mjs",
  "Apollo Server 5": "apollo.mjs",
  "Mercurius + JIT": "mercurius.mjs",
};

// They pass on what the upstream says, as it says it.
const plainScripts = {
  "Hive Gateway (less work)": { script: "hive.mjs", needs: "@graphql-hive/gateway-runtime/package.json" },
  "Tailcall (less work)": { script: "tailcall.mjs", needs: "@tailcallhq/core-linux-x64-gnu/bin/tailcall" },
};

function inPeers(path: string): string {
  return fileURLToPath(new URL(`peers/${path}`, import.meta.url));
}

/** One sentence for each peer that cannot be measured here, and why. */
export function whyMissing(): string[] {
  if (!existsSync(inPeers("node_modules"))) return ["without peers: `npm run bench:peers` installs them"];
  return Object.entries(plainScripts).flatMap(([name, { needs }]) => {
    const reason = reasonAgainst(needs);
    return reason === null ? [] : [`without ${name}: ${reason}`];
  });
}

function reasonAgainst(needs: string): string | null {
  const path = inPeers(`node_modules/${needs}`);
  if (!existsSync(path)) return "it is not installed; `npm run bench:peers` does so where it can run";
  if (!needs.includes("/bin/")) return null;
  const { status, stderr, error } = spawnSync(path, ["--version"], { encoding: "utf8" });
  if (status === 0) return null;
  return `its binary does not run here: ${error?.message ?? stderr.trim().split("\n")[0]}`;
}

/** One of each that is there, for operations that ask floLIVE only; those that do less keep nothing and come with cold ones. */
export async function startPeers(
  kind: "big" | "small",
  upstream: Running,
  isWarm: boolean,
): Promise<Entry[]> {
  if (!existsSync(inPeers("node_modules"))) return [];
  const startOne = (script: string) =>
    start({ script: inPeers(script), argument: { upstream: upstream.url, isWarm } });
  const entries: Entry[] = [];
  for (const [name, script] of Object.entries(scripts)) {
    entries.push({ name, server: await startOne(script), equal: "DATA" });
  }
  if (isWarm) return entries;
  for (const [name, { script, needs }] of Object.entries(plainScripts)) {
    if (reasonAgainst(needs) !== null) continue;
    const server = await startOne(script);
    entries.push({ name, server, equal: plainTwin(server.url, workloads[kind]) });
  }
  return entries;
}
