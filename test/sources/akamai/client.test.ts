/** The Akamai source against its simulator: what is asked, how often, and with which proof. */
import { afterEach, expect, test } from "vitest";
import { callWithin, failureOf, fetchAll, noon, type Pair, startPair } from "./pair.ts";

let pair: Pair;
afterEach(() => pair.close());

test("asks one signed question for a contract and usage month and gives its invoices", async () => {
  pair = await startPair();
  const facts = pair.world.akamai.invoices("C-1ABC234", "2026-01");

  const { invoices, dropped, fetchedAt } = await pair.list("C-1ABC234", "2026-01");

  expect(dropped).toEqual([]);
  expect(fetchedAt).toBe("2026-03-15T12:00:00.000Z");
  expect(invoices.map(({ number, totalAmount }) => [number, totalAmount])).toEqual(
    facts.map(({ invoiceId, total }) => [String(invoiceId), total]),
  );
  expect(pair.simulator.log).toHaveLength(1);
  expect(pair.simulator.log[0]).toMatchObject({
    method: "GET",
    path: "/invoicing-api/v4/contracts/C-1ABC234/invoices",
    query: "month=2026-01",
    status: 200,
  });
  expect(pair.simulator.log[0]?.headers.authorization).toMatch(/timestamp=20260315T12:00:00\+0000;/);
});

test("asks the whole account once a month when it is configured so, and places each invoice in its contract", async () => {
  pair = await startPair({ config: { list: "account" } });
  const lister = pair.source.invoices!;
  const questions = lister.questions(["C-1ABC234", "1-2RBL"], { from: "2026-02-01", to: "2026-02-28" });

  const answers = await Promise.all(questions.map((question) => lister.ask(question, callWithin(5_000))));

  expect(questions.map(({ key, account, month }) => [key, account, month])).toEqual([
    ["account 2026-01", null, "2026-01"],
    ["account 2026-02", null, "2026-02"],
  ]);
  expect(pair.simulator.log.map(({ path }) => path)).toEqual([
    "/invoicing-api/v4/invoices",
    "/invoicing-api/v4/invoices",
  ]);
  const contracts = new Set(answers.flatMap(({ invoices }) => invoices.map(({ account }) => account)));
  expect(contracts).toContain("C-1ABC234");
  expect(contracts).toContain("3-14/59 26");
});

test("signs every request anew, so that the same question can be asked twice", async () => {
  pair = await startPair();

  await pair.list("C-1ABC234", "2026-01");
  await pair.list("C-1ABC234", "2026-01");

  const [first, second] = pair.simulator.log.map(({ headers }) => headers.authorization);
  expect(pair.simulator.log.map(({ status }) => status)).toEqual([200, 200]);
  expect(first).not.toBe(second);
});

test("signs what Akamai sees when a proxy serves it below a path of its own", async () => {
  pair = await startPair();
  const url = String(pair.simulator.source["url"]);
  const proxied = await startPair({ config: { url: `${url}/akamai/` } });

  const failure = await failureOf(proxied.list("C-1ABC234", "2026-01"));

  // Here no proxy takes the path away: the simulator sees another path than the one that was signed for Akamai.
  expect(pair.simulator.log[0]?.path).toBe("/akamai/invoicing-api/v4/contracts/C-1ABC234/invoices");
  expect(failure).toMatchObject({ code: "SOURCE_UNAUTHORIZED", upstreamCode: "pep-authn/deny" });
  await proxied.close();
});

test("takes a configured URL that already ends with the API's path", async () => {
  pair = await startPair();
  const url = String(pair.simulator.source["url"]);
  const longer = await startPair({ config: { url: `${url}/invoicing-api/v4/` } });

  const { invoices } = await longer.list("C-1ABC234", "2026-01");

  expect(invoices.length).toBeGreaterThan(0);
  await longer.close();
});

test("sends the accountSwitchKey on every call", async () => {
  pair = await startPair({ accountSwitchKey: "1-599K:1-2RBL" });
  const { invoices } = await pair.list("C-1ABC234", "2026-01");
  const [invoice] = invoices;

  await pair.source.details!.ask(invoice!, callWithin(5_000));
  await fetchAll(pair.source, invoice!, "PDF");
  await pair.source.ping(callWithin(5_000), null);

  expect(pair.simulator.log.map(({ status }) => status)).toEqual([200, 200, 200, 204]);
  for (const { query } of pair.simulator.log) {
    expect(query).toContain("accountSwitchKey=1-599K%3A1-2RBL");
  }
});

