/** Answers so long that parts of them are bytes before the whole is there. */
import fc from "fast-check";
import { buildSchema, execute, getOperationAST, type OperationDefinitionNode, parse } from "graphql";
import { expect, it } from "vitest";
import { toExecutable } from "../../src/execution/execute.ts";
import { Memory } from "../../src/execution/memory.ts";
import { sizeOf } from "../../src/execution/text.ts";
import { whole } from "./written.ts";

interface Leaf {
  readonly text: string;
  readonly length: number;
  readonly fate: "AT_ONCE" | "LATER" | "FAILS" | "FAILS_LATER";
}

const schema = buildSchema(`
  type Query { branches: [Branch], kept: [Branch] }
  type Branch { name: String, leaves: [Leaf], must: [Leaf!] }
  type Leaf { text: String }
`);
const { branches, kept } = schema.getQueryType()!.getFields();
Object.assign(branches!, { resolve: (_: unknown, _args: object, trees: readonly object[]) => trees });
Object.assign(kept!, { resolve: branches!.resolve, extensions: { listLasts: true } });

function branchOf(leaves: readonly Leaf[]) {
  const given = leaves.map(({ text, length, fate }) => {
    const leaf = { text: text.repeat(length) };
    if (fate === "AT_ONCE") return leaf;
    if (fate === "FAILS") return new Error("fails");
    return new Promise((resolve, reject) =>
      setImmediate(() => (fate === "LATER" ? resolve(leaf) : reject(new Error("fails later")))),
    );
  });
  for (const each of given) if (each instanceof Promise) each.catch(() => {});
  // graphql-js leaves promises unheard beside what fails at once.
  return { name: "b", leaves: given, must: given.filter((each) => !(each instanceof Error)) };
}

const leaf: fc.Arbitrary<Leaf> = fc.record({
  text: fc.constantFrom("a", '"', "\\", "ä", "漢", "😀", "\ud800", "\n"),
  length: fc.constantFrom(0, 1, 300, 3_000, 9_000, 40_000),
  fate: fc.constantFrom("AT_ONCE", "AT_ONCE", "AT_ONCE", "AT_ONCE", "LATER", "FAILS", "FAILS_LATER"),
});

it("are what graphql-js answers, byte for byte, wherever in them something comes later or fails", async () => {
  const document = parse("{ branches { name leaves { text } must { text } } kept { leaves { text } } }");
  const definition = getOperationAST(document) as OperationDefinitionNode;
  let long = 0;

  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(leaf, { maxLength: 12 }), { maxLength: 5 }), async (trees) => {
      const contextValue = trees.map(branchOf);
      const reference = await execute({ schema, document, contextValue });
      const { run } = toExecutable(schema, document, definition, new Memory());

      const answers = [];
      for (let time = 0; time < 3; time++) answers.push(await run(contextValue, {}));

      for (const { data, errors } of answers) {
        expect(whole(data)).toBe(JSON.stringify(reference.data));
        expect(errors).toHaveLength(reference.errors?.length ?? 0);
        if (sizeOf(data ?? "") > 100_000) long += 1;
      }
    }),
    { numRuns: 60 },
  );

  expect(long).toBeGreaterThan(20);
});
