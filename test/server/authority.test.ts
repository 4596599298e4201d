/** What is remembered of a viewer's authority is no older than what decides it. */
import { expect, test } from "vitest";
import type { Viewer } from "../../src/model/viewer.ts";
import { createAuthorities } from "../../src/server/sharing/authority.ts";

const viewer: Viewer = Object.freeze({ id: "key:a", role: "CUSTOMER", customerId: "a", scopes: [] });
const evening = Date.parse("2026-02-28T23:59:59.999Z");

test("the same viewer has the same authority for as long as the directory and the day are the same", () => {
  const authorityOf = createAuthorities(() => evening);

  const first = authorityOf(viewer, "1");

  expect(authorityOf(viewer, "1")).toBe(first);
  expect(authorityOf({ ...viewer }, "1")).toBe(first);
});

test("the same viewer has another one with each version of the directory, and with each day", () => {
  let now = evening;
  const authorityOf = createAuthorities(() => now);
  const first = authorityOf(viewer, "1");

  const changed = authorityOf(viewer, "2");
  const back = authorityOf(viewer, "1");
  now += 1;
  const nextDay = authorityOf(viewer, "1");

  expect(back).toBe(first);
  expect(new Set([first, changed, nextDay]).size).toBe(3);
});

test("no authority is the beginning of another, whatever ids hold", () => {
  const authorityOf = createAuthorities(() => evening);
  const others: Viewer[] = [
    viewer,
    { ...viewer, id: 'key:a","CUSTOMER' },
    { ...viewer, customerId: null },
    { ...viewer, customerId: "null" },
    { ...viewer, scopes: ["raw"] },
    { ...viewer, scopes: ['raw","more'] },
    { ...viewer, scopes: ["raw", "more"] },
    { ...viewer, role: "CUSTOMER_SERVICE" },
  ];

  const texts = others.map((other) => authorityOf(other, "1"));

  for (const text of texts) expect(texts.filter((other) => other.startsWith(text))).toEqual([text]);
});
