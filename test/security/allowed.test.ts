/** Lists without `first` are as long as they are: what nests them into one another is bounded as it runs. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";

const family = [
  { id: "head", name: "Head", accounts: {} },
  ...Array.from({ length: 40 }, (_, place) => ({
    id: `member-${place}`,
    name: `Member ${place}`,
    parent: "head",
    accounts: {},
  })),
];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    sections: () => ({
      customers: family,
      server: { limits: { cost: 10_000 } },
    }),
  });
});
afterAll(() => app.close());

const nested = (levels: number): string =>
  levels === 0 ? "key" : `subCustomers { parent { ${nested(levels - 1)} } }`;

it.each([
  ["a whole answer", ""],
  ["graphql-js, which @defer needs", " ... @defer { name }"],
])("ends with one error when sub-customers of sub-customers are too many: %s", async (_, more) => {
  const response = await fetch(`${app.url}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: more === "" ? "application/json" : "multipart/mixed, application/json",
      "x-api-key": app.keyOf("service"),
    },
    body: JSON.stringify({
      query: `{ customers(first: 30) { nodes { key parent { ${nested(2)} }${more} } } }`,
    }),
  });

  const text = await response.text();

  expect(text).toContain('"code":"LIMIT_EXCEEDED"');
  expect(text).toContain('"key":"head"');
  expect(text.length).toBeLessThan(2_000_000);
  expect(text.match(/LIMIT_EXCEEDED/g)).toHaveLength(1);
});

it("gives a whole family", async () => {
  const { data, errors } = await app.query("{ customers(first: 50) { nodes { subCustomers { key } } } }");

  expect(errors).toBeUndefined();
  expect(data.customers.nodes[0].subCustomers).toHaveLength(40);
});
