/** Every way in which Akamai, or the way to it, can fail: its code, and whether asking again helps. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Invoice } from "../../../src/model/invoice.ts";
import { akamaiFaults } from "../../../src/simulators/akamai/index.ts";
import type { Fault } from "../../../src/simulators/faults.ts";
import { attemptsUntil } from "../../support/connect.ts";
import { callWithin, failureOf, fetchAll, noon, type Pair, startPair } from "./pair.ts";

// The clocks agree, unless a test says otherwise.
const date = new Date(noon).toUTCString();

let pair: Pair;
let invoice: Invoice;
beforeEach(async () => {
  pair = await startPair({ config: { timeoutMs: 2_500, maxBytes: 1_000_000 } });
  invoice = (await pair.list("C-1ABC234", "2026-01")).invoices[0]!;
  pair.simulator.clearLog();
});
afterEach(() => pair.close());

const transport: [string, Fault, string, boolean][] = [
  ["latency beyond the limit", { kind: "latency", ms: 6_000 }, "SOURCE_TIMEOUT", true],
  ["a hang", { kind: "hang" }, "SOURCE_TIMEOUT", true],
  ["a reset", { kind: "reset" }, "SOURCE_DISCONNECTED", true],
  ["a truncated answer", { kind: "truncate" }, "SOURCE_DISCONNECTED", true],
  ["a redirect", { kind: "redirect", to: "https://elsewhere.example/" }, "SOURCE_BAD_RESPONSE", true],
  ["an HTML page", { kind: "html" }, "SOURCE_BAD_RESPONSE", true],
  ["a plain 401", { kind: "status", status: 401, headers: { date } }, "SOURCE_UNAUTHORIZED", false],
  ["a plain 403", { kind: "status", status: 403 }, "SOURCE_UNAUTHORIZED", false],
  ["a plain 400", { kind: "status", status: 400, headers: { date } }, "SOURCE_REJECTED", false],
  ["a 500", { kind: "status", status: 500 }, "SOURCE_UNAVAILABLE", true],
  ["a 503", { kind: "status", status: 503 }, "SOURCE_UNAVAILABLE", true],
  ["the gateway's 401", akamaiFaults.signature, "SOURCE_UNAUTHORIZED", false],
  ["the gateway's 403", akamaiFaults.forbidden, "SOURCE_UNAUTHORIZED", false],
  ["the API's 500", akamaiFaults.serverError, "SOURCE_UNAVAILABLE", true],
];

const wholeBody: [string, Fault, string, boolean][] = [
  ...transport,
  ["bytes that are no JSON", { kind: "garbage" }, "SOURCE_BAD_RESPONSE", true],
  ["sloppy JSON", { kind: "sloppy" }, "SOURCE_BAD_RESPONSE", true],
  ["an endless body", { kind: "endless" }, "SOURCE_TOO_LARGE", false],
  ["an endless compressed body", { kind: "endless", gzip: true }, "SOURCE_TOO_LARGE", false],
  ["a clock error", akamaiFaults.timestamp, "SOURCE_UNAUTHORIZED", false],
  ["an inactive token", akamaiFaults.inactiveToken, "SOURCE_UNAUTHORIZED", false],
  ["the API's 400", akamaiFaults.badRequest, "SOURCE_REJECTED", false],
  ["the API's 403", akamaiFaults.accessDenied, "ACCOUNT_NOT_PERMITTED", false],
  ["an error message with status 200", akamaiFaults.problemAsFile, "SOURCE_BAD_RESPONSE", true],
];

test.each(wholeBody)("%s in place of a list is %s", async (_name, fault, code, retryable) => {
  pair.simulator.setFault(fault);

  const failure = await failureOf(pair.list("C-1ABC234", "2026-01"));

  expect(failure).toMatchObject({ code, retryable, source: "cdn" });
  expect(pair.simulator.log).toHaveLength(attemptsUntil(failure));
});

test.each(wholeBody)("%s in place of details is %s", async (_name, fault, code, retryable) => {
  pair.simulator.setFault(fault);

  const failure = await failureOf(pair.source.details!.ask(invoice, callWithin(5_000)));

  expect(failure).toMatchObject({ code, retryable, source: "cdn" });
});

test.each([
  ...transport,
  ["an error message with status 200", akamaiFaults.problemAsFile, "SOURCE_BAD_RESPONSE", true],
  ["JSON for a PDF", { kind: "answer", body: {} }, "SOURCE_BAD_RESPONSE", true],
  ["no content", akamaiFaults.noContent, "FILE_UNAVAILABLE", false],
  ["the API's 404", akamaiFaults.notFound, "FILE_UNAVAILABLE", false],
  ["a 406", { kind: "status", status: 406 }, "FORMAT_UNAVAILABLE", false],
] as [string, Fault, string, boolean][])(
  "%s in place of a file is %s",
  async (_name, fault, code, retryable) => {
    pair.simulator.setFault(fault);

    const failure = await failureOf(fetchAll(pair.source, invoice, "PDF"));

    expect(failure).toMatchObject({ code, retryable, source: "cdn" });
  },
);

test("what a 404 means depends on what was asked for", async () => {
  pair.simulator.setFault(akamaiFaults.notFound);

  const codes = await Promise.all([
    failureOf(pair.list("C-1ABC234", "2026-01")),
    failureOf(pair.list(null, "2026-01")),
    failureOf(pair.source.details!.ask(invoice, callWithin(5_000))),
  ]);

  expect(codes.map(({ code }) => code)).toEqual([
    "ACCOUNT_NOT_FOUND",
    "SOURCE_REJECTED",
    "INVOICE_NOT_FOUND",
  ]);
});

test("details that are not there are an invoice that is not found", async () => {
  pair.simulator.setFault(akamaiFaults.noContent);

  const failure = await failureOf(pair.source.details!.ask(invoice, callWithin(5_000)));

  expect(failure).toMatchObject({ code: "INVOICE_NOT_FOUND", retryable: false });
});

test("an empty list is no failure, whether 204 or null", async () => {
  pair.simulator.setFault(akamaiFaults.noContent);
  const none = await pair.list("C-1ABC234", "2026-01");
  pair.simulator.setFault({ kind: "answer", body: "null" });
  const nothing = await pair.list("C-1ABC234", "2026-01");

  expect([none.invoices, none.dropped, nothing.invoices, nothing.dropped]).toEqual([[], [], [], []]);
});

test.each([
  ["Retry-After in seconds", { "retry-after": "30" }, "2026-03-15T12:00:30.000Z"],
  ["Retry-After as a date", { "retry-after": "Sun, 15 Mar 2026 12:05:00 GMT" }, "2026-03-15T12:05:00.000Z"],
  ["X-RateLimit-Next", { "x-ratelimit-next": "2026-03-15T12:00:07Z" }, "2026-03-15T12:00:07.000Z"],
  ["X-RateLimit-Remaining alone", { "x-ratelimit-remaining": "0" }, "2026-03-15T12:01:00.000Z"],
])("a 429 with %s says when to ask again", async (_name, headers, retryAt) => {
  pair.simulator.setFault({ kind: "status", status: 429, headers });

  const failures = await Promise.all([
    failureOf(pair.list("C-1ABC234", "2026-01")),
    failureOf(fetchAll(pair.source, invoice, "PDF")),
  ]);

  for (const failure of failures) {
    expect(failure).toMatchObject({ code: "SOURCE_RATE_LIMITED", retryable: true, retryAt });
  }
});

test("a 503 keeps its Retry-After", async () => {
  const retryAfter = new Date(Date.now() + 60_000).toUTCString();
  pair.simulator.setFault({ kind: "status", status: 503, headers: { "retry-after": retryAfter } });

  const failure = await failureOf(pair.list("C-1ABC234", "2026-01"));

  expect(failure.retryAt).toBe(new Date(retryAfter).toISOString());
});

test("both shapes of problem+json are told to operators, but no IP, instance or free text to clients", async () => {
  const failures = [];
  for (const fault of [akamaiFaults.signature, akamaiFaults.accessDenied, akamaiFaults.timestamp]) {
    pair.simulator.setFault(fault);
    failures.push(await failureOf(pair.list("C-1ABC234", "2026-01")));
  }

  expect(failures.map(({ upstreamCode, detail }) => [upstreamCode, detail])).toEqual([
    ["pep-authn/deny", "HTTP 401, Not authorized, The signature does not match, 933ed8a4"],
    [
      "billing/error-types/11",
      "HTTP 403, User in current context cannot access resource, Access is denied, c7b6d7be-9268-4410-a031-cc0d013ce5c3",
    ],
    ["pep-authn/request-error", "HTTP 400, Bad request, Invalid timestamp, 933ed8a4"],
  ]);
  for (const { message, detail } of failures) {
    expect(message).not.toMatch(/192\.0\.2|luna|signature does not|Access is denied|Bad request/);
    expect(detail).not.toMatch(/192\.0\.2|luna/);
  }
});

test("a file that breaks off is a failure while it is read", async () => {
  pair.simulator.setFault({ kind: "drip", bytesPerSecond: 200 });
  const files = pair.source.files!.fetch([invoice], "PDF", callWithin(1_500));
  const broken = failureOf(
    (async () => {
      for await (const { body } of files) for await (const chunk of body) void chunk;
    })(),
  );

  expect(await broken).toMatchObject({ code: "SOURCE_TIMEOUT", retryable: true });
});

test("a file that nobody reads to its end is cancelled", async () => {
  pair.simulator.setFault({ kind: "endless" }, "download");
  const json = { ...invoice, files: [{ ...invoice.files[0]!, format: "JSON" as const }] };

  for await (const { body } of pair.source.files!.fetch([json], "JSON", callWithin(5_000))) {
    for await (const chunk of body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  }

  await expect.poll(() => pair.simulator.log.at(-1)?.closedEarlyByClient).toBe(true);
});
