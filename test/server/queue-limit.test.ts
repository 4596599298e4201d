/**
 * The limit of the queue over a model of an event loop: in each turn everything that has arrived is read, what sources have answered is
 * worked on, and requests begin for a millisecond. In time of its own, so that no other work on this machine can change what is seen.
 */
import { describe, expect, it } from "vitest";
import { createRequestPace } from "../../src/server/overload/request-pace.ts";
import { createQueueLimit } from "../../src/server/overload/queue-limit.ts";
import { serverConfig } from "../../src/server/config.ts";

interface Work {
  /** Until it asks its sources, in milliseconds. */
  readonly beginMs: number;
  /** For each of their answers. */
  readonly answerMs: number;
  readonly answers: number;
  /** What they take. */
  readonly sourceMs: number;
  /** After each tenth of a second of work the collector of garbage, or another process, stops the loop for so long. */
  readonly pauseMs?: number;
  /** Five times a second the client stops for so long, and then sends together what has become due. */
  readonly clumpMs?: number;
}

interface Answered {
  readonly at: number;
  readonly tookMs: number;
  readonly isShed: boolean;
}

const range = serverConfig.parse({}).shedding;
const readMs = 0.03;
const refusalMs = 0.045;

/** A loop, and the clients that ask it. */
function createModel({ beginMs, answerMs, answers, sourceMs, pauseMs = 0, clumpMs = 0 }: Work) {
  const limit = createQueueLimit(range);
  const pace = createRequestPace();
  const random = generator();
  const about = (ms: number) => ms * (0.5 + random());
  let events: { readonly at: number; readonly run: () => void }[] = [];
  const queue: { readonly until: number; readonly begin: () => void; readonly refuse: () => void }[] = [];
  let now = 0;
  let isTurning = false;
  let restedMs = 0;
  let begun = 0;
  let pausedAt = 0;
  const pacedMs = () => (limit.isOverloaded() ? pace.waitMs(now) : 0);

  function later(at: number, run: () => void): void {
    events.push({ at, run });
  }

  /** A request that is due now or was due before; tells when it is over. */
  function ask(due: number, tell: (answered: Answered) => void): void {
    const refuse = () => {
      now += refusalMs;
      limit.refused();
      tell({ at: due, tookMs: now - due, isShed: true });
    };
    if (!limit.admits(queue.length)) return refuse();
    now += readMs;
    if (!isTurning && queue.length === 0) limit.began(now);
    const begin = () => {
      now += about(beginMs);
      let left = answers;
      const end = () => {
        pace.ended();
        tell({ at: due, tookMs: now - due, isShed: false });
      };
      if (left === 0) end();
      for (let n = 0; n < answers; n++)
        later(now + about(sourceMs), () => {
          now += about(answerMs);
          if (--left === 0) end();
        });
    };
    queue.push({ until: now + limit.mostMs(), begin, refuse });
  }

  function runUntil(endAt: number): void {
    while (now < endAt) {
      const ready = events.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      events = events.filter(({ at }) => at > now);
      for (const { run } of ready) run();
      if (now - restedMs > pausedAt + 100) {
        now += pauseMs;
        pausedAt = now - restedMs;
      }
      pace.saw(now, restedMs);
      const waitMs = queue.length > 0 ? pacedMs() : 0;
      if (waitMs === 0) {
        if (isTurning) limit.turned(now, Math.max(0, queue.length - 1), begun);
        isTurning = queue.length > 0;
        begun = 0;
        const turnAt = now;
        while (queue.length > 0 && (begun === 0 || (now - turnAt < 1 && !limit.isOverloaded()))) {
          const next = queue.shift();
          if (next === undefined) break;
          if (now > next.until) {
            next.refuse();
            continue;
          }
          begun += 1;
          pace.began(now);
          next.begin();
        }
      }
      if ((waitMs > 0 || begun === 0) && ready.length === 0) {
        const until = Math.min(
          endAt,
          ...events.map(({ at }) => at),
          waitMs > 0 ? now + Math.floor(waitMs) + 0.1 : endAt,
        );
        restedMs += until - now;
        now = until;
      }
    }
  }

  function send(at: number, beganAt: number, seen: Answered[]): void {
    later(at, () => ask(at, (answered) => seen.push({ ...answered, at: at - beganAt })));
  }

  return {
    /** So many clients, each with one request after the other. */
    closedLoop(clients: number, ms: number): Answered[] {
      const seen: Answered[] = [];
      const endAt = now + ms;
      const again = () => ask(now, tell);
      const tell = (answered: Answered) => {
        seen.push(answered);
        if (now < endAt) later(now + 0.1, again);
      };
      for (let n = 0; n < clients; n++) later(now, again);
      runUntil(endAt);
      return seen;
    },
    /** So many a millisecond, whatever becomes of those before. */
    openLoop(perMs: number, ms: number): Answered[] {
      const seen: Answered[] = [];
      const beganAt = now;
      for (let at = now; at < beganAt + ms; at -= Math.log(random()) / perMs)
        send(at % 200 < clumpMs ? at - (at % 200) + clumpMs : at, beganAt, seen);
      runUntil(beganAt + ms);
      return seen;
    },
  };
}

