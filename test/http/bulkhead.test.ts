/** The bulkhead: places, the line, and leaving it. */
import { expect, it } from "vitest";
import { createBulkhead } from "../../src/http/bulkhead.ts";

const patient = new AbortController().signal;

it("lets in as many as it has places, and the others in order", async () => {
  const bulkhead = createBulkhead(2, 10);
  const releases = [await bulkhead.enter(patient), await bulkhead.enter(patient)];
  const order: string[] = [];
  const third = bulkhead.enter(patient).then(() => order.push("third"));
  const fourth = bulkhead.enter(patient).then(() => order.push("fourth"));

  expect([bulkhead.underWay(), bulkhead.waiting()]).toEqual([2, 2]);
  releases[0]?.();
  await third;
  releases[1]?.();
  await fourth;

  expect(order).toEqual(["third", "fourth"]);
  expect([bulkhead.underWay(), bulkhead.waiting()]).toEqual([2, 0]);
});

it("lets who waits leave at once, without a place being lost", async () => {
  const bulkhead = createBulkhead(1, 10);
  const release = await bulkhead.enter(patient);
  const leaving = new AbortController();
  const waiting = bulkhead.enter(leaving.signal);

  leaving.abort();

  await expect(waiting).rejects.toBeNull();
  release();
  expect([bulkhead.underWay(), bulkhead.waiting()]).toEqual([0, 0]);
});

it("refuses at once when the line is full", async () => {
  const bulkhead = createBulkhead(1, 1);
  await bulkhead.enter(patient);
  void bulkhead.enter(patient);

  await expect(bulkhead.enter(patient)).rejects.toBeNull();
});
