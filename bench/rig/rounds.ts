/** Measures servers against each other: in every round each of them in turn, so that what else the machine does meets all alike. */
import { burst, type Shot } from "./client.ts";
import type { Usage } from "./child.ts";

/** A server in one comparison. */
export interface Contestant {
  readonly name: string;
  readonly shot: Shot;
  usage(): Promise<Usage>;
}

/** What was seen of one of them. */
export interface Row {
  readonly name: string;
  /** CPU milliseconds for each request: the median of the rounds. */
  readonly cpuMs: number;
  /** The median of the rounds' ratios to the first contestant but the one measured, see `against`. */
  readonly ratio: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMb: number;
}

export interface RoundOptions {
  /** Which contestant is 1. */
  readonly against: string;
  readonly connections: number;
  readonly rounds: number;
  /** Of each contestant in each round. */
  readonly ms: number;
  /** Of each contestant before the rounds that count, in rounds like them. */
  readonly warmMs: number;
}

interface Sample {
  readonly cpuMs: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMb: number;
}

/** One row for each contestant, in their order. */
export async function race(contestants: readonly Contestant[], options: RoundOptions): Promise<Row[]> {
  const { against, connections, rounds, ms, warmMs } = options;
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  // Until the engine has compiled what is hot: a service runs for weeks.
  const warmRounds = Math.ceil(warmMs / ms);
  for (let round = -warmRounds; round < rounds; round++) {
    // Always in this order, so that each rests as long as any other between its turns.
    for (const each of contestants) {
      const seen = await sample(each, connections, ms);
      if (round >= 0) samples.get(each.name)?.push(seen);
    }
  }
  const base = samples.get(against) ?? [];
  return contestants.map(({ name }) => {
    const own = samples.get(name) ?? [];
    const ratios = own.map(({ cpuMs }, round) => cpuMs / (base[round]?.cpuMs ?? Number.NaN));
    return { name, ratio: median(ratios), ...medians(own) };
  });
}

async function sample({ shot, usage }: Contestant, connections: number, ms: number): Promise<Sample> {
  const before = await usage();
  const { latencies, seconds } = await burst(shot, connections, ms);
  const after = await usage();
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    cpuMs: (after.cpu - before.cpu) / 1_000 / latencies.length,
    perSecond: latencies.length / seconds,
    p50Ms: (sorted[Math.floor(sorted.length * 0.5)] ?? 0) / 1_000,
    p99Ms: (sorted[Math.floor(sorted.length * 0.99)] ?? 0) / 1_000,
    rssMb: after.rss / 1e6,
  };
}

function medians(samples: readonly Sample[]): Sample {
  const of = (name: keyof Sample) => median(samples.map((each) => each[name]));
  return {
    cpuMs: of("cpuMs"),
    perSecond: of("perSecond"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    rssMb: of("rssMb"),
  };
}

/** The middle one. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
