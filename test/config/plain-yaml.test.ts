import fc from "fast-check";
import { stringify } from "yaml";
import { describe, expect, it } from "vitest";
import { customer, isSurelyRight } from "../../src/config/customer.ts";
import { readCustomersFile } from "../../src/config/load.ts";
import { readPlainYaml } from "../../src/config/plain-yaml.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { post, railway } from "./fake-kind.ts";

const kinds = new Map([
  ["freight", post],
  ["rail", railway],
]);

const odd = [
  "001",
  "1e3",
  "0x1F",
  "0o7",
  ".5",
  "-0",
  "+1",
  "~",
  "NULL",
  "True",
  ".inf",
  "12345678901234567890",
];
const texts = [
  "a",
  "b c",
  "it's",
  'a"b',
  "x#y",
  "x # y",
  "a:b",
  "a: b",
  "a, b",
  "a]",
  "{",
  "é",
  "\u00A0",
  "12:30",
  "yes",
];
const marks = [
  "*a",
  "&a ",
  "!x",
  "? ",
  "%",
  "@",
  "`",
  "${A}",
  "|",
  ">-",
  "---",
  "...",
  "- ",
  "\t",
  "\r",
  "\u2028",
  "\uFEFF",
];
const quoted = [
  '"x: y"',
  "'[a]'",
  "'it''s'",
  '"a\\nb"',
  '"M\\xFCller"',
  '"\\u0041"',
  '"\\ud83d\\ude00"',
  '"a\\ b"',
  '"\\x07"',
  '"\\x"',
  "''",
  '"',
  "'",
];
const usual = [
  "12",
  "0",
  "-5",
  "true",
  "null",
  "2026-11-23",
  "Smith & Co",
  "00000005-0000-4000-8000-0000000f4240",
];

// Mostly what a list holds, for else nearly no text would be YAML.
const scalar = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...usual, ...texts) },
  { weight: 2, arbitrary: fc.constantFrom(...quoted) },
  { weight: 1, arbitrary: fc.constantFrom(...odd, ...marks) },
);
const key = fc.constantFrom("id", "name", "a", "x.y", '"k"', "'k'", "true", "1", "__proto__", "<<", "a b");
const list = fc.array(scalar, { maxLength: 3 }).map((items) => `[${items.join(", ")}]`);
const map = fc
  .array(fc.tuple(key, fc.oneof(scalar, list)), { maxLength: 3 })
  .map((pairs) => `{ ${pairs.map(([name, value]) => `${name}: ${value}`).join(", ")} }`);
const value = fc.oneof({ weight: 4, arbitrary: scalar }, list, map, fc.constant(""));
const line = fc
  .tuple(
    fc.constantFrom("", "", "  ", "    ", "      ", " "),
    fc.constantFrom("", "- ", "- ", "- - "),
    fc.option(key, { nil: null }),
    value,
    fc.constantFrom("", "", "", " # c", "#c", "  "),
  )
  .map(
    ([indent, dash, name, text, end]) => `${indent}${dash}${name === null ? "" : `${name}: `}${text}${end}`,
  );
const document = fc
  .tuple(
    fc.constantFrom("", "", "", "---\n", "# c\n---\n", "---\n---\n", "%YAML 1.1\n---\n"),
    fc.array(line, { minLength: 1, maxLength: 5 }),
    fc.constantFrom("\n", "\n", "\r\n"),
    fc.constantFrom("", "\n", "\n\n", "\n...\n", "\n---\n"),
  )
  .map(([head, lines, lineEnd, end]) => head + lines.join(lineEnd) + end);

