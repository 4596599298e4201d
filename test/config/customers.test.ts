import { describe, expect, it } from "vitest";
import { type KindOfSource, readCustomers } from "../../src/config/customers.ts";
import { unknownOrigin } from "../../src/config/mistake.ts";
import { failure } from "../../src/doctor/finding.ts";
import { toTable } from "../../src/doctor/table.ts";
import { readYaml } from "../../src/config/yaml.ts";
import { post, railway } from "./fake-kind.ts";

const kinds: KindOfSource = new Map([
  ["freight", post],
  ["rail", railway],
  ["broken", null],
]);

function read(yaml: string) {
  const reading = readYaml(yaml);
  if ("mistakes" in reading) throw new Error(reading.mistakes[0]?.message);
  const { customers, mistakes } = readCustomers(reading.value, kinds, [], reading.origin);
  return { customers, mistakes: mistakes.map(({ line, message }) => `${line}: ${message}`) };
}

describe("readCustomers", () => {
  it("reads one reference or a list of them, each in the form of its kind", () => {
    const { customers, mistakes } = read(`
- { id: acme, name: Acme, accounts: { freight: [" a1 ", "001"], rail: 4100 } }
- { id: 北風, name: "Acme, \\"IoT\\"", parent: acme }
`);

    expect(mistakes).toEqual([]);
    expect(customers).toEqual([
      {
        key: "acme",
        name: "Acme",
        parentKey: null,
        accounts: [
          { source: "freight", reference: "A1" },
          { source: "freight", reference: "001" },
          { source: "rail", reference: "4100" },
        ],
      },
      { key: "北風", name: 'Acme, "IoT"', parentKey: "acme", accounts: [] },
    ]);
  });

  it.each([
    [
      "a number that lost its zeros",
      "{ freight: [001] }",
      '[0].accounts.freight[0] is written 001, which YAML reads as the number 1; put it in quotes: "001".',
    ],
    [
      "lost zeros also where numbers are right",
      "{ rail: 0042 }",
      '[0].accounts.rail is written 0042, which YAML reads as the number 42; put it in quotes: "0042".',
    ],
    ["a hexadecimal number", "{ rail: 0x1F }", "[0].accounts.rail is written 0x1F"],
    [
      "a number where the kind wants text",
      "{ freight: 17 }",
      '[0].accounts.freight must be a customer code in quotes, such as "001".',
    ],
    ["text where the kind wants a number", "{ rail: x }", "[0].accounts.rail must be a customer number."],
    ["a number too long to be exact", "{ rail: 12345678901234567890 }", "[0].accounts.rail"],
    ["a fraction", "{ rail: 1.5 }", "[0].accounts.rail"],
    [
      "an unknown source",
      "{ freigth: a }",
      "[0].accounts.freigth does not name a configured source; did you mean freight?",
    ],
    ["an empty reference", '{ freight: "" }', "[0].accounts.freight must not be empty."],
    ["null", "{ freight: null }", "[0].accounts.freight must be a list or text or a number."],
  ])("refuses %s as an account", (_, accounts, sentence) => {
    const { mistakes } = read(`- id: acme\n  name: Acme\n  accounts: ${accounts}\n`);

    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(`3: ${sentence}`);
  });

  it("leaves the references of a source whose kind is not known yet alone", () => {
    expect(read("- { id: a, name: A, accounts: { broken: [x, 1] } }").mistakes).toEqual([]);
  });

  it("refuses an account that is linked twice, with the line of the second", () => {
    const { mistakes } = read(`
- { id: a, name: A, accounts: { freight: [x, "1", X] } }
- { id: b, name: B, accounts: { rail: 7 } }
- { id: c, name: C, accounts: { rail: [8, 7] } }
- { id: d, name: D, accounts: { freight: 'x ' } }
`);

    expect(mistakes).toEqual([
      "2: [0].accounts.freight[2] is the same account as [0].accounts.freight[0]; remove one of them.",
      "4: [2].accounts.rail[1] is already linked to another customer at [1].accounts.rail; an account belongs to one customer.",
      "5: [3].accounts.freight is already linked to another customer at [0].accounts.freight[0]; an account belongs to one customer.",
    ]);
  });

  it("refuses double ids, parents that are not there, and circles, each once", () => {
    const { mistakes } = read(`
- { id: a, name: A, parent: b }
- { id: b, name: B, parent: c }
- { id: c, name: C, parent: b }
- { id: d, name: D, parent: d }
- { id: e, name: E, parent: x }
- { id: a, name: A2 }
`);

    expect(mistakes).toEqual([
      "7: [5].id is also the id of [0]; every customer needs its own.",
      "6: [4].parent does not name a customer of this list; it must be the id of one, or null.",
      "3: [1].parent goes round in a circle ([1] -> [2] -> [1]); one of them must have another parent, or null.",
      "5: [3].parent goes round in a circle ([3] -> [3]); one of them must have another parent, or null.",
    ]);
  });

  it("names each of 200,000 customers whose parent is not there", () => {
    const list = Array.from({ length: 200_000 }, (_, i) => ({ id: `c${i}`, name: "C", parent: "nobody" }));

    const { mistakes } = readCustomers(list, kinds, [], unknownOrigin);

    expect(mistakes).toHaveLength(200_000);
    expect(toTable(mistakes.map(({ message }) => failure("configuration", message, "…")))).toContain(
      "200000 failures",
    );
  });

  it("does not call a parent missing whose only trouble is another mistake", () => {
    expect(read("- { id: a }\n- { id: b, name: B, parent: a }").mistakes).toEqual([
      "1: [0].name is missing: the name that people see.",
    ]);
  });

  it.each([
    ["a number as id", "{ id: 42, name: A }", "[0].id must be text; put it in quotes."],
    ["a space at the end of an id", "{ id: 'a ', name: A }", "[0].id must be 1 to 128 characters"],
    ["a control character", '{ id: "a\\u0000b", name: A }', "[0].id must be 1 to 128 characters"],
    ["an empty name", "{ id: a, name: '  ' }", "[0].name must not be empty."],
    [
      "an unknown key",
      "{ id: a, name: A, account: {} }",
      "[0].account is not a known key; did you mean accounts?",
    ],
    ["text instead of a customer", "acme", "[0] must be a mapping of keys to values."],
    [
      "__proto__ as a source",
      "{ id: a, name: A, accounts: { __proto__: x } }",
      "[0].accounts.__proto__ is not a known key; remove it.",
    ],
  ])("refuses %s", (_, customer, sentence) => {
    expect(read(`- ${customer}`).mistakes.join("\n")).toContain(sentence);
  });
});
