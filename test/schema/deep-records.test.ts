/** A source's own record that nests deeper than can be written. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestApp, type TestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ cold: true });
});
afterAll(() => app.close());

const ask = (first: number) =>
  app.query(`{ invoices(first: ${first}, filter: { sources: ["freight"] }) { nodes { number raw } } }`);

it.each([
  { levels: 400, isGiven: true },
  { levels: 50_000, isGiven: false },
])("with $levels levels is given out: $isGiven, and the others always", async ({ levels, isGiven }) => {
  const [{ raw }] = (await ask(1)).data.invoices.nodes;
  const plain = JSON.stringify({ ...raw, invoiceNo: "PLAIN" });
  const deep = `{"more":${"[".repeat(levels)}${"]".repeat(levels)},${JSON.stringify({ ...raw, invoiceNo: "DEEP" }).slice(1)}`;
  app.simulators.v6.setFault({ kind: "answer", body: `[${plain},${deep}]` });

  const { data, errors = [] } = await ask(10);

  app.simulators.v6.setFault(null);
  const rawOf = (sought: string) =>
    data.invoices.nodes.find(({ number }: { number: string }) => number === sought).raw;
  expect(rawOf("PLAIN")).toEqual({ ...raw, invoiceNo: "PLAIN" });
  expect(rawOf("DEEP") !== null).toBe(isGiven);
  expect(errors.map(({ extensions: { code } }) => code)).toEqual(isGiven ? [] : ["SOURCE_BAD_RESPONSE"]);
});