describe("readPlainYaml", () => {
  it("gives what readYaml gives, or nothing", () => {
    let taken = 0;
    fc.assert(
      fc.property(document, (text) => {
        const plain = readPlainYaml(text);
        if (plain === null) return;
        taken += 1;

        expect(readYaml(text)).toMatchObject({ value: plain.value });
        expect((readYaml(text) as { value: unknown }).value).toStrictEqual(plain.value);
      }),
      { numRuns: 6_000, seed: 9 },
    );

    expect(taken).toBeGreaterThan(300);
  });

  it("takes a long name that goes on in the next line", () => {
    const name = "A name that is longer than any line ".repeat(4).trim();

    const written = stringify([{ id: "a", name, parent: null }]);

    expect(written.split("\n").length).toBeGreaterThan(4);
    expect(readPlainYaml(written)?.value).toEqual([{ id: "a", name, parent: null }]);
  });

  it("takes a list as programs write it, and as our documents show it", () => {
    const written = stringify([
      { id: "a", name: "Ä & Söhne: #1", parent: null, accounts: { freight: ["001", "x"] } },
    ]);
    const shown = '- { id: b, name: "B", parent: a, accounts: { rail: 4100, freight: [x1, "17"] } } # new\n';

    expect(readPlainYaml(written)?.value).toHaveLength(1);
    expect(readPlainYaml(`---\n${written}\n# more\n${shown}`)?.value).toEqual([
      { id: "a", name: "Ä & Söhne: #1", parent: null, accounts: { freight: ["001", "x"] } },
      { id: "b", name: "B", parent: "a", accounts: { rail: 4100, freight: ["x1", "17"] } },
    ]);
  });

  it.each([
    ["an alias", "- &a x\n- *a\n"],
    ["a variable", "- { name: ${NAME} }\n"],
    ["a text over several lines", "- name: >\n    x\n"],
    ["a number in an unusual form", "- 0x1F\n"],
    ["a second document", "- a\n---\n- b\n"],
    ["a key that is there twice", "- id: a\n  id: b\n"],
    ["the old YAML", "%YAML 1.1\n---\n- yes\n"],
  ])("leaves %s to readYaml", (_, text) => {
    expect(readPlainYaml(text)).toBeNull();
  });
});

describe("isSurelyRight", () => {
  it("takes only what the schema takes, as it stands", () => {
    const reference = fc.oneof(fc.constantFrom("", "x", "y", 1, 1.5, 2 ** 53, -1, null, true), fc.string());
    const accounts = fc.dictionary(
      fc.constantFrom("freight", "__proto__", ""),
      fc.oneof(reference, fc.array(reference, { maxLength: 2 }), fc.constant({})),
      { maxKeys: 2 },
    );
    const right = fc.constantFrom("a", "é", "x".repeat(128));
    const text = fc.oneof(right, right, fc.constantFrom("", " ", "a ", "a\u0000", "x".repeat(129), 1, null));
    const item = fc.record(
      {
        id: text,
        name: text,
        parent: text,
        accounts: fc.oneof(accounts, accounts, fc.constantFrom(null, [], "x")),
      },
      { requiredKeys: ["id", "name"] },
    );
    let taken = 0;

    fc.assert(
      fc.property(
        fc.oneof(
          item,
          item.map((each) => ({ ...each, strange: 1 })),
          fc.anything(),
        ),
        (each) => {
          if (!isSurelyRight(each)) return;
          taken += 1;

          expect(customer.parse(each)).toEqual({ parent: null, accounts: {}, ...each });
        },
      ),
      { numRuns: 5_000, seed: 9 },
    );

    expect(taken).toBeGreaterThan(200);
  });
});

describe("a long list", () => {
  const lines = Array.from(
    { length: 1_000 },
    (_, place) =>
      `- id: c${place}\n  name: Customer ${place}\n  accounts:\n    rail:\n      - ${place}\n    freight:\n      - x${place}\n`,
  );

  it("costs a fraction of what reading with places costs", () => {
    const text = lines.join("");
    const cpuOf = (work: () => unknown) => {
      const before = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };

    const rounds = Array.from({ length: 3 }, () => [
      cpuOf(() =>
        expect(readCustomersFile(Buffer.from(text), "list.yaml", kinds)).toHaveProperty(
          "customers.length",
          1_000,
        ),
      ),
      cpuOf(() => readYaml(text)),
    ]);

    const ratios = rounds.map(([quick = 0, slow = 0]) => slow / quick);
    expect(Math.max(...ratios)).toBeGreaterThan(3);
  });

  it.each([
    ["a value that is wrong", "- id: last\n  name: ''\n", "[1000].name must not be empty."],
    [
      "an account that is linked twice",
      "- { id: last, name: L, accounts: { rail: 7 } }\n",
      "[1000].accounts.rail is already linked to another customer at [7].accounts.rail[0]",
    ],
    ["a syntax error", "- { id: last\n", "is not closed"],
    [
      "a number that lost its zeros",
      "- { id: last, name: L, accounts: { rail: 0042 } }\n",
      "is written 0042",
    ],
  ])("is told the line of %s", (_, end, sentence) => {
    const read = readCustomersFile(Buffer.from(lines.join("") + end), "/somewhere/list.yaml", kinds);

    const [mistake] = "mistakes" in read ? read.mistakes : [];
    expect(mistake?.message).toContain(sentence);
    expect(mistake).toMatchObject({ file: "list.yaml", line: expect.any(Number) });
    expect(mistake?.line).toBeGreaterThan(7_000);
  });
});
