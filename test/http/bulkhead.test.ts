/** The bulkhead: places, the line, and leaving it. */
import { expect, it } from "vitest";
import { createBulkhead } from "../../src/http/bulkhead.ts";
import { Ending } from "../../src/model/ending.ts";

const patient = new Ending();

it("lets in as many as it has places, and the others in order", async () => {
  const bulkhead = createBulkhead(2, 10);
  const entered = [bulkhead.enter(), bulkhead.enter(), bulkhead.enter()];
  const order: string[] = [];
  const third = bulkhead.wait(patient).then(() => order.push("third"));
  const fourth = bulkhead.wait(patient).then(() => order.push("fourth"));

  expect(entered).toEqual([true, true, false]);
  expect([bulkhead.underWay(), bulkhead.waiting()]).toEqual([2, 2]);
  bulkhead.leave();
  await third;
  bulkhead.leave();
  await fourth;

  expect(order).toEqual(["third", "fourth"]);
  expect([bulkhead.underWay(), bulkhead.waiting()]).toEqual([2, 0]);
});

it("gives a place that is left to who waits, not to who comes", () => {
  const bulkhead = createBulkhead(1, 10);
  bulkhead.enter();
  void bulkhead.wait(patient);

  bulkhead.leave();

  expect(bulkhead.enter()).toBe(false);
  expect([bulkhead.underWay(), bulkhead.waiting()]).toEqual([1, 0]);
});

it("lets who waits leave at once, without a place being lost", async () => {
  const bulkhead = createBulkhead(1, 10);
  bulkhead.enter();
  const leaving = new Ending();
  const waiting = bulkhead.wait(leaving);

  leaving.end();

  await expect(waiting).rejects.toBeNull();
  bulkhead.leave();
  expect([bulkhead.underWay(), bulkhead.waiting()]).toEqual([0, 0]);
});

it("refuses at once when the line is full", async () => {
  const bulkhead = createBulkhead(1, 1);
  bulkhead.enter();
  void bulkhead.wait(patient);

  await expect(bulkhead.wait(patient)).rejects.toBeNull();
});
