/** How the cost grows: with ten times the invoices, and with a thousand times the customers. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { built } from "./build.ts";
import { cold, startOurs, startUpstream } from "./compare.ts";
import type { Pace } from "./rig/arena.ts";
import { type Running, start } from "./rig/processes.ts";
import { type Contestant, race, type Row } from "./rig/rounds.ts";
import { shotOf, type Workload, workloads } from "./workloads.ts";
import { customers, type BenchCustomer } from "./world.ts";
import { floliveAccount } from "./upstream/bodies.ts";

/** 20 customers with 100 invoices each, and with 1,000: the second row's ratio is the growth. */
export async function measureTenfold(pace: Pace): Promise<Row[]> {
  const upstream = await startUpstream();
  const ours = await startOurs(upstream, cold);
  const rows = await race(
    [contestant("2,000 invoices", ours, workloads.big), contestant("20,000 invoices", ours, workloads.giant)],
    { ...pace, against: "2,000 invoices", connections: 1 },
  );
  await ours.stop();
  await upstream.stop();
  return rows;
}

export interface DirectoryGrowth {
  /** The same small operation with 100 and with 100,000 customers in the directory. */
  readonly rows: readonly Row[];
  /** Milliseconds of CPU to load the configuration with 100,000 customers, by the file's kind. */
  readonly loadMs: Readonly<Record<string, number>>;
}

/** A directory of 100,000 customers against one of 100. */
export async function measureDirectory(pace: Pace): Promise<DirectoryGrowth> {
  const folder = mkdtempSync(join(tmpdir(), "invoicegraph-bench-"));
  const upstream = await startUpstream();
  const startWith = (count: number, ending: string) =>
    start({
      script: built("bench/servers/directory"),
      argument: { upstream: upstream.url, path: writeCustomers(folder, count, ending) },
    });
  const small = await startWith(100, "json");
  const large = await startWith(100_000, "json");
  const rows = await race(
    [
      contestant("100 customers", small, workloads.small),
      contestant("100,000 customers", large, workloads.small),
    ],
    { ...pace, against: "100 customers", connections: workloads.small.connections },
  );
  const loadMs: Record<string, number> = { ".json": Number(large.told["loadMs"]) };
  await Promise.all([small.stop(), large.stop()]);
  const yaml = await startWith(100_000, "yaml");
  loadMs[".yaml"] = Number(yaml.told["loadMs"]);
  await yaml.stop();
  await upstream.stop();
  rmSync(folder, { recursive: true });
  return { rows, loadMs };
}

function contestant(name: string, server: Running, workload: Workload): Contestant {
  return { name, shot: shotOf(server.url, workload), usage: server.usage };
}

function writeCustomers(folder: string, count: number, ending: string): string {
  const more = Array.from({ length: count - customers.length }, (_, place): BenchCustomer => ({
    id: `customer-${place}`,
    name: `Customer number ${place}`,
    parent: place % 10 === 0 ? null : `customer-${place - (place % 10)}`,
    accounts: {
      flolive: [floliveAccount(5, 1_000_000 + place)],
      freight: [`X${place}`],
      billing: [100_000 + place],
    },
  }));
  const path = join(folder, `${count}.${ending}`);
  const all = [...customers, ...more];
  writeFileSync(path, ending === "json" ? JSON.stringify(all) : stringify(all));
  return path;
}
