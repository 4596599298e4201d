/** An Akamai source and the simulator that it speaks to, at noon of 15 March 2026. */
import { connect } from "../../support/connect.ts";
import { toFailure, type Failure } from "../../../src/model/errors.ts";
import type { Invoice } from "../../../src/model/invoice.ts";
import type { Call, Source } from "../../../src/model/source.ts";
import { type AkamaiOptions, startAkamai } from "../../../src/simulators/akamai/index.ts";
import type { RunningSimulator } from "../../../src/simulators/simulator.ts";
import { createWorld, type World } from "../../../src/simulators/world.ts";
import { akamai } from "../../../src/sources/akamai/index.ts";

export const noon = Date.UTC(2026, 2, 15, 12);

export interface Pair {
  readonly world: World;
  readonly simulator: RunningSimulator;
  readonly source: Source;
  /** The invoices of a contract's usage month, and all that came with them. */
  list(contract: string | null, month: string): ReturnType<NonNullable<Source["invoices"]>["ask"]>;
  close(): Promise<void>;
}

export interface PairOptions extends AkamaiOptions {
  /** Over the configuration that the simulator hands out. */
  config?: Record<string, unknown>;
  /** The source's clock. */
  sourceNow?: () => number;
}

export async function startPair({ config, sourceNow, ...options }: PairOptions = {}): Promise<Pair> {
  const world = createWorld({ today: "2026-03-15" });
  const simulator = await startAkamai(world, { now: () => noon, ...options });
  const entry = akamai.config.parse({ kind: "akamai", ...simulator.source, ...config });
  const source = akamai.create({ id: "cdn", config: entry, connect, now: sourceNow ?? (() => noon) });
  return {
    world,
    simulator,
    source,
    list: (account, month) =>
      source.invoices!.ask({ key: "any", account, month, covers: null }, callWithin(30_000)),
    async close() {
      await source.close();
      await simulator.close();
    },
  };
}

export function callWithin(ms: number): Call {
  return { signal: new AbortController().signal, deadlineAt: Date.now() + ms };
}

/** The Failure that a promise is rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (thrown) {
    return toFailure(thrown);
  }
  throw new Error("nothing failed");
}

/** All bytes of each file that a source delivers. */
export async function fetchAll(
  source: Source,
  invoice: Invoice,
  format: "PDF" | "CSV" | "JSON",
): Promise<Buffer[]> {
  const files: Buffer[] = [];
  for await (const { body } of source.files!.fetch([invoice], format, callWithin(30_000))) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    files.push(Buffer.concat(chunks));
  }
  return files;
}
