/** Which usage months Akamai is asked for. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { questionFor, questionsOf } from "../../../src/sources/akamai/months.ts";

const keysOf = (from: string, to: string, thisMonth = "2026-03") =>
  questionsOf(["C-1"], { from, to }, "contract", thisMonth).map(({ month }) => month);

test("asks the usage month before the first month of issue too, for an invoice is dated in the next month", () => {
  expect(keysOf("2026-01-10", "2026-02-20")).toEqual(["2025-12", "2026-01", "2026-02"]);
});

test("never asks for a month before April 2016", () => {
  expect(keysOf("2016-04-15", "2016-05-15")).toEqual(["2016-04", "2016-05"]);
  expect(keysOf("2016-05-15", "2016-05-15")).toEqual(["2016-04", "2016-05"]);
  expect(keysOf("2016-06-15", "2016-06-15")).toEqual(["2016-05", "2016-06"]);
  expect(keysOf("0001-01-01", "2016-03-31")).toEqual([]);
});

test("never asks for a usage month after the current one", () => {
  expect(keysOf("2026-03-01", "2026-12-31")).toEqual(["2026-02", "2026-03"]);
  expect(keysOf("2026-04-01", "9999-12-31")).toEqual(["2026-03"]);
  expect(keysOf("2026-05-01", "9999-12-31")).toEqual([]);
});

test("asks every month whose list may hold an invoice of the range, over year ends and leap days, and each once", () => {
  const days = fc
    .date({ min: new Date("2016-06-01"), max: new Date("2032-12-31"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));

  fc.assert(
    fc.property(days, days, days, (a, b, issued) => {
      const [from = "", , to = ""] = [a, b, issued].toSorted();
      const before = new Date(`${issued.slice(0, 7)}-01T00:00:00Z`);
      before.setUTCDate(0);

      const months = keysOf(from, to, "2033-01");

      // Usage of a month is invoiced in it or in the next one.
      expect(months).toContain(issued.slice(0, 7));
      expect(months).toContain(before.toISOString().slice(0, 7));
      expect(months).toEqual([...new Set(months)].toSorted());
    }),
  );
});

test("asks each contract once a month, however often it is named, with keys of its own", () => {
  const questions = questionsOf(
    ["C-1", "C-2", "C-1"],
    { from: "2026-02-01", to: "2026-02-28" },
    "contract",
    "2026-03",
  );

  expect(questions.map(({ account, month }) => [account, month])).toEqual([
    ["C-1", "2026-01"],
    ["C-1", "2026-02"],
    ["C-2", "2026-01"],
    ["C-2", "2026-02"],
  ]);
  expect(new Set(questions.map(({ key }) => key)).size).toBe(4);
  expect(questions[0]?.covers).toEqual({ from: "2026-01-01", to: "2026-02-28" });
});

test("asks one question a month for all contracts of the account, and none for no contract", () => {
  const range = { from: "2026-02-01", to: "2026-02-28" };

  expect(questionsOf(["C-1", "C-2"], range, "account", "2026-03")).toMatchObject([
    { account: null, month: "2026-01" },
    { account: null, month: "2026-02" },
  ]);
  expect(questionsOf([], range, "account", "2026-03")).toEqual([]);
});

test("finds the question of a single invoice by the usage month in its key", () => {
  const place = { source: "cdn", account: "C-1", key: ["2026-01", "3000000001"] };
  const [question] = questionsOf(["C-1"], { from: "2026-02-01", to: "2026-02-01" }, "contract", "2026-03");

  expect(questionFor(place, "contract")).toEqual(question);
  expect(questionFor(place, "account")).toMatchObject({ account: null, month: "2026-01" });
});

test.each([
  [[]],
  [["2026-01"]],
  [["2026-13", "1"]],
  [["2016-03", "1"]],
  [["2026-01", ""]],
  [["2026-01", "1", "2"]],
])("the key %j is none of Akamai's", (key) => {
  expect(questionFor({ source: "cdn", account: "C-1", key }, "contract")).toBeNull();
});
