import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../../src/simulators/faults.ts";
import { errorWithin200, rateLimited } from "../../../src/simulators/v6/errors.ts";
import { attemptsUntil } from "../../support/connect.ts";
import { plainly } from "./reading.ts";
import { askMonth, callFor, createSource, failureOf, type Running, startRunning } from "./running.ts";

const month = "2026-10";
let running: Running;

// A source of its own for each: it remembers how it has been doing.
beforeEach(async () => {
  running = await startRunning();
});

afterEach(() => running.close());

describe("A V6 that fails", () => {
  const unauthorised = { httpStatusCode: 401, msg: "Invalid API Key" };
  const cases: [string, Fault, code: string, retryable: boolean][] = [
    ["an error inside HTTP 200", errorWithin200(unauthorised), "SOURCE_UNAUTHORIZED", false],
    [
      "429 inside HTTP 200",
      errorWithin200({ httpStatusCode: 429, msg: "Slow" }),
      "SOURCE_RATE_LIMITED",
      true,
    ],
    ["401", { kind: "status", status: 401, body: unauthorised }, "SOURCE_UNAUTHORIZED", false],
    ["403", { kind: "status", status: 403 }, "SOURCE_UNAUTHORIZED", false],
    ["400", { kind: "status", status: 400 }, "SOURCE_REJECTED", false],
    ["404, for only the URL can be wrong", { kind: "status", status: 404 }, "SOURCE_REJECTED", false],
    ["429", rateLimited(30), "SOURCE_RATE_LIMITED", true],
    ["500", { kind: "status", status: 500, body: "<h1>stack trace</h1>" }, "SOURCE_UNAVAILABLE", true],
    ["503", { kind: "status", status: 503 }, "SOURCE_UNAVAILABLE", true],
    ["a reset", { kind: "reset" }, "SOURCE_DISCONNECTED", true],
    ["half an answer", { kind: "truncate" }, "SOURCE_DISCONNECTED", true],
    ["garbage", { kind: "garbage" }, "SOURCE_BAD_RESPONSE", true],
    ["a login page", { kind: "html" }, "SOURCE_BAD_RESPONSE", true],
    ["a redirect", { kind: "redirect", to: "http://127.0.0.1:9/" }, "SOURCE_BAD_RESPONSE", true],
    ["an object", { kind: "answer", body: "{}" }, "SOURCE_BAD_RESPONSE", true],
    [
      "200 told by an object",
      errorWithin200({ httpStatusCode: 200, msg: "OK" }),
      "SOURCE_BAD_RESPONSE",
      true,
    ],
    ["null", { kind: "answer", body: "null" }, "SOURCE_BAD_RESPONSE", true],
    ["nothing", { kind: "answer", body: "" }, "SOURCE_BAD_RESPONSE", true],
  ];

  it.each(cases)(
    "with %s gives a Failure that has its name, after three requests where asking again may help, one where not",
    async (_name, fault, code, retryable) => {
      running.simulator.setFault(fault);

      const failure = await failureOf(askMonth(running.source, month));

      expect(failure).toMatchObject({ code, retryable, source: "freight" });
      expect(failure.message).toMatch(/^freight [^<{]+\.$/);
      expect(running.simulator.log).toHaveLength(attemptsUntil(failure));
    },
  );

  it("with 429 and Retry-After says when to ask again", async () => {
    running.simulator.setFault(rateLimited(30));
    const before = Date.now();

    const { retryAt } = await failureOf(askMonth(running.source, month));

    expect(Date.parse(retryAt ?? "") - before).toBeGreaterThanOrEqual(30_000);
    expect(Date.parse(retryAt ?? "") - before).toBeLessThan(40_000);
  });

  it("with a hang is left at the deadline, and the request is cancelled", async () => {
    running.simulator.setFault({ kind: "hang" });

    const failure = await failureOf(askMonth(running.source, month, callFor(1_000)));

    expect(failure).toMatchObject({ code: "SOURCE_TIMEOUT", retryable: true });
    await expect.poll(() => running.simulator.log[0]?.closedEarlyByClient).toBe(true);
  });

  it("slowly is waited for within the deadline and no longer", async () => {
    running.simulator.setLatency(1_500);

    const patient = await askMonth(running.source, month, callFor(30_000));
    const failure = await failureOf(askMonth(running.source, month, callFor(500)));

    expect(patient.invoices.length).toBeGreaterThan(0);
    expect(failure.code).toBe("SOURCE_TIMEOUT");
  });

  it("is not waited for when the client has gone", async () => {
    running.simulator.setFault({ kind: "hang" });
    const client = new AbortController();

    const asked = failureOf(askMonth(running.source, month, callFor(30_000, client.signal)));
    await expect.poll(() => running.simulator.log.length).toBe(1);
    client.abort();

    expect((await asked).code).toBe("CANCELLED");
  });

  it.each([false, true])("with an endless body (gzip: %s) is cut off at maxBytes", async (gzip) => {
    const small = createSource({ ...running.simulator.source, maxBytes: 100_000 });
    running.simulator.setFault({ kind: "endless", gzip });

    const failure = await failureOf(askMonth(small, month));

    expect(failure).toMatchObject({ code: "SOURCE_TOO_LARGE", retryable: false });
    await expect.poll(() => running.simulator.log[0]?.closedAt).toBeTypeOf("number");
    await small.close();
  });

  it("to listen at all is unreachable", async () => {
    const nowhere = createSource({ url: "http://127.0.0.1:1/v6-api/rest", apiKey: "k" });

    const failure = await failureOf(askMonth(nowhere, month));

    expect(failure).toMatchObject({ code: "SOURCE_UNREACHABLE", retryable: true });
    await nowhere.close();
  });
});

describe("A V6 that answers", () => {
  it("with sloppy JSON is understood", async () => {
    const whole = await askMonth(running.source, month);
    running.simulator.setFault({ kind: "sloppy" });

    const sloppy = await askMonth(running.source, month);

    expect(sloppy.invoices.length).toBeGreaterThan(0);
    expect(sloppy.invoices.map(plainly)).toEqual(whole.invoices.map(plainly));
  });

  it.each<Fault>([
    { kind: "status", status: 204, body: null as never },
    { kind: "answer", body: " \n[]" },
  ])("with an empty list has no invoices: %o", async (fault) => {
    running.simulator.setFault(fault);

    const answer = await askMonth(running.source, month);

    expect(answer).toMatchObject({ invoices: [], dropped: [] });
  });
});

describe("A ping", () => {
  it("is one request that proves the key", async () => {
    await running.source.ping(callFor(), null);

    expect(running.simulator.log.map(({ path, status }) => `${path} ${status}`)).toEqual([
      "/v6-api/rest/ping 200",
    ]);
  });

  it.each<Fault>([
    { kind: "answer", body: "pong" },
    { kind: "answer", body: "" },
    { kind: "answer", body: '{"status":"UP"}' },
  ])("takes any body that is no error, for none is documented: %o", async (fault) => {
    running.simulator.setFault(fault);

    await expect(running.source.ping(callFor(), null)).resolves.toBeUndefined();
  });

  it.each<[Fault, string]>([
    [errorWithin200({ httpStatusCode: 401, msg: "Invalid API Key" }), "SOURCE_UNAUTHORIZED"],
    [{ kind: "html" }, "SOURCE_BAD_RESPONSE"],
    [{ kind: "status", status: 503 }, "SOURCE_UNAVAILABLE"],
  ])("fails with %o", async (fault, code) => {
    running.simulator.setFault(fault);

    const failure = await failureOf(running.source.ping(callFor(), null));

    expect(failure.code).toBe(code);
  });
});
