/** Everything that can go wrong on the way, for a list and for a download: the right Failure, soon, and nothing left open. */
import { describe, expect, test } from "vitest";
import type { ErrorCode } from "../../../src/model/errors.ts";
import type { Fault } from "../../../src/simulators/faults.ts";
import { refuseWith } from "../../../src/simulators/flolive/envelope.ts";
import { attemptsUntil } from "../../support/connect.ts";
import { watchStalls } from "../../support/stalls.ts";
import { accountOf, ask, call, failureOf, filesOf, simulated } from "./flolive.ts";

const acme = accountOf("acme");

const faults: [string, () => Fault, ErrorCode, boolean][] = [
  ["a refusal inside 200", () => refuseWith("GLOBAL_1001"), "SOURCE_UNAVAILABLE", true],
  ["401", () => ({ kind: "status", status: 401 }), "SOURCE_UNAUTHORIZED", false],
  ["403", () => ({ kind: "status", status: 403, body: "<html>no</html>" }), "SOURCE_UNAUTHORIZED", false],
  [
    "429",
    () => ({ kind: "status", status: 429, headers: { "retry-after": "3" } }),
    "SOURCE_RATE_LIMITED",
    true,
  ],
  [
    "500",
    () => ({ kind: "status", status: 500, body: "<html>stack trace</html>" }),
    "SOURCE_UNAVAILABLE",
    true,
  ],
  [
    "503",
    () => ({ kind: "status", status: 503, headers: { "retry-after": "3" } }),
    "SOURCE_UNAVAILABLE",
    true,
  ],
  ["400", () => ({ kind: "status", status: 400 }), "SOURCE_REJECTED", false],
  ["no answer", () => ({ kind: "hang" }), "SOURCE_TIMEOUT", true],
  ["an answer too slow", () => ({ kind: "drip", bytesPerSecond: 200 }), "SOURCE_TIMEOUT", true],
  ["a reset", () => ({ kind: "reset" }), "SOURCE_DISCONNECTED", true],
  ["half an answer", () => ({ kind: "truncate" }), "SOURCE_DISCONNECTED", true],
  ["sloppy JSON", () => ({ kind: "sloppy" }), "SOURCE_BAD_RESPONSE", true],
  ["garbage", () => ({ kind: "garbage" }), "SOURCE_BAD_RESPONSE", true],
  ["a login page", () => ({ kind: "html" }), "SOURCE_BAD_RESPONSE", true],
  ["an empty body", () => ({ kind: "answer", body: "" }), "SOURCE_BAD_RESPONSE", true],
  [
    "JSON cut short",
    () => ({ kind: "answer", body: '{"errorCode":"","content":[{"id":"a"' }),
    "SOURCE_BAD_RESPONSE",
    true,
  ],
  ["a redirect", () => ({ kind: "redirect", to: "http://127.0.0.1:1/" }), "SOURCE_BAD_RESPONSE", true],
  ["an object that never ends", () => ({ kind: "answer", body: endlessObject() }), "SOURCE_TOO_LARGE", false],
];

async function* endlessObject() {
  yield Buffer.from('{"errorCode":"","content":[');
  for (let at = 0; at < 1_000; at++) yield Buffer.from('{"a":1},'.repeat(8_192));
}

describe.each(["list", "download"])("%s", (kind) => {
  test.each(faults)("%s", async (_name, makeFault, code, retryable) => {
    const { simulator, source } = await simulated({}, { timeoutMs: 2_500, maxBytes: 2_000_000 });
    const [invoice] = (await ask(source, acme)).invoices;
    const fault = makeFault();
    simulator.setFault(fault);

    const stalls = watchStalls();
    const startedAt = performance.now();
    const failure = await failureOf(kind === "list" ? ask(source, acme) : filesOf(source, [invoice!], 4_000));
    const tookMs = stalls.since(startedAt);
    stalls.stop();

    expect(failure).toMatchObject({ name: "Failure", code, retryable, source: "sim" });
    expect(failure.retryAt !== null).toBe(fault.kind === "status" && fault.headers !== undefined);
    expect(failure.message).not.toMatch(/html|stack|Answered/);
    expect(tookMs).toBeLessThan(5_000);
    // A download of which something was given already is not asked for again.
    const attempts = kind === "download" && fault.kind === "truncate" ? 1 : attemptsUntil(failure);
    expect(simulator.log).toHaveLength(1 + attempts);
    await expect.poll(() => simulator.log[1]?.closedAt).toBeTypeOf("number");
  });

  test("latency within the deadline is no failure", async () => {
    const { simulator, source } = await simulated();
    const [invoice] = (await ask(source, acme)).invoices;
    simulator.setLatency(120);

    const got = kind === "list" ? (await ask(source, acme)).invoices : await filesOf(source, [invoice!]);

    expect(got.length).toBeGreaterThan(0);
  });

  test("a call that the client left is CANCELLED, and the source's request with it", async () => {
    const { simulator, source } = await simulated();
    const [invoice] = (await ask(source, acme)).invoices;
    simulator.setFault({ kind: "hang" });
    const leaving = new AbortController();
    const left = { ...call(), signal: leaving.signal };

    const [question] = source.invoices!.questions([acme], { from: "2024-01-01", to: "2024-06-30" });
    const asked = failureOf(
      kind === "list"
        ? source.invoices!.ask(question!, left)
        : source.files!.fetch([invoice!], "PDF", left)[Symbol.asyncIterator]().next(),
    );
    await expect.poll(() => simulator.log.length).toBe(2);
    leaving.abort();

    expect((await asked).code).toBe("CANCELLED");
    await expect.poll(() => simulator.log[1]?.closedEarlyByClient).toBe(true);
  });
});
