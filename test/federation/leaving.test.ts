/** A router that leaves, or whose deadline passes, in the middle of thousands of entities: what rests ends, and what is missing is told. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Pace } from "../../src/model/pace.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { askSigned, startSubgraphApp, type SubgraphApp } from "./router.ts";

const counts = vi.hoisted(() => ({ goneOn: 0, resting: 0, lateFrom: Number.POSITIVE_INFINITY }));

// Every turn is over at once, so that what is counted does not depend on the machine.
vi.mock("../../src/model/pace.ts", async (load) => {
  const original = await load<typeof import("../../src/model/pace.ts")>();
  const createPace = (...args: Parameters<typeof original.createPace>): Pace => {
    const pace = original.createPace(...args);
    return {
      ...pace,
      isDue: () => true,
      async rest() {
        counts.resting += 1;
        try {
          await pace.rest();
          counts.goneOn += 1;
        } finally {
          counts.resting -= 1;
        }
      },
    };
  };
  return { ...original, createPace };
});

let app: SubgraphApp;
let log = "";
beforeAll(async () => {
  app = await startSubgraphApp({ log: createLog("error", { write: (text) => void (log += text) }) });
  // Answers are read and lists are put together by then.
  await app.entities([acme], "... on Customer { invoices(first: 1) { nodes { id } } }");
});
afterAll(() => app.close());
beforeEach(() => {
  counts.goneOn = 0;
  counts.lateFrom = Number.POSITIVE_INFINITY;
});
afterEach(() => vi.restoreAllMocks());

const acme = { __typename: "Customer", key: "acme" };
const many = 1_000;
const operation = {
  query: `query ($representations: [_Any!]!) {
    one: _entities(representations: $representations) { __typename ... on Customer { invoices(first: 1) { nodes { id } } } }
    two: _entities(representations: $representations) { __typename ... on Customer { invoices(first: 1) { nodes { id } } } }
  }`,
  variables: { representations: Array.from({ length: many }, () => acme) },
};

async function until(isSo: () => boolean) {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

// Ten thousand when it is made to its end.
it.each([1, 500, 3_000])(
  "a router that leaves after %i pieces have gone on ends all that rests",
  async (after) => {
    const leaving = new AbortController();
    const asked = askSigned(app.subgraphUrl, operation, undefined, undefined, { signal: leaving.signal });
    asked.catch(() => {});
    await until(() => counts.goneOn >= after);

    leaving.abort();
    const atLeaving = counts.goneOn;
    await until(() => counts.resting === 0);

    // The socket is read in the next turn of the loop, and each turn lets a few go on.
    expect(counts.goneOn - atLeaving).toBeLessThan(1_500);
    await expect(asked).rejects.toThrow("aborted");
    expect(log).toBe("");
  },
);

it("after its deadline all that is there is given, and what is missing is told in a hundred errors and one", async () => {
  const { now } = Date;
  await app.ask(operation.query, operation.variables);
  counts.lateFrom = counts.goneOn - many / 2;
  counts.goneOn = 0;
  vi.spyOn(Date, "now").mockImplementation(() => now() + (counts.goneOn < counts.lateFrom ? 0 : 3_600_000));

  const { data, errors = [] } = await app.ask(operation.query, operation.variables);

  const entities: ({ invoices: { nodes: { id: string }[] } } | null)[] = [...data.one, ...data.two];
  const whole = entities.filter((entity) => entity !== null);
  expect(counts.goneOn).toBeLessThan(counts.lateFrom + 200);
  expect(entities).toHaveLength(2 * many);
  expect(whole.length).toBeGreaterThan(0);
  expect(whole.length).toBeLessThan(2 * many);
  expect(whole.every(({ invoices }) => invoices.nodes.length === 1)).toBe(true);
  expect(errors).toHaveLength(101);
  expect(new Set(errors.map(({ extensions }) => extensions["code"]))).toEqual(new Set(["DEADLINE_EXCEEDED"]));
  for (const { path = [] } of errors) expect(data[path[0] as string][path[1] as number]).toBeNull();
});
