/** Executions for which nobody waits any more: they ask nothing more, end at once, and say what is missing in a bounded number of errors. */
import { buildSchema, getOperationAST, type OperationDefinitionNode, parse } from "graphql";
import { expect, it } from "vitest";
import { toExecutable } from "../../src/execution/execute.ts";
import { Memory } from "../../src/execution/memory.ts";
import type { Written } from "../../src/execution/text.ts";
import { Failure } from "../../src/model/errors.ts";
import type { Pace } from "../../src/model/pace.ts";
import { gatherUnheard } from "./unheard.ts";

const unheard = gatherUnheard();

const over = new Failure("DEADLINE_EXCEEDED");

/** A pace that is always due, and over from that rest on (1 is the first). */
function paceOver(from: number): Pace {
  let rests = 0;
  let why: Failure | null = null;
  return {
    isDue: () => true,
    isResting: () => false,
    over: () => why,
    async rest() {
      const n = (rests += 1);
      await new Promise(setImmediate);
      if (n >= from) why = over;
      if (why !== null) throw why;
    },
  };
}

type Resolve = (source: unknown) => unknown;

const textOf = (written: Written | null): string =>
  written === null || typeof written === "string" ? String(written) : written.parts.map(String).join("");

/** The answer to a query over this schema, whose fields are resolved by these functions, and how often each was asked. */
async function answerTo(sdl: string, resolvers: Record<string, Resolve>, query: string, pace: Pace) {
  const schema = buildSchema(sdl);
  const asked: Record<string, number> = {};
  for (const [name, resolve] of Object.entries(resolvers)) {
    const [type = "", field = ""] = name.split(".");
    asked[name] = 0;
    const fields = (schema.getType(type) as { getFields(): Record<string, object> } | undefined)?.getFields();
    Object.assign(fields?.[field] ?? {}, {
      resolve(source: unknown) {
        asked[name] = (asked[name] ?? 0) + 1;
        return resolve(source);
      },
    });
  }
  const document = parse(query);
  const definition = getOperationAST(document) as OperationDefinitionNode;
  const { data, errors } = await toExecutable(schema, document, definition, new Memory()).run({}, {}, pace);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    data: JSON.parse(textOf(data)),
    errors: errors.map(({ path, message, originalError }) => ({
      path: path?.join("."),
      message,
      code: originalError instanceof Failure ? originalError.code : null,
    })),
    asked,
  };
}

const later = async <T>(value: T) => {
  await new Promise(setImmediate);
  return value;
};

it("asks nothing more, and says of each place that it is missing", async () => {
  const { data, errors, asked } = await answerTo(
    "type Query { a: Thing b: Thing } type Thing { name: String slow: Int }",
    {
      "Query.a": () => later({ name: "a" }),
      "Query.b": () => later({ name: "b" }),
      "Thing.slow": () => 1,
    },
    "{ a { name slow } b { name slow } }",
    paceOver(2),
  );

  expect(data).toEqual({ a: { name: "a", slow: 1 }, b: null });
  expect(errors).toEqual([{ path: "b", message: over.message, code: "DEADLINE_EXCEEDED" }]);
  expect(asked).toEqual({ "Query.a": 1, "Query.b": 1, "Thing.slow": 1 });
});

it("asks nothing at all when nobody waits from the beginning", async () => {
  const pace = { ...paceOver(1), over: () => over };

  const { data, errors, asked } = await answerTo(
    "type Query { a: Int b: Int }",
    { "Query.a": () => 1, "Query.b": () => 2 },
    "{ a b }",
    pace,
  );

  expect(data).toEqual({ a: null, b: null });
  expect(errors.map(({ path }) => path)).toEqual(["a", "b"]);
  expect(asked).toEqual({ "Query.a": 0, "Query.b": 0 });
});

it("a place that may not be null takes with it what is around it", async () => {
  const { data, errors } = await answerTo(
    "type Query { a: Thing b: Thing } type Thing { must: Int! }",
    { "Query.a": () => ({}), "Query.b": () => ({}), "Thing.must": () => later(1) },
    "{ a { must } b { must } }",
    paceOver(2),
  );

  expect(data).toEqual({ a: { must: 1 }, b: null });
  expect(errors).toEqual([{ path: "b.must", message: over.message, code: "DEADLINE_EXCEEDED" }]);
});

