/** A DDAPI source in front of its simulator, closed after each test. */
import { afterEach } from "vitest";
import { connect } from "../../support/connect.ts";
import { Failure } from "../../../src/model/errors.ts";
import type { Call, SettingsReader, Source } from "../../../src/model/source.ts";
import { type DdapiSimulator, startDdapi } from "../../../src/simulators/ddapi/index.ts";
import type { DdapiSimulatorOptions } from "../../../src/simulators/ddapi/options.ts";
import { createWorld } from "../../../src/simulators/world.ts";
import { ddapi } from "../../../src/sources/ddapi/index.ts";

interface Running {
  readonly simulator: DdapiSimulator;
  readonly source: Source;
  readonly settings: SettingsReader;
}

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** Starts a simulator, and a source called "billing" of its configuration entry; `entry` overrides that. */
export async function startBilling(
  options: DdapiSimulatorOptions = {},
  entry: Record<string, unknown> = {},
): Promise<Running> {
  const simulator = await startDdapi(createWorld({ today: "2026-06-15" }), options);
  const config = ddapi.config.parse({ kind: "ddapi", ...simulator.source, ...entry });
  const source = ddapi.create({ id: "billing", config, connect, now: Date.now });
  open.push(source, simulator);
  if (source.settings === undefined) throw new Error("a DDAPI source has settings");
  return { simulator, source, settings: source.settings };
}

/** A call with ten seconds left. */
export function call(signal: AbortSignal = new AbortController().signal): Call {
  return { signal, deadlineAt: Date.now() + 10_000 };
}

/** The Failure that the promise ends with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof Failure) return thrown;
  throw new Error(`no Failure but ${String(thrown)}`);
}
