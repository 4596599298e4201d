/** The source's own limit, by a clock of the test's own. */
import { beforeEach, expect, it } from "vitest";
import { createQuotaKeeper, type QuotaKeeper } from "../../src/http/quota.ts";

let at = 0;
let quota: QuotaKeeper;
beforeEach(() => {
  at = 1_000_000;
  quota = createQuotaKeeper(() => at);
});

it("sends as many as the source said, those under way included, and then none until the minute is over", () => {
  quota.told(quota.sent(), { remaining: 3, renewsAt: null });

  for (let i = 0; i < 3; i++) {
    expect(quota.heldUntil()).toBeNull();
    quota.sent();
  }

  expect(quota.heldUntil()).toBe(at + 60_000);
  at += 60_000;
  expect(quota.heldUntil()).toBeNull();
});

it("does not believe an answer that came late over one to a later request", () => {
  const [first, second] = [quota.sent(), quota.sent()];

  quota.told(second, { remaining: 0, renewsAt: null });
  quota.told(first, { remaining: 1, renewsAt: null });

  expect(quota.heldUntil()).not.toBeNull();
});

it("waits for the moment that the source told, but never for longer than a minute", () => {
  quota.told(quota.sent(), { remaining: 0, renewsAt: at + 7_000 });
  expect(quota.heldUntil()).toBe(at + 7_000);

  quota.hold(at + 86_400_000);
  expect(quota.heldUntil()).toBe(at + 60_000);
});

it.each([
  [
    "was told that nothing is left",
    (keeper: QuotaKeeper) => keeper.told(keeper.sent(), { remaining: 0, renewsAt: null }),
  ],
  ["was told to wait", (keeper: QuotaKeeper) => keeper.hold(at + 30_000)],
])("sends again when the clock is set back after it %s", (_told, tell) => {
  tell(quota);

  const before = quota.heldUntil();
  at -= 900_000;

  expect(before).not.toBeNull();
  expect(quota.heldUntil()).toBeNull();
});