test("without the needed accountSwitchKey the contract is not permitted", async () => {
  pair = await startPair({ accountSwitchKey: "1-599K:1-2RBL", config: { accountSwitchKey: undefined } });

  const failure = await failureOf(pair.list("C-1ABC234", "2026-01"));

  expect(failure).toMatchObject({ code: "ACCOUNT_NOT_PERMITTED", retryable: false });
});

test("a contract that Akamai does not let us see is not permitted", async () => {
  pair = await startPair();

  const failure = await failureOf(pair.list("C-NOT-OURS", "2026-01"));

  expect(failure).toMatchObject({
    code: "ACCOUNT_NOT_PERMITTED",
    source: "cdn",
    upstreamCode: "billing/error-types/11",
  });
});

test.each(["clientToken", "clientSecret", "accessToken"])(
  "a wrong %s is named as wrong credentials",
  async (name) => {
    pair = await startPair({ config: { [name]: "wrong" } });

    const failure = await failureOf(pair.list("C-1ABC234", "2026-01"));

    expect(failure).toMatchObject({ code: "SOURCE_UNAUTHORIZED", retryable: false });
    expect(failure.message).toBe(
      "cdn refuses the signature: the configured credentials or the clock of this machine are wrong.",
    );
  },
);

test.each([31_000, -31_000])("a clock that is wrong by %i ms is named as such", async (skew) => {
  pair = await startPair({ sourceNow: () => noon + skew });

  const failure = await failureOf(pair.list("C-1ABC234", "2026-01"));

  expect(failure).toMatchObject({ code: "SOURCE_UNAUTHORIZED", retryable: false });
  expect(failure.message).toBe(
    "cdn refuses the signature's timestamp: the clock of this machine or the configured credentials are wrong.",
  );
});

test.each([29_000, -29_000])("a clock that is wrong by %i ms is good enough", async (skew) => {
  pair = await startPair({ sourceNow: () => noon + skew });

  const { invoices } = await pair.list("C-1ABC234", "2026-01");

  expect(invoices.length).toBeGreaterThan(0);
});

test("a wrong clock is also seen where only a file was asked for", async () => {
  let skew = 0;
  pair = await startPair({ sourceNow: () => noon + skew });
  const { invoices } = await pair.list("C-1ABC234", "2026-01");
  skew = 60_000;

  const failure = await failureOf(fetchAll(pair.source, invoices[0]!, "PDF"));

  expect(failure.code).toBe("SOURCE_UNAUTHORIZED");
  expect(failure.message).toContain("the clock of this machine");
});

test("ping asks for one month of the linked contract, or of the account when none is linked", async () => {
  pair = await startPair();

  await pair.source.ping(callWithin(5_000), "C-1ABC234");
  await pair.source.ping(callWithin(5_000), null);

  expect(pair.simulator.log.map(({ path, query }) => `${path}?${query}`)).toEqual([
    "/invoicing-api/v4/contracts/C-1ABC234/invoices?month=2026-03",
    "/invoicing-api/v4/invoices?month=2026-03",
  ]);
});

test("ping asks for the account where the account is listed, although a contract is linked", async () => {
  pair = await startPair({ config: { list: "account" } });

  await pair.source.ping(callWithin(5_000), "C-1ABC234");

  expect(pair.simulator.log.map(({ path }) => path)).toEqual(["/invoicing-api/v4/invoices"]);
});

test("the minute's requests are counted as Akamai tells them: one more is not sent, and is told when to ask again", async () => {
  pair = await startPair({ requestsPerMinute: 2 });
  await pair.list("C-1ABC234", "2026-01");
  await pair.list("C-1ABC234", "2026-01");

  const failure = await failureOf(pair.list("C-1ABC234", "2026-01"));

  expect(failure).toMatchObject({ code: "SOURCE_RATE_LIMITED", retryable: true });
  const waitMs = Date.parse(failure.retryAt ?? "") - Date.now();
  expect(waitMs).toBeGreaterThan(50_000);
  expect(waitMs).toBeLessThanOrEqual(60_000);
  expect(pair.simulator.log.map(({ status }) => status)).toEqual([200, 200]);
});

test("an item of another contract in a contract's list is left out and said", async () => {
  pair = await startPair({ quirks: ["foreignContract"] });

  const { invoices, dropped } = await pair.list("C-1ABC234", "2026-01");

  expect(invoices).toHaveLength(pair.world.akamai.invoices("C-1ABC234", "2026-01").length);
  expect(dropped).toMatchObject([{ reason: "ACCOUNT_MISMATCH" }]);
});

test.each([[[]], [["emptyArray"]]] as const)(
  "a month without invoices is an empty answer (%j)",
  async (quirks) => {
    pair = await startPair({ quirks });

    const { invoices, dropped } = await pair.list("C-1QQQ000", "2026-01");

    expect([invoices, dropped]).toEqual([[], []]);
  },
);
