/** Starts every simulated upstream over one world, and tells the configuration that reaches them. */
import { startFlolive } from "./flolive/index.ts";
import { startDdapi } from "./ddapi/index.ts";
import { startAkamai } from "./akamai/index.ts";
import type { RunningSimulator, SimulatorKind, SimulatorOptions, StartSimulator } from "./simulator.ts";
import { startV6 } from "./v6/index.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

// Options and controls of a kind's own are part of SimulatorsOptions and Simulators by inference.
const starters = {
  flolive: startFlolive,
  akamai: startAkamai,
  v6: startV6,
  ddapi: startDdapi,
} satisfies Record<SimulatorKind, StartSimulator>;

/** What each kind is called as a source in the configuration. */
const sourceIds: Record<SimulatorKind, string> = {
  flolive: "flolive",
  akamai: "cdn",
  v6: "freight",
  ddapi: "billing",
};

type Starters = typeof starters;

export interface SimulatorsOptions extends WorldOptions {
  /** For all of them, in milliseconds. */
  latencyMs?: number | undefined;
  /** The first of four ports in a row; any free ones by default. */
  firstPort?: number | undefined;
  /** Options of one kind, which go before those for all. */
  each?: { [Kind in SimulatorKind]?: Parameters<Starters[Kind]>[1] };
}

export type Simulators = { [Kind in SimulatorKind]: Awaited<ReturnType<Starters[Kind]>> } & {
  world: World;
  /** What a parsed invoicegraph.yaml for this world would be. */
  config(): SimulatorsConfig;
  close(): Promise<void>;
};

export interface SimulatorsConfig {
  sources: Record<string, { kind: SimulatorKind } & Record<string, unknown>>;
  customers: {
    id: string;
    name: string;
    parent: string | null;
    accounts: Record<string, (string | number)[]>;
  }[];
}

/** Starts all of them. */
export async function startSimulators(options: SimulatorsOptions = {}): Promise<Simulators> {
  const { latencyMs, firstPort, each = {} } = options;
  const world = createWorld(options);
  const common = (place: number): SimulatorOptions => ({
    latencyMs,
    port: firstPort === undefined ? undefined : firstPort + place,
  });
  const [flolive, akamai, v6, ddapi] = await Promise.all([
    starters.flolive(world, { ...common(0), ...each.flolive }),
    starters.akamai(world, { ...common(1), ...each.akamai }),
    starters.v6(world, { ...common(2), ...each.v6 }),
    starters.ddapi(world, { ...common(3), ...each.ddapi }),
  ]);
  const running = { flolive, akamai, v6, ddapi };
  return {
    ...running,
    world,
    config: () => toConfig(world, running),
    async close() {
      await Promise.all(Object.values(running).map((simulator) => simulator.close()));
    },
  };
}

function toConfig(world: World, running: Record<SimulatorKind, RunningSimulator>): SimulatorsConfig {
  const kinds = Object.keys(running) as SimulatorKind[];
  return {
    sources: Object.fromEntries(
      kinds.map((kind) => [sourceIds[kind], { kind, ...structuredClone(running[kind].source) }]),
    ),
    customers: world.customers.map((customer) => ({
      id: customer.id,
      name: customer.name,
      parent: customer.parentId,
      accounts: {
        ...(customer.flolive && { [sourceIds.flolive]: [customer.flolive.customerId] }),
        ...(customer.akamai && { [sourceIds.akamai]: customer.akamai.contractIds }),
        ...(customer.v6 && { [sourceIds.v6]: [customer.v6.code] }),
        ...(customer.ddapi && { [sourceIds.ddapi]: [customer.ddapi.number] }),
      },
    })),
  };
}
