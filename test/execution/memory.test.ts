/** What is written of an object that never changes is written again as it was, and of all other objects anew. */
import { buildSchema, getOperationAST, type OperationDefinitionNode, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { toExecutable } from "../../src/execution/execute.ts";
import { Memory } from "../../src/execution/memory.ts";
import { whole } from "./written.ts";

const schema = buildSchema(`
  type Query { stone: Stone, leaf: Leaf, stones: [Stone!]!, kept: [Stone], odd: [Odd] }
  union Odd = Stone | Leaf
  type Stone { name: String, weight: Int, owner: Owner, later: String, self: Stone, fragile: String, tagged(tag: String): String }
  type Leaf { name: String }
  type Owner { name: String }
`);
schema.getType("Stone")!.extensions = { isLasting: true };
const { fragile, later, owner, self, tagged } = (schema.getType("Stone") as any).getFields();
Object.assign(self, { extensions: { isLasting: true }, resolve: (stone: object) => stone });
Object.assign(fragile, {
  extensions: { isLasting: true },
  resolve() {
    throw new Error("broken");
  },
});
Object.assign(tagged, {
  extensions: { isLasting: true },
  resolve: (_stone: object, { tag }: { tag: string }) => tag,
});
Object.assign(schema.getType("Odd")!, { resolveType: (_value: object, { type }: { type: string }) => type });
for (const name of ["kept", "odd"])
  Object.assign(schema.getQueryType()?.getFields()[name] ?? {}, {
    extensions: { listLasts: true },
    resolve: (_source: unknown, _args: object, { kept }: { kept: unknown[] }) => kept,
  });
Object.assign(owner, {
  resolve: (_stone: object, _args: object, { who }: { who: string }) => ({ name: who }),
});
Object.assign(later, { resolve: async () => "later" });
Object.assign(schema.getQueryType()?.getFields()["stones"] ?? {}, {
  resolve: (_source: unknown, _args: object, { stones }: { stones: object[] }) => stones,
});
for (const name of ["stone", "leaf"])
  Object.assign(schema.getQueryType()?.getFields()[name] ?? {}, {
    resolve: (_source: unknown, _args: object, context: Record<string, unknown>) => context[name],
  });

function executable(text: string, memory: Memory) {
  const document = parse(text);
  const definition = getOperationAST(document) as OperationDefinitionNode;
  return toExecutable(schema, document, definition, memory);
}

/** An object that counts how often its name is read. */
function stone(name: string) {
  return {
    reads: 0,
    weight: 3,
    get name() {
      this.reads += 1;
      return name;
    },
  };
}

describe("an object that lasts", () => {
  it("is read at the first two times of asking, and not again", async () => {
    const own = stone("basalt");
    const { run } = executable("{ stone { name weight } }", new Memory());

    const answers = [];
    for (let n = 0; n < 5; n++) answers.push((await run({ stone: own }, {})).data);

    expect(new Set(answers)).toEqual(new Set(['{"stone":{"name":"basalt","weight":3}}']));
    expect(own.reads).toBe(2);
  });

  it("is written anew around what resolvers give", async () => {
    const own = stone("basalt");
    const { run } = executable("{ stone { name owner { name } weight later } }", new Memory());

    const answers = [];
    for (const who of ["ann", "bob", "cleo"]) answers.push((await run({ stone: own, who }, {})).data);

    expect(answers).toEqual(
      ["ann", "bob", "cleo"].map(
        (who) => `{"stone":{"name":"basalt","owner":{"name":"${who}"},"weight":3,"later":"later"}}`,
      ),
    );
    expect(own.reads).toBe(2);
  });

  it("is remembered as it was asked for once, and written anew for who asks otherwise", async () => {
    const own = stone("basalt");
    const memory = new Memory();
    const [one, other] = [
      executable("{ stone { name } }", memory),
      executable("{ stone { alias: name weight } }", memory),
    ];

    const answers = [];
    for (const { run } of [one, other, one, other, other, other, one])
      answers.push((await run({ stone: own }, {})).data);

    const [a, b] = ['{"stone":{"name":"basalt"}}', '{"stone":{"alias":"basalt","weight":3}}'];
    expect(answers).toEqual([a, b, a, b, b, b, a]);
    expect(own.reads).toBe(5);
  });

  it("is told apart by the values of @skip and @include", async () => {
    const own = stone("basalt");
    const { run } = executable(
      "query ($no: Boolean!) { stone { name weight @skip(if: $no) } }",
      new Memory(),
    );

    const answers = [];
    for (const no of [true, true, true, false, false, false])
      answers.push((await run({ stone: own }, { no })).data);

    expect(answers.slice(0, 3)).toEqual(Array(3).fill('{"stone":{"name":"basalt"}}'));
    expect(answers.slice(3)).toEqual(Array(3).fill('{"stone":{"name":"basalt","weight":3}}'));
  });

  it("is remembered with all of a list once one of them is met again", async () => {
    const stones = Array.from({ length: 100 }, () => stone("basalt"));
    const { run } = executable("{ stones { name } }", new Memory());

    const reads = [];
    for (let n = 0; n < 5; n++) {
      await run({ stones }, {});
      reads.push(stones.reduce((sum, each) => sum + each.reads, 0));
    }

    // Of strangers one in sixteen is marked; the second time, the first of those is met, and all others are marked.
    expect(reads).toEqual([100, 200, 293, 293, 293]);
  });

  it("is read each time where a value of it fails", async () => {
    const own = Object.assign(stone("basalt"), { weight: new Error("no scales") });
    const { run } = executable("{ stone { name weight } }", new Memory());

    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await run({ stone: own }, {}));

    expect(answers.map(({ data }) => data)).toEqual(
      Array(4).fill('{"stone":{"name":"basalt","weight":null}}'),
    );
    expect(answers.map(({ errors }) => errors.map(({ message }) => message))).toEqual(
      Array.from({ length: 4 }, () => ["no scales"]),
    );
  });

  it("is read each time when much is asked of it, so that a memory stays small", async () => {
    const own = stone("x".repeat(2_000));
    const { run } = executable("{ stone { name } }", new Memory());

    for (let n = 0; n < 4; n++) await run({ stone: own }, {});

    // The second to the fourth time it is tried whether it is little, and then written.
    expect(own.reads).toBeGreaterThanOrEqual(4);
  });

  it("is forgotten with all others when they are too many, and then remembered again", async () => {
    const stones = Array.from({ length: 9_000 }, () => stone("y".repeat(1_900)));
    const { run } = executable("{ stones { name } }", new Memory());

    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(whole((await run({ stones }, {})).data));
    const reads = stones.map((each) => each.reads);

    expect(new Set(answers).size).toBe(1);
    expect(Math.max(...reads)).toBe(3);
    expect(Math.min(...reads)).toBe(2);
  });
});

