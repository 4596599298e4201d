/** The door: how many are let in, and when they may begin. */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { type Admission, createShedding, type Shedding } from "../../src/server/overload/shedding.ts";

const range = { maxInFlight: 1_000, maxWaitMs: 16, minWaiting: 16 };

function enter(shedding: Shedding): Admission {
  const admission = shedding.enter();
  if (admission === null) throw new Error("refused");
  return admission;
}

function work(ms: number): void {
  const doneAt = performance.now() + ms;
  while (performance.now() < doneAt);
}

/** Keeps so many waiting for so long, each of whom works for a millisecond. */
async function press(shedding: Shedding, waiting: number, ms: number): Promise<void> {
  const endAt = performance.now() + ms;
  let open = 0;
  while (performance.now() < endAt) {
    for (; open < waiting; open++) {
      const admission = shedding.enter();
      if (admission === null) break;
      const end = () => {
        open -= 1;
        admission.leave();
      };
      // Some are refused when their turn comes.
      void (async () => {
        await admission.turn();
        work(1);
      })().then(end, end);
    }
    await sleep(1);
  }
}

/** Forty more come at once, and leave when they have begun; gives how many were refused. */
function fill(shedding: Shedding): number {
  let refused = 0;
  for (let n = 0; n < 40; n++) {
    const admission = shedding.enter();
    if (admission === null) refused += 1;
    else void Promise.resolve(admission.turn()).then(admission.leave, admission.leave);
  }
  return refused;
}

it("lets in as many as it may, and the next one when one has left", () => {
  const shedding = createShedding({ ...range, maxInFlight: 2 });
  const first = enter(shedding);
  enter(shedding);

  const third = shedding.enter();
  first.leave();
  first.leave();

  expect(third).toBeNull();
  expect(shedding.isOverloaded()).toBe(true);
  expect(shedding.enter()).not.toBeNull();
  expect(shedding.enter()).toBeNull();
});

it("lets who comes to a loop that has rested begin at once", async () => {
  const shedding = createShedding(range);
  const turns: unknown[] = [];

  for (let n = 0; n < 3; n++) {
    await sleep(5);
    const admission = enter(shedding);
    turns.push(admission.turn());
    admission.leave();
  }

  expect(turns).toEqual([null, null, null]);
});

it("lets those who come together begin in their order, each that takes long in a turn of its own", async () => {
  const shedding = createShedding(range);
  const begun: (readonly [request: number, turn: number])[] = [];
  let turn = 0;
  await sleep(5);

  await Promise.all(
    [0, 1, 2, 3]
      .map(async (request) => {
        await enter(shedding).turn();
        begun.push([request, turn]);
        work(2);
      })
      .concat(
        (async () => {
          for (; turn < 10; turn++) await nextTurn();
        })(),
      ),
  );

  expect(begun.map(([request]) => request)).toEqual([0, 1, 2, 3]);
  // The first begins before any turn is over.
  expect(begun[0]?.[1]).toBe(0);
  expect(new Set(begun.slice(1).map(([, at]) => at)).size).toBe(3);
});

it("gives the turn of one who leaves while it waits to the next one", async () => {
  const shedding = createShedding(range);
  await sleep(5);
  enter(shedding).turn();
  const gone = enter(shedding);
  const last = enter(shedding);
  const turns = [gone.turn(), last.turn()];

  gone.leave();

  await expect(turns[0]).rejects.toMatchObject({ code: "CANCELLED" });
  await expect(turns[1]).resolves.toBeUndefined();
});

it("lets a thousand in who come at once, and refuses nobody whom it let in", async () => {
  const shedding = createShedding(range);
  await sleep(5);

  const admissions = Array.from({ length: 1_000 }, () => enter(shedding));
  await Promise.all(admissions.map((admission) => admission.turn()));

  expect(shedding.isOverloaded()).toBe(false);
});

it("begins all of a burst, though others are refused before it is over", async () => {
  const shedding = createShedding(range);
  await sleep(5);

  const burst = Array.from({ length: 300 }, async () => {
    const admission = enter(shedding);
    await admission.turn();
    work(1);
    admission.leave();
  });
  await sleep(200);
  const refused = fill(shedding);
  await Promise.all(burst);

  expect(refused).toBe(40);
});

it("refuses when too many have waited for long, until they are gone", async () => {
  const shedding = createShedding(range);

  await press(shedding, 100, 1_000);
  const refused = fill(shedding);
  const isOverloaded = shedding.isOverloaded();
  await sleep(1_200);

  expect(refused).toBeGreaterThan(20);
  expect(isOverloaded).toBe(true);
  expect(shedding.isOverloaded()).toBe(false);
  expect(enter(shedding).turn()).toBeNull();
});

it("refuses one whose credential took so long that too many wait by now", async () => {
  const shedding = createShedding(range);
  const late = enter(shedding);

  await press(shedding, 100, 1_000);
  fill(shedding);
  const turn = late.turn();

  await expect(turn).rejects.toMatchObject({ code: "OVERLOADED" });
});

it("refuses those whom it let in during an overload when the loop is held up for long before their turn", async () => {
  const shedding = createShedding(range);
  await press(shedding, 100, 1_000);
  await sleep(3);

  const turns = [shedding.enter(), shedding.enter()].map((admission) => admission?.turn());
  work(200);
  const settled = await Promise.allSettled(turns);

  expect(settled[1]).toMatchObject({ status: "rejected", reason: { code: "OVERLOADED" } });
});
