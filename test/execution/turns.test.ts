/** Executions that rest: all is answered as if they had not, and no failure goes unheard meanwhile. */
import { buildSchema, getOperationAST, type OperationDefinitionNode, parse } from "graphql";
import { expect, it } from "vitest";
import { toExecutable } from "../../src/execution/execute.ts";
import { Memory } from "../../src/execution/memory.ts";
import type { Pace } from "../../src/model/pace.ts";
import { gatherUnheard } from "./unheard.ts";

const unheard = gatherUnheard();

/** The answer of a field `items: [Int]`, at a pace that is always due, and how often it rested. */
async function answerOf(items: () => unknown) {
  const schema = buildSchema("type Query { items: [Int] }");
  Object.assign(schema.getQueryType()?.getFields()["items"] ?? {}, { resolve: items });
  const document = parse("{ items }");
  let rests = 0;
  const pace: Pace = {
    isDue: () => true,
    isResting: () => false,
    over: () => null,
    rest() {
      rests += 1;
      return new Promise((resolve) => void setTimeout(resolve, 1));
    },
  };
  const definition = getOperationAST(document) as OperationDefinitionNode;
  const { data, errors } = await toExecutable(schema, document, definition, new Memory()).run({}, {}, pace);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { text: data, paths: errors.map(({ path }) => path?.join(".")), rests };
}

const numbers = Array.from({ length: 50 }, (_, n) => n);

it("a long list rests between some of its items", async () => {
  const { text, paths, rests } = await answerOf(() => numbers);

  expect(text).toBe(`{"items":[${numbers.join()}]}`);
  expect(paths).toEqual([]);
  expect(rests).toBe(3);
});

it("each item that comes later is written in a turn of its own", async () => {
  const { text, rests } = await answerOf(() => numbers.map(async (n) => n));

  expect(text).toBe(`{"items":[${numbers.join()}]}`);
  expect(rests).toBeGreaterThanOrEqual(50);
});

it.each([
  ["at once", (items: unknown[]) => items],
  ["later", async (items: unknown[]) => items],
  ["as a set", (items: unknown[]) => new Set(items)],
  ["later as a set", async (items: unknown[]) => new Set(items)],
  ["later, to be read once", async (items: unknown[]) => items.values()],
])("items that fail while it rests are null, and are heard, where the list comes %s", async (_, give) => {
  const failing = () => give(numbers.map((n) => (n < 40 ? n : Promise.reject(new Error("late")))));

  const { text, paths } = await answerOf(failing);

  expect(text).toBe(`{"items":[${numbers.map((n) => (n < 40 ? n : "null")).join()}]}`);
  expect(paths.toSorted()).toEqual(numbers.slice(40).map((n) => `items.${n}`));
  expect(unheard).toEqual([]);
});
