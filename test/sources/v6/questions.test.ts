import { afterEach, describe, expect, it } from "vitest";
import { monthOf, monthsIn } from "../../../src/model/day.ts";
import { askMonth, callFor, createSource, type Running, startRunning } from "./running.ts";

const entry = { url: "http://127.0.0.1:1/v6-api/rest", apiKey: "k" };
let running: Running | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

describe("The questions of V6", () => {
  it("are one for each month, whoever and however many are asked about", () => {
    const { invoices } = createSource(entry);
    const accounts = Array.from({ length: 10 }, (_, index) => `00${index}`);

    const questions = invoices.questions(accounts, { from: "2025-12-31", to: "2026-11-01" });

    expect(questions).toHaveLength(12);
    expect(new Set(questions.map((question) => question.key)).size).toBe(12);
    expect(questions[0]).toEqual({
      key: "2025-12",
      account: null,
      month: "2025-12",
      covers: { from: "2025-12-01", to: "2025-12-31" },
    });
  });

  it("never have a window that lies in the future as a whole", () => {
    const { invoices } = createSource(entry);

    const near = invoices.questions(["001"], { from: "2026-11-01", to: "2027-06-30" });
    const wide = createSource({ ...entry, overfetchDays: { before: 8 } }).invoices;

    expect(near.map((question) => question.key)).toEqual(["2026-11"]);
    expect(wide.questions(["001"], { from: "2026-12-01", to: "2027-06-30" }).map((each) => each.key)).toEqual(
      ["2026-12"],
    );
  });

  it("find one invoice again by its date's month, and know a foreign key", () => {
    const { invoices } = createSource(entry);
    const place = { source: "freight", account: "001" };

    expect(invoices.questionFor({ ...place, key: ["I", "LT001", "2018-01-24"] })?.key).toBe("2018-01");
    expect(invoices.questionFor({ ...place, key: ["", "LT001", "2018-01-24"] })?.key).toBe("2018-01");
    expect(invoices.questionFor({ ...place, key: ["I", "LT001", "24-01-2018"] })).toBeNull();
    expect(invoices.questionFor({ ...place, key: ["I", "", "2018-01-24"] })).toBeNull();
    expect(invoices.questionFor({ ...place, key: ["LT001", "2018-01-24"] })).toBeNull();
    expect(invoices.questionFor({ ...place, key: ["I", "LT001", "2018-01-24", "x"] })).toBeNull();
    expect(invoices.reach("2026-11-22")).toEqual([]);
  });

  it("are one upstream call each, seven days wider than the month, in ddMMyyyy", async () => {
    running = await startRunning();

    await askMonth(running.source, "2026-02");

    expect(running.simulator.log.map(({ path, query }) => `${path}?${query}`)).toEqual([
      "/v6-api/rest/invoices?fromDate=25012026&toDate=07032026",
    ]);
    expect(running.simulator.log[0]?.headers.authorization).toBe("ApiKey v6-customer-service-key");
  });

  it("ask for the month alone when no over-fetching is configured, and fromDate is before toDate", async () => {
    running = await startRunning({ overfetchDays: { before: 0, after: 0 } });

    await askMonth(running.source, "2026-02");

    expect(running.simulator.log[0]?.query).toBe("fromDate=01022026&toDate=28022026");
    expect(running.simulator.log[0]?.status).toBe(200);
  });

  it("have answers that together hold every invoice once", async () => {
    running = await startRunning();
    const { world, source } = running;
    const range = { from: `${world.months[1]}-01`, to: "2026-10-31" };
    const issued = world.v6
      .invoicesCreatedBetween("2025-01-01", world.today)
      .filter((fact) => monthOf(fact.issuedOn) >= monthOf(range.from) && fact.issuedOn <= range.to);

    const questions = source.invoices.questions(["001"], range);
    const answers = await Promise.all(questions.map((question) => source.invoices.ask(question, callFor())));
    const ids = answers.flatMap((answer) => answer.invoices.map((invoice) => invoice.id));

    expect(issued.length).toBeGreaterThan(100);
    expect(questions.map((question) => question.key)).toEqual(monthsIn(range));
    expect(ids).toHaveLength(issued.length);
    expect(new Set(ids).size).toBe(issued.length);
    expect(answers.every((answer) => answer.dropped.length === 0)).toBe(true);
  });

  it("have answers dated by the source's clock", async () => {
    running = await startRunning();

    const answer = await askMonth(running.source, "2026-10");

    expect(answer.fetchedAt).toBe("2026-11-22T12:00:00.000Z");
  });
});
