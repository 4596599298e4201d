/** The DDAPI source against its simulator: requests, credentials, and the name of everything that goes wrong. */
import { expect, test } from "vitest";
import type { Fault } from "../../../src/simulators/faults.ts";
import { rateLimited, stackTrace, xmlAnswer } from "../../../src/simulators/ddapi/errors.ts";
import type { DdapiAuth } from "../../../src/simulators/ddapi/options.ts";
import { attemptsUntil } from "../../support/connect.ts";
import { call, failureOf, startBilling } from "./setup.ts";

test("Settings, a currency and the terms of payment take one request each, and ping takes the terms", async () => {
  const { simulator, source, settings } = await startBilling();

  await settings.ask("4101", call());
  await settings.currency("3", call());
  await settings.paymentTerms(call());
  await source.ping(call(), null);

  expect(simulator.log.map(({ method, path, query }) => `${method} ${path}?${query}`)).toEqual([
    "GET /api/customers/invoice?customerNumber=4101",
    "GET /api/Currencies/3?",
    "GET /api/invoice/termsofpayment?",
    "GET /api/invoice/termsofpayment?",
  ]);
  expect(simulator.log.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

test("The source has settings, and neither invoices nor files", async () => {
  const { source } = await startBilling();

  expect(Object.keys(source).toSorted()).toEqual(["close", "forecast", "id", "kind", "ping", "settings"]);
});

test("A customer's settings, its currency and its terms fit together", async () => {
  const { settings } = await startBilling();

  const found = await settings.ask("4101", call());
  const currency = await settings.currency(found?.currencyId ?? "", call());
  const terms = await settings.paymentTerms(call());

  expect(found).toMatchObject({ source: "billing", account: "4101", recipientAccount: "4100" });
  expect(currency).toEqual({
    id: "3",
    name: "US dollar",
    code: "USD",
    rate: "10.500301",
    roundingAmount: "0.01",
  });
  expect(terms.find(({ id }) => id === found?.paymentTermsId)?.days).toBe(14);
  expect(terms.find(({ id }) => id === "4")).toMatchObject({ discountDays: 10, discount: "2.5" });
});

test("The base URL may have a path of its own", async () => {
  const { simulator } = await startBilling();
  const { settings } = await startBilling({}, { url: `${simulator.url}/ddapi/` });

  await failureOf(settings.ask("4101", call()));

  expect(simulator.log[0]?.path).toBe("/ddapi/api/customers/invoice");
});

test.each<DdapiAuth>([
  { scheme: "none" },
  { scheme: "basic", username: "graph", password: "pass:wörd" },
  { scheme: "bearer", token: "t0ken" },
  { scheme: "header", name: "X-Api-Key", value: "k3y" },
])("Auth scheme is [U]: $scheme is configurable and taken", async (auth) => {
  const { source } = await startBilling({ auth });

  await expect(source.ping(call(), null)).resolves.toBeUndefined();
});

test.each<DdapiAuth>([
  { scheme: "none" },
  { scheme: "basic", username: "graph", password: "wrong" },
  { scheme: "bearer", token: "wrong" },
  { scheme: "header", name: "X-Api-Key", value: "wrong" },
])("Wrong credentials of the scheme $scheme are refused by name", async (auth) => {
  const { settings } = await startBilling({}, { auth });

  const failure = await failureOf(settings.ask("4100", call()));

  expect(failure).toMatchObject({
    code: "SOURCE_UNAUTHORIZED",
    source: "billing",
    retryable: false,
    message: "billing refuses the configured credentials.",
  });
});

const fast = { timeoutMs: 2_500, maxBytes: 200_000 };

test.each<[what: string, fault: Fault, code: string, isRetryable: boolean]>([
  ["latency over its time", { kind: "latency", ms: 6_000 }, "SOURCE_TIMEOUT", true],
  ["a hang", { kind: "hang" }, "SOURCE_TIMEOUT", true],
  ["a drip", { kind: "drip", bytesPerSecond: 20 }, "SOURCE_TIMEOUT", true],
  ["a reset", { kind: "reset" }, "SOURCE_DISCONNECTED", true],
  ["half a body", { kind: "truncate" }, "SOURCE_DISCONNECTED", true],
  ["a 401", { kind: "status", status: 401 }, "SOURCE_UNAUTHORIZED", false],
  ["a 403", { kind: "status", status: 403 }, "SOURCE_UNAUTHORIZED", false],
  ["a 400", { kind: "status", status: 400 }, "SOURCE_REJECTED", false],
  ["a 429", rateLimited(30), "SOURCE_RATE_LIMITED", true],
  ["a 500 with a stack trace", stackTrace(), "SOURCE_UNAVAILABLE", true],
  ["a 503", { kind: "status", status: 503 }, "SOURCE_UNAVAILABLE", true],
  ["a redirect", { kind: "redirect", to: "http://127.0.0.1:1/" }, "SOURCE_BAD_RESPONSE", true],
  ["sloppy JSON", { kind: "sloppy" }, "SOURCE_BAD_RESPONSE", true],
  ["garbage", { kind: "garbage" }, "SOURCE_BAD_RESPONSE", true],
  ["HTML", { kind: "html" }, "SOURCE_BAD_RESPONSE", true],
  ["an endless body", { kind: "endless" }, "SOURCE_TOO_LARGE", false],
  ["an endless compressed body", { kind: "endless", gzip: true }, "SOURCE_TOO_LARGE", false],
  ["an error inside a 200", { kind: "answer", body: { Message: "Oops" } }, "SOURCE_BAD_RESPONSE", true],
  ["a number inside a 200", { kind: "answer", body: "7" }, "SOURCE_BAD_RESPONSE", true],
  ["broken XML", xmlAnswer("<A><B></A>"), "SOURCE_BAD_RESPONSE", true],
  ["XML with a DOCTYPE", xmlAnswer('<!DOCTYPE A [<!ENTITY e "x">]><A>&e;</A>'), "SOURCE_BAD_RESPONSE", true],
])(
  "To %s, every question fails by name, after three requests where asking again may help, one where not",
  async (_what, fault, code, isRetryable) => {
    const { simulator, source, settings } = await startBilling({ faults: [fault] }, fast);

    const failures = await Promise.all([
      failureOf(settings.ask("4100", call())),
      failureOf(settings.currency("3", call())),
      failureOf(settings.paymentTerms(call())),
      failureOf(source.ping(call(), null)),
    ]);

    expect(failures.map((each) => [each.code, each.retryable, each.source])).toEqual(
      failures.map(() => [code, isRetryable, "billing"]),
    );
    expect(simulator.log).toHaveLength(failures.reduce((sum, each) => sum + attemptsUntil(each), 0));
  },
);

test("Retry-After says when to ask again", async () => {
  const { settings } = await startBilling({ faults: [rateLimited(30)] });
  const before = Date.now();

  const { retryAt } = await failureOf(settings.ask("4100", call()));

  expect(Date.parse(retryAt ?? "")).toBeGreaterThanOrEqual(before + 30_000);
  expect(Date.parse(retryAt ?? "")).toBeLessThan(before + 40_000);
});

test("A source that nobody listens at cannot be reached", async () => {
  const { simulator, settings } = await startBilling();
  await simulator.close();

  const failure = await failureOf(settings.ask("4100", call()));

  expect(failure).toMatchObject({ code: "SOURCE_UNREACHABLE", retryable: true, source: "billing" });
});

test("A client that leaves cancels the upstream request", async () => {
  const { simulator, settings } = await startBilling({ latencyMs: 5_000 });
  const controller = new AbortController();
  const asked = failureOf(settings.ask("4100", call(controller.signal)));
  await expect.poll(() => simulator.log.length).toBe(1);

  controller.abort();

  expect((await asked).code).toBe("CANCELLED");
  await expect.poll(() => simulator.log[0]?.closedEarlyByClient).toBe(true);
});

test("A wrong base URL is the operator's fault, not a missing customer", async () => {
  const { simulator } = await startBilling();
  const { source, settings } = await startBilling({}, { url: `${simulator.url}/wrong` });

  const failures = await Promise.all([
    failureOf(settings.ask("4100", call())),
    failureOf(settings.currency("3", call())),
    failureOf(source.ping(call(), null)),
  ]);

  expect(failures.map(({ code, fault }) => [code, fault])).toEqual(
    failures.map(() => ["SOURCE_REJECTED", "operator"]),
  );
});
