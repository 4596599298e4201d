/** All contradictions of the documents at once: the graph answers the same, and the front page says what came otherwise. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { contradictions } from "../../src/simulators/contradictions.ts";
import { startTestApp, type TestApp } from "../support/app.ts";

const question = `{
  invoices(first: 100) {
    totalCount
    isComplete
    nodes { number type issuedOn dueOn totalAmount currency lines { quantity netAmount description } customer { name settings { paysInvoiceFee currency { code } paymentTerms { name days } } } }
  }
}`;

let plain: TestApp;
let contrary: TestApp;
beforeAll(async () => {
  [plain, contrary] = await Promise.all([startTestApp(), startTestApp({ each: contradictions })]);
});
afterAll(() => Promise.all([plain?.close(), contrary?.close()]));

it("changes no answer, and every kind of difference stands on the page, for every source", async () => {
  const [expected, answer] = await Promise.all([plain.query(question), contrary.query(question)]);
  const [before, after] = await Promise.all(
    [plain, contrary].map(async ({ url }) => (await fetch(url)).text()),
  );

  expect(answer).toEqual(expected);
  expect(answer.data.invoices.nodes).toHaveLength(100);
  expect(before).toContain("None: every record was as documented.");
  for (const source of ["flolive", "cdn", "freight", "billing"])
    expect(after).toContain(`data-label="Source"><div>${source}</div>`);
  for (const kind of [
    "Other spelling",
    "Unexpected type",
    "Unexpected format",
    "Unknown value",
    "Unknown field",
    "Missing field",
  ])
    expect(after).toContain(`>${kind}</span>`);
});
