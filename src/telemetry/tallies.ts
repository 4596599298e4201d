/** Counters and histograms for what happens thousands of times a second: a look at a map, and additions. */
import type { Metric, Registry } from "prom-client";

/** Its name and help as Prometheus is told them, and the names of its labels, three at most. */
export interface Described {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** Adds to the count of these values of the labels, in the order of their names. */
export type Count = (amount: number, first: string, second?: string, third?: string) => void;

/** Notes a value for the value of the only label. */
export type Observe = (value: number, label: string) => void;

type Labels = Readonly<Record<string, string | number>>;

interface Told {
  readonly metricName?: string;
  readonly labels: Labels;
  readonly value: number;
}

interface Tally {
  /** By bound, the last beyond all of them; each value in one of them. */
  readonly counts: number[];
  sum: number;
}

/** A counter in that registry. prom-client's own finds labels by writing them as text and checks their names, each time. */
export function addCounter(registry: Registry, described: Described): Count {
  const counts = new Map<string, { readonly labels: Labels; value: number }>();
  register(registry, "counter", described, () => [...counts.values()]);
  return (amount, first, second = "", third = "") => {
    const key = `${first}\n${second}\n${third}`;
    let count = counts.get(key);
    if (count === undefined) {
      const values = [first, second, third];
      const labels = Object.fromEntries(described.labelNames.map((name, i) => [name, values[i] ?? ""]));
      counts.set(key, (count = { labels, value: 0 }));
    }
    count.value += amount;
  };
}

/** A histogram in that registry, with buckets up to these bounds, which rise. */
export function addHistogram(registry: Registry, described: Described, bounds: readonly number[]): Observe {
  const { name } = described;
  const [labelName = ""] = described.labelNames;
  const tallies = new Map<string, Tally>();

  function* told(): Iterable<Told> {
    for (const [label, { counts, sum }] of tallies) {
      const labels = { [labelName]: label };
      let count = 0;
      for (const [i, more] of counts.entries()) {
        count += more;
        const le = bounds[i] ?? "+Inf";
        yield { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
      }
      yield { metricName: `${name}_sum`, labels, value: sum };
      yield { metricName: `${name}_count`, labels, value: count };
    }
  }

  register(registry, "histogram", described, () => [...told()]);
  return (value, label) => {
    let tally = tallies.get(label);
    if (tally === undefined)
      tallies.set(label, (tally = { counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 }));
    let i = 0;
    while (i < bounds.length && value > (bounds[i] ?? Infinity)) i += 1;
    tally.counts[i] = (tally.counts[i] ?? 0) + 1;
    tally.sum += value;
  };
}

// Of a metric its registry asks nothing but its name and, at each scrape, this.
function register(
  registry: Registry,
  type: "counter" | "histogram",
  { name, help }: Described,
  values: () => readonly Told[],
): void {
  const metric = {
    name,
    async get() {
      return { name, help, type, aggregator: "sum", values: values() };
    },
  };
  registry.registerMetric(metric as unknown as Metric);
}