function generator(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return (state + 0.5) / 4_294_967_296;
  };
}

function p99(some: readonly Answered[]): number {
  const sorted = some.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}

describe.each<[string, Work]>([
  ["half a millisecond from the cache", { beginMs: 0.5, answerMs: 0, answers: 0, sourceMs: 0 }],
  ["two milliseconds from the cache", { beginMs: 2, answerMs: 0, answers: 0, sourceMs: 0 }],
  [
    "a third of a millisecond, a third of it to begin, with pauses, from clients that halt",
    { beginMs: 0.1, answerMs: 0.2, answers: 1, sourceMs: 0.6, pauseMs: 3, clumpMs: 15 },
  ],
  ["one millisecond over a slow source", { beginMs: 0.3, answerMs: 0.7, answers: 1, sourceMs: 100 }],
  ["one millisecond over a very slow source", { beginMs: 0.3, answerMs: 0.7, answers: 1, sourceMs: 500 }],
  ["seven milliseconds over four sources", { beginMs: 1.5, answerMs: 0.5, answers: 11, sourceMs: 6 }],
  ["seven milliseconds over slow sources", { beginMs: 1.5, answerMs: 0.5, answers: 11, sourceMs: 400 }],
])("three times the load of requests that take %s", (_name, work) => {
  const model = createModel(work);
  const eight = model.closedLoop(8, 3_000);
  const sixteen = model.closedLoop(16, 3_000);
  const cpuMs = work.beginMs + work.answers * work.answerMs;
  const usual = p99(eight);
  const below = model.openLoop(0.8 / cpuMs, 5_000);
  // How much is under way at slow sources is known only when they have answered a few times.
  const settledMs = 1_000 + 5 * work.sourceMs;
  const overloaded = model.openLoop(3 / cpuMs, settledMs + 4_000).filter(({ at }) => at > settledMs);
  const after = model.openLoop(0.5 / cpuMs, 3_000);
  const shed = overloaded.filter(({ isShed }) => isShed);
  const letIn = overloaded.filter(({ isShed }) => !isShed);

  it("is none while sixteen clients take turns, or four fifths of what can be done is asked for", () => {
    const asked = [...eight, ...sixteen, ...below];

    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter(({ isShed }) => isShed)).toEqual([]);
  });

  it("leaves what is let in its 99th percentile within twice the usual", () => {
    expect(letIn.length).toBeGreaterThan(100);
    expect(p99(letIn)).toBeLessThanOrEqual(2 * usual);
  });

  it("is refused within 50 ms", () => {
    expect(shed.length).toBeGreaterThan(0.4 * overloaded.length);
    expect(p99(shed)).toBeLessThanOrEqual(50);
  });

  it("leaves most of what can be done beside refusals to what was let in", () => {
    const doneMs = letIn.length * (cpuMs + readMs);

    // What has come in the last moments is still under way.
    expect(doneMs / (4_000 - 1.5 * work.sourceMs - shed.length * refusalMs)).toBeGreaterThan(0.7);
  });

  it("is over with its end", () => {
    expect(after.filter(({ at, isShed }) => at > 500 && isShed)).toEqual([]);
  });
});

describe("a burst", () => {
  it("of a thousand at once is let in wholly, by a loop that had nothing to do", () => {
    const limit = createQueueLimit(range);
    limit.began(1_000);
    let refused = 0;

    for (let waiting = 0; waiting < 1_000; waiting++) if (!limit.admits(waiting)) refused += 1;

    expect(refused).toBe(0);
  });

  it("lets others in for a tenth of a second, until too many have waited for so long", () => {
    const limit = createQueueLimit(range);
    const seen: boolean[] = [];
    limit.began(0);

    for (let at = 1; at <= 200; at++) {
      limit.turned(at, 500, 1);
      seen.push(limit.admits(500));
    }

    expect(seen.indexOf(false)).toBe(100);
    expect(seen.lastIndexOf(true)).toBe(99);
  });
});

it("one long piece of work is no overload, whoever waits behind it", () => {
  const limit = createQueueLimit(range);
  limit.began(0);
  limit.turned(1, 100, 1);

  limit.turned(3_000, 100, 1);

  expect(limit.admits(100)).toBe(true);
});

it("an overload is over when nobody waits for as long as it took to be one", () => {
  const limit = createQueueLimit(range);
  limit.began(0);
  for (let at = 1; at <= 200; at++) limit.turned(at, 500, 1);
  const during = limit.admits(100);

  limit.turned(201, 0, 1);
  limit.began(250);
  const soon = limit.admits(100);
  limit.began(301);

  expect([during, soon, limit.admits(100)]).toEqual([false, false, true]);
});