describe("a list that lasts", () => {
  it("is read at the first two times of asking, and not again", async () => {
    const kept = Array.from({ length: 3 }, (_, n) => stone(`stone ${n}`));
    const { run } = executable("{ kept { name self { weight } } }", new Memory());

    const answers = [];
    const reads = [];
    for (let n = 0; n < 5; n++) {
      answers.push((await run({ kept }, {})).data);
      reads.push(kept.reduce((sum, each) => sum + each.reads, 0));
    }

    const each = kept.map((_, n) => ({ name: `stone ${n}`, self: { weight: 3 } }));
    expect(new Set(answers)).toEqual(new Set([JSON.stringify({ kept: each })]));
    expect(reads).toEqual([3, 6, 6, 6, 6]);
  });

  it("is read anew when it is another list of the same things", async () => {
    const kept = [stone("basalt"), stone("granite")];
    const { run } = executable("{ kept { name } }", new Memory());

    const answers = [];
    for (const some of [kept, kept, kept, kept.slice(1), kept.toReversed(), kept])
      answers.push(whole((await run({ kept: some }, {})).data));

    const [a, b] = ['{"name":"basalt"}', '{"name":"granite"}'];
    expect(answers.slice(2).map((text) => text?.slice(9, -2))).toEqual([
      `${a},${b}`,
      b,
      `${b},${a}`,
      `${a},${b}`,
    ]);
  });

  it.each([
    ["something is asked of a resolver", "owner { name }"],
    ["something comes later", "later"],
    ["a resolver takes arguments", "tagged(tag: $who)"],
  ])("is written anew each time where %s", async (_title, field) => {
    const kept = [stone("basalt")];
    const { run } = executable(`query ($who: String) { kept { name ${field} } }`, new Memory());

    const answers = [];
    for (const who of ["ann", "ann", "ann", "bob"])
      answers.push(whole((await run({ kept, who }, { who })).data) ?? "");

    const others = answers.map((text) => text.replaceAll(/ann|bob/g, ""));
    expect(new Set(others).size).toBe(1);
    expect(answers.map((text) => /ann|bob|later/.exec(text)?.[0])).toEqual(
      field === "later" ? Array(4).fill("later") : ["ann", "ann", "ann", "bob"],
    );
  });

  it("is written anew each time where the type of an item has to be found out", async () => {
    const kept = [stone("basalt")];
    const { run } = executable("{ odd { __typename } }", new Memory());

    const answers = [];
    for (const type of ["Stone", "Stone", "Stone", "Leaf"])
      answers.push(whole((await run({ kept, type }, {})).data));

    expect(answers.map((text) => /Stone|Leaf/.exec(text ?? "")?.[0])).toEqual([
      "Stone",
      "Stone",
      "Stone",
      "Leaf",
    ]);
  });

  it("says each time what fails in it", async () => {
    const kept = [
      stone("basalt"),
      new Error("lost"),
      Object.assign(stone("tuff"), { weight: new Error("no") }),
    ];
    const { run } = executable("{ kept { name weight } }", new Memory());

    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await run({ kept }, {}));

    for (const { data, errors } of answers) {
      expect(data).toBe('{"kept":[{"name":"basalt","weight":3},null,{"name":"tuff","weight":null}]}');
      expect(errors.map(({ message }) => message)).toEqual(["lost", "no"]);
    }
  });

  it("says each time what a resolver fails with, of which all follows from the object", async () => {
    const kept = [stone("basalt")];
    const { run } = executable("{ kept { name fragile } }", new Memory());

    const answers = [];
    for (let n = 0; n < 4; n++) answers.push(await run({ kept }, {}));

    for (const { data, errors } of answers) {
      expect(data).toBe('{"kept":[{"name":"basalt","fragile":null}]}');
      expect(errors.map(({ message }) => message)).toEqual(["broken"]);
    }
  });

  it("is told apart by the values of @skip and @include, and by who asks otherwise", async () => {
    const kept = [stone("basalt")];
    const memory = new Memory();
    const { run } = executable("query ($no: Boolean!) { kept { name weight @skip(if: $no) } }", memory);
    const other = executable("{ kept { weight } }", memory);

    const answers = [];
    for (const no of [true, true, true, false, false, true]) answers.push((await run({ kept }, { no })).data);
    for (let n = 0; n < 3; n++) answers.push((await other.run({ kept }, {})).data);

    const [one, both, weight] = [
      '{"kept":[{"name":"basalt"}]}',
      '{"kept":[{"name":"basalt","weight":3}]}',
      '{"kept":[{"weight":3}]}',
    ];
    expect(answers).toEqual([one, one, one, both, both, one, weight, weight, weight]);
  });

  it("is forgotten with all else when that is too much, and then remembered again", async () => {
    const [one, ...others] = Array.from({ length: 20 }, () => [stone("z".repeat(900_000))]);
    const { run } = executable("{ kept { name } }", new Memory());
    const isRead = async () => {
      const before = one?.[0]?.reads;
      await run({ kept: one }, {});
      return one?.[0]?.reads !== before;
    };

    const first = [await isRead(), await isRead(), await isRead()];
    for (const kept of others) for (let n = 0; n < 2; n++) await run({ kept }, {});
    const afterOthers = [await isRead(), await isRead(), await isRead()];

    expect([first, afterOthers]).toEqual([
      [true, true, false],
      [true, true, false],
    ]);
  });
});

it("an object of another type is read each time", async () => {
  const own = stone("oak");
  const { run } = executable("{ leaf { name } }", new Memory());

  for (let n = 0; n < 4; n++) await run({ leaf: own }, {});

  expect(own.reads).toBe(4);
});
