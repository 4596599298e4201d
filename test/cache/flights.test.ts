import { describe, expect, it } from "vitest";
import { createFlights } from "../../src/cache/flights.ts";
import { Failure } from "../../src/model/errors.ts";
import type { Call } from "../../src/model/source.ts";

function caller(leftMs = 5_000) {
  const left = new AbortController();
  return { leave: () => left.abort(), call: { signal: left.signal, deadlineAt: Date.now() + leftMs } };
}

/** An upstream that answers when it is told to, and counts. */
function upstream() {
  const calls: { call: Call; answer: (value: string) => void; fail: (failure: Failure) => void }[] = [];
  const start = (call: Call) =>
    new Promise<string>((answer, fail) => {
      calls.push({ call, answer, fail });
      call.signal.addEventListener("abort", () => fail(new Failure("CANCELLED")));
    });
  return { calls, start };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (thrown: unknown) => (thrown instanceof Failure ? thrown.code : thrown),
  );

describe("a shared call", () => {
  it("is made once for all who ask while it is under way", async () => {
    const flights = createFlights();
    const { calls, start } = upstream();

    const waiting = Array.from({ length: 1_000 }, () => flights.join("freight", "k", caller().call, start));
    await Promise.resolve();
    calls[0]?.answer("said");

    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["said"]));
    expect(calls).toHaveLength(1);
  });

  it("is made again for who asks after it was answered, and another key has its own", async () => {
    const flights = createFlights();
    let count = 0;
    const counted = async () => (count += 1);

    await flights.join("freight", "k", caller().call, counted);
    await Promise.all([
      flights.join("freight", "k", caller().call, counted),
      flights.join("freight", "other", caller().call, counted),
    ]);

    expect(count).toBe(3);
  });

  it("goes on when the caller leaves who began it, as long as another waits", async () => {
    const flights = createFlights();
    const { calls, start } = upstream();
    const [first, second] = [caller(), caller()];

    const one = flights.join("freight", "k", first.call, start);
    const two = flights.join("freight", "k", second.call, start);
    first.leave();
    const oneEnds = await codeOf(one);
    calls[0]?.answer("said");

    expect(oneEnds).toBe("CANCELLED");
    expect(await two).toBe("said");
    expect(calls[0]?.call.signal.aborted).toBe(false);
  });

  it("is given up when nobody waits any more, and who comes then begins another", async () => {
    const flights = createFlights();
    const { calls, start } = upstream();
    const [first, second] = [caller(), caller()];

    const left = [
      flights.join("freight", "k", first.call, start),
      flights.join("freight", "k", second.call, start),
    ];
    await Promise.resolve();
    first.leave();
    second.leave();
    const late = flights.join("freight", "k", caller().call, start);
    await Promise.resolve();
    calls[1]?.answer("said anew");

    expect(await Promise.all(left.map(codeOf))).toEqual(["CANCELLED", "CANCELLED"]);
    expect(calls.map(({ call }) => call.signal.aborted)).toEqual([true, false]);
    expect(await late).toBe("said anew");
  });

  it("is left at each caller's own deadline", async () => {
    const flights = createFlights();
    const { calls, start } = upstream();
    const hurried = caller(50);

    const patient = flights.join("freight", "k", caller(5_000).call, start);
    const began = performance.now();
    const ended = await codeOf(flights.join("freight", "k", hurried.call, start));
    const tookMs = performance.now() - began;
    calls[0]?.answer("said");

    expect(ended).toBe("SOURCE_TIMEOUT");
    expect(tookMs).toBeLessThan(4_000);
    expect(await patient).toBe("said");
  });

  it("knows the deadline of the most patient", async () => {
    const flights = createFlights();
    const { calls, start } = upstream();
    const [hurried, patient] = [caller(500), caller(9_000)];

    const both = [
      flights.join("freight", "k", hurried.call, start),
      flights.join("freight", "k", patient.call, start),
    ];
    await Promise.resolve();
    const deadlineAt = calls[0]?.call.deadlineAt;
    calls[0]?.answer("said");

    expect(deadlineAt).toBe(patient.call.deadlineAt);
    await Promise.all(both);
  });

  it("that ran out of its first caller's time is made anew for who has more", async () => {
    const flights = createFlights();
    const { calls, start } = upstream();

    const hurried = codeOf(flights.join("freight", "k", caller(60).call, start));
    const patient = flights.join("freight", "k", caller(5_000).call, start);
    setTimeout(() => calls[0]?.fail(new Failure("SOURCE_TIMEOUT")), 40);
    await expect.poll(() => calls.length).toBe(2);
    calls[1]?.answer("said");

    expect(await hurried).toBe("SOURCE_TIMEOUT");
    expect(await patient).toBe("said");
  });

  it("that failed for another reason fails for all, once", async () => {
    const flights = createFlights();
    const { calls, start } = upstream();

    const waiting = [caller(60), caller(5_000)].map(({ call }) =>
      codeOf(flights.join("freight", "k", call, start)),
    );
    await Promise.resolve();
    calls[0]?.fail(new Failure("SOURCE_UNAVAILABLE"));

    expect(await Promise.all(waiting)).toEqual(["SOURCE_UNAVAILABLE", "SOURCE_UNAVAILABLE"]);
    expect(calls).toHaveLength(1);
  });

  it("is not begun for a caller who has left already", async () => {
    const { calls, start } = upstream();
    const gone = caller();
    gone.leave();

    const ended = await codeOf(createFlights().join("freight", "k", gone.call, start));

    expect(ended).toBe("CANCELLED");
    expect(calls).toHaveLength(0);
  });
});

describe("a call that nobody waits for", () => {
  it("outlives who joins it and leaves, and ends with the service", async () => {
    const flights = createFlights();
    const { calls, start } = upstream();
    const passer = caller();

    flights.start("k", 5_000, start);
    const joined = codeOf(flights.join("freight", "k", passer.call, start));
    await Promise.resolve();
    passer.leave();
    const ended = await joined;
    const aborted = calls[0]?.call.signal.aborted;
    flights.close();

    expect(ended).toBe("CANCELLED");
    expect(calls).toHaveLength(1);
    expect(aborted).toBe(false);
    expect(calls[0]?.call.signal.aborted).toBe(true);
  });
});
