/** Numbers that come twice in one answer are looked for once, however many ask for it. */
import { expect, it } from "vitest";
import { withRepeatedNumbers } from "../../src/loaders/repeated-numbers.ts";
import type { Invoice } from "../../src/model/invoice.ts";
import type { Answer } from "../../src/model/source.ts";
import { invoiceOf } from "./memory.ts";

const place = { source: "freight", account: "a1" };

function answerOf(invoices: readonly Invoice[]) {
  const counts = { reads: 0 };
  const answer: Answer = {
    fetchedAt: "2026-06-15T12:00:00.000Z",
    dropped: [],
    get invoices() {
      counts.reads += 1;
      return invoices;
    },
  };
  return { answer, counts };
}

it.each([
  ["none comes twice", ["1", "2"]],
  ["one does", ["1", "1"]],
])(
  "is looked through once for a hundred at the same time, and for those who come later, where %s",
  async (_title, numbers) => {
    const { answer, counts } = answerOf(numbers.map((number, n) => invoiceOf(place, `i${n}`, { number })));

    const together = await Promise.all(Array.from({ length: 100 }, () => withRepeatedNumbers(answer)));
    const reads = counts.reads;
    const later = await withRepeatedNumbers(answer);

    expect(new Set([...together, later]).size).toBe(1);
    expect(
      later.invoices.every(({ warnings }) => warnings.length === (numbers[0] === numbers[1] ? 1 : 0)),
    ).toBe(true);
    expect(reads).toBeLessThanOrEqual(2);
  },
);