it.each([
  ["at once", (items: readonly unknown[]) => items],
  ["as promises", (items: readonly unknown[]) => items.map((item) => later(item))],
  ["later", (items: readonly unknown[]) => later(items)],
  ["as a set", (items: readonly unknown[]) => new Set(items)],
])(
  "of a list that comes %s what was written stays, and of the rest a hundred places are named",
  async (_, give) => {
    const { data, errors } = await answerTo(
      "type Query { items: [Int] }",
      { "Query.items": () => give(Array.from({ length: 1_000 }, (_n, n) => n)) },
      "{ items }",
      paceOver(4),
    );

    const items: (number | null)[] = data.items;
    const first = items.indexOf(null);
    expect(items).toEqual(Array.from({ length: 1_000 }, (_n, n) => (n < first ? n : null)));
    expect(first).toBeGreaterThan(0);
    const late = new Set(items.flatMap((item, n) => (item === null ? [`items.${n}`] : [])));
    expect(new Set(errors.map(({ path }) => path))).toHaveProperty("size", 101);
    expect(errors.every(({ path, code }) => late.has(path ?? "") && code === "DEADLINE_EXCEEDED")).toBe(true);
    expect(errors.map(({ message }) => message)).toEqual([
      ...Array.from({ length: 100 }, () => over.message),
      `${over.message} Further places are null for the same reason; they are not named one by one.`,
    ]);
    expect(unheard).toEqual([]);
  },
);

it("a list whose items may not be null is missing wholly, and what fails of it later is heard", async () => {
  const failing = () =>
    Array.from({ length: 100 }, (_, n) => (n < 50 ? n : Promise.reject(new Error("late"))));

  const { data, errors } = await answerTo(
    "type Query { items: [Int!] }",
    { "Query.items": failing },
    "{ items }",
    paceOver(1),
  );

  expect(data).toEqual({ items: null });
  expect(errors).toHaveLength(1);
  expect(unheard).toEqual([]);
});

it("of a list that comes when nobody waits any more, what fails later is heard", async () => {
  let isOver = false;

  const { data, errors } = await answerTo(
    "type Query { items: [Int] }",
    {
      "Query.items": () => {
        isOver = true;
        return [1, Promise.reject(new Error("late"))];
      },
    },
    "{ items }",
    { ...paceOver(1), over: () => (isOver ? over : null) },
  );

  expect(data).toEqual({ items: [null, null] });
  expect(errors.map(({ code }) => code)).toEqual(["DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"]);
  expect(unheard).toEqual([]);
});

it("what fails for a reason of its own says so, however many are late before it", async () => {
  const reasonOf = (n: number) => (n < 120 ? over : new Error(`broken ${n}`));

  const { data, errors } = await answerTo(
    "type Query { items: [Thing] } type Thing { slow: Int }",
    {
      "Query.items": () => Array.from({ length: 150 }, (_, n) => ({ n })),
      "Thing.slow": async (thing) => {
        throw reasonOf((thing as { n: number }).n);
      },
    },
    "{ items { slow } }",
    paceOver(Number.POSITIVE_INFINITY),
  );

  expect(data.items).toEqual(Array.from({ length: 150 }, () => ({ slow: null })));
  const codes = errors.map(({ code }) => code);
  expect(codes.filter((code) => code === "DEADLINE_EXCEEDED")).toHaveLength(101);
  expect(errors.filter(({ message }) => message.startsWith("broken"))).toHaveLength(30);
});

it("of mutations only those that have begun are made, and what they have done is told", async () => {
  let isOver = false;

  const { data, errors, asked } = await answerTo(
    "type Query { a: Int } type Mutation { one: Int two: Int three: Int }",
    {
      "Mutation.one": () => later(1),
      "Mutation.two": () => {
        isOver = true;
        return later(2);
      },
      "Mutation.three": () => later(3),
    },
    "mutation { one two three }",
    { ...paceOver(1), over: () => (isOver ? over : null) },
  );

  expect(data).toEqual({ one: 1, two: 2, three: null });
  expect(errors.map(({ path }) => path)).toEqual(["three"]);
  expect(asked).toEqual({ "Mutation.one": 1, "Mutation.two": 1, "Mutation.three": 0 });
});
