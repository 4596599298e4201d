/** The contract between one kind of simulated upstream and whoever starts it. */
import type { Fault } from "./faults.ts";
import type { SimulatorServer } from "./server.ts";
import type { World } from "./world.ts";

/** The kinds of upstream that are simulated. */
export type SimulatorKind = "flolive" | "akamai" | "v6" | "ddapi";

/** What every kind can be told; a kind may add optional settings of its own. */
export interface SimulatorOptions {
  latencyMs?: number | undefined;
  faults?: readonly Fault[] | undefined;
  port?: number | undefined;
}

/** A running upstream, and its entry under `sources:` in a configuration, without `kind`. */
export type RunningSimulator = SimulatorServer & { source: Record<string, unknown> };

export type StartSimulator = (world: World, options?: SimulatorOptions) => Promise<RunningSimulator>;
