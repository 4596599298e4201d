/** A V6 source that speaks to a simulated V6, for the tests of this folder. */
import { connect } from "../../support/connect.ts";
import { Failure } from "../../../src/model/errors.ts";
import type { Call, InvoiceLister, Source } from "../../../src/model/source.ts";
import { startV6, type V6Simulator } from "../../../src/simulators/v6/index.ts";
import type { V6SimulatorOptions } from "../../../src/simulators/v6/options.ts";
import { createWorld, type World, type WorldOptions } from "../../../src/simulators/world.ts";
import { v6 } from "../../../src/sources/v6/index.ts";

export interface Running {
  readonly world: World;
  readonly simulator: V6Simulator;
  readonly source: Source & { readonly invoices: InvoiceLister };
  close(): Promise<void>;
}

const today = "2026-11-22";

/** Starts both; the clock of the source stands at noon of the world's day. */
export async function startRunning(
  config: Record<string, unknown> = {},
  options: V6SimulatorOptions = {},
  worldOptions: WorldOptions = {},
): Promise<Running> {
  const world = createWorld({ today, ...worldOptions });
  const simulator = await startV6(world, options);
  const source = createSource({ ...simulator.source, ...config });
  return {
    world,
    simulator,
    source,
    async close() {
      await source.close();
      await simulator.close();
    },
  };
}

/** A source named freight with this entry of the configuration. */
export function createSource(entry: Record<string, unknown>): Running["source"] {
  const config = v6.config.parse({ kind: "v6", ...entry });
  const source = v6.create({ id: "freight", config, connect, now: () => Date.parse(`${today}T12:00:00Z`) });
  if (source.invoices === undefined) throw new Error("V6 lists invoices");
  return { ...source, invoices: source.invoices };
}

/** A call with so many milliseconds left. */
export function callFor(ms = 10_000, signal: AbortSignal = new AbortController().signal): Call {
  return { signal, deadlineAt: Date.now() + ms };
}

/** The month's answer. */
export function askMonth(source: Running["source"], month: string, call = callFor()) {
  const range = { from: `${month}-01`, to: `${month}-28` };
  const [question] = source.invoices.questions(["001"], range);
  if (question === undefined) throw new Error(`no question for ${month}`);
  return source.invoices.ask(question, call);
}

/** The Failure that a promise ends with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await promise.then(
    () => new Error("it did not fail"),
    (error: unknown) => error,
  );
  if (thrown instanceof Failure) return thrown;
  throw thrown;
}
