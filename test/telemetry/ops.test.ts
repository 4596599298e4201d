/** The example dashboard and the alert rules: every series that they name is one that is served. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { createDriftLedger } from "../../src/telemetry/drift.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";

const read = (name: string) => readFileSync(new URL(`../../ops/${name}`, import.meta.url), "utf8");
const dashboard = JSON.parse(read("grafana-dashboard.json")) as {
  panels: {
    id: number;
    title: string;
    targets: { expr: string }[];
    gridPos: { x: number; y: number; w: number; h: number };
  }[];
};
const alerts = parse(read("alerts.yaml")) as {
  groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
};
const rules = alerts.groups.flatMap((group) => group.rules);
/** The labels of every series, by name. */
const served = new Map<string, Set<string>>();

beforeAll(async () => {
  const metrics = await createMetrics({
    sources: ["freight"],
    healthOf: () => null,
    cache: () => ({ entries: 0, bytes: 0, sources: new Map() }),
    driftOf: (source) => createDriftLedger().read(source).byKind,
    live: () => ({ subscriptions: 0, watches: 0 }),
  });
  metrics
    .exchangeBegan?.({ source: "freight", method: "GET", path: "/", trace: undefined })
    .end({ ms: 1, bytes: 1, answers: 1, status: 200, failure: null });
  const record = {
    id: "",
    method: "POST",
    route: "graphql",
    operation: null,
    type: "query",
    cost: 1,
    viewer: null,
    codes: [],
  } as const;
  metrics.requestEnded?.({ ...record }, { status: 200, ms: 1, isAborted: false });
  for (const [, name = "", labels = ""] of (await metrics.text()).matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = served.get(name) ?? new Set();
    for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) known.add(label);
    served.set(name, known);
  }
});

const expressions = [
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [`panel ${title}`, expr] as const),
  ),
  ...rules.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
];

test.each(expressions)("%s asks for series and labels that are served: %s", (_title, expr) => {
  const names = expr.match(/\b(?:invoicegraph|nodejs|process)_\w+/g) ?? [];

  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !served.has(name))).toEqual([]);
  for (const [, name = "", labels = ""] of expr.matchAll(/(invoicegraph_\w+)\{([^}]*)\}/g)) {
    const asked = [...labels.matchAll(/(\w+)(?:=|!=|=~|!~)"/g)].map(([, label = ""]) => label);
    expect(asked.filter((label) => served.get(name)?.has(label) !== true)).toEqual([]);
  }
});

test("every metric of ours has its place on the dashboard", () => {
  const ours = [...served.keys()]
    .filter((name) => name.startsWith("invoicegraph_"))
    .map((name) => name.replace(/_(?:bucket|sum|count)$/, ""));
  const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join("\n");

  const unseen = [...new Set(ours)].filter((name) => !shown.includes(name));

  // Told by others: attempts by calls and retries, failed attempts by the codes, entries by bytes.
  expect(unseen).toEqual([
    "invoicegraph_source_attempts_total",
    "invoicegraph_source_failed_attempts_total",
    "invoicegraph_cache_entries",
  ]);
});

test("panels have ids of their own and do not lie on one another", () => {
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
  );

  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  expect(new Set(cells).size).toBe(cells.length);
});

test("every alert says what is the matter and what to do", () => {
  const speechless = rules.filter(
    ({ annotations }) => !annotations["summary"] || !annotations["description"],
  );

  expect(rules.length).toBeGreaterThan(5);
  expect(speechless).toEqual([]);
});
