/** Days: no time zone moves them. The whole body runs again in processes of other zones. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addDays,
  addMonths,
  addMonthsToDay,
  dayOf,
  daysBetween,
  daysOfMonth,
  isDay,
  isMonth,
  isWithin,
  monthOf,
  monthsIn,
  toDay,
  todayUtc,
} from "../../src/model/day.ts";
import { toInstant } from "../../src/model/instant.ts";

const zoneMark = "INVOICEGRAPH_DAY_TEST_ZONE";
const zone = process.env[zoneMark];

const noon = (day: string) => Date.parse(`${day}T12:00:00Z`);
const day = fc
  .integer({ min: noon("1000-01-01"), max: noon("9000-12-31") })
  .map((at) => new Date(at).toISOString().slice(0, 10));
const shift = fc.integer({ min: -3_000, max: 3_000 });

// The parent runs this file again in three zones; the children must not do the same.
if (zone === undefined) {
  test.each(["Pacific/Kiritimati", "America/St_Johns", "UTC"])("Every day test holds in %s", async (name) => {
    const { code, output } = await runIn(name);

    expect(output).toContain(`in the zone ${name}`);
    expect(code).toBe(0);
  });
}

describe(`in the zone ${zone ?? "of this machine"}`, () => {
  test("The process really is in the zone", () => {
    const here = new Date("2026-01-15T12:00:00Z").getTimezoneOffset();
    const offsetMinutes = { "Pacific/Kiritimati": -840, "America/St_Johns": 210, UTC: 0 };

    expect(here).toBe(zone === undefined ? here : offsetMinutes[zone as keyof typeof offsetMinutes]);
  });

  test.each([
    ["2024-02-29", "2024-02-29"],
    [" 2024-02-29 ", "2024-02-29"],
    ["2024-02-29T00:00:00", "2024-02-29"],
    ["2024-02-29T23:59:59.999Z", "2024-02-29"],
    ["2024-02-29T00:30:00+14:00", "2024-02-29"],
    ["2024-02-29 23:30:00-03:30", "2024-02-29"],
    ["2023-02-29", null],
    ["2024-13-01", null],
    ["2024-00-10", null],
    ["2024-04-31T00:00:00", null],
    ["2024-02-291", null],
    ["29-02-2024", null],
    ["", null],
  ])("The day of %j is %j, as it is written", (text, expected) => {
    expect(dayOf(text)).toBe(expected);
  });

  test.each([
    ["2024-03-10T02:30:00", "2024-03-10T02:30:00.000Z"],
    ["2024-03-10T02:30:00Z", "2024-03-10T02:30:00.000Z"],
    ["2024-03-10 02:30", "2024-03-10T02:30:00.000Z"],
    ["2024-03-10T02:30:00.1234567Z", "2024-03-10T02:30:00.123Z"],
    ["2024-03-10T02:30:00+14:00", "2024-03-09T12:30:00.000Z"],
    ["2024-03-10T23:30:00-0330", "2024-03-11T03:00:00.000Z"],
    ["2024-03-10", null],
    ["2024-02-30T00:00:00Z", null],
    ["2024-03-10T24:00:00Z", null],
    ["yesterday", null],
  ])("The instant of %j is %j, and a text without an offset is UTC", (text, expected) => {
    expect(toInstant(text)).toBe(expected);
  });

  test.each([
    ["2024-01-31", 1, "2024-02-29"],
    ["2023-01-31", 1, "2023-02-28"],
    ["2024-03-31", -1, "2024-02-29"],
    ["2024-02-29", 12, "2025-02-28"],
    ["2024-05-15", -5, "2023-12-15"],
  ])("%s and %i months is %s", (from, months, expected) => {
    expect(addMonthsToDay(from, months)).toBe(expected);
  });

  test("Days can be counted over the days on which clocks change and over leap days", () => {
    expect(addDays("2024-03-09", 2)).toBe("2024-03-11");
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
    expect(addDays("1900-02-28", 1)).toBe("1900-03-01");
    expect(addDays("2000-02-28", 2)).toBe("2000-03-01");
    expect(daysBetween("2024-10-26", "2024-11-04")).toBe(9);
    expect(daysBetween("2024-01-02", "2024-01-01")).toBe(-1);
  });

  test("Any day and n days is what UTC arithmetic says", () => {
    fc.assert(
      fc.property(day, shift, (from, n) => {
        const expected = new Date(noon(from) + n * 86_400_000).toISOString().slice(0, 10);

        expect(addDays(from, n)).toBe(expected);
        expect(daysBetween(from, addDays(from, n))).toBe(n);
        expect(dayOf(`${from}T00:00:00+14:00`)).toBe(from);
      }),
    );
  });

  test("The day of a date-time is the same after many thousand others", () => {
    const days = Array.from({ length: 10_000 }, (_, n) => addDays("2000-01-01", n));

    const first = days.map((text) => dayOf(`${text}T10:00:00Z`));
    const again = days.map((text) => dayOf(`${text}T11:00:00+01:00`));

    expect(first).toEqual(days);
    expect(again).toEqual(days);
  });

  test("Any day is made of its year, month and day again", () => {
    fc.assert(
      fc.property(day, (text) => {
        const [year = 0, month = 0, date = 0] = text.split("-").map(Number);

        expect(toDay(year, month, date)).toBe(text);
        expect(isDay(text)).toBe(true);
        expect(toInstant(`${text}T23:59:59Z`)).toBe(`${text}T23:59:59.000Z`);
      }),
    );
  });

  test("Any month is found again after n months there and back, and holds its own days", () => {
    fc.assert(
      fc.property(day, shift, (text, n) => {
        const month = monthOf(text);
        const { from, to } = daysOfMonth(month);

        expect(addMonths(addMonths(month, n), -n)).toBe(month);
        expect(isMonth(month)).toBe(true);
        expect(isWithin(text, { from, to })).toBe(true);
        expect(monthOf(addDays(to, 1))).toBe(addMonths(month, 1));
      }),
    );
  });

  test("A range of days has its months, oldest first, and none when it is empty", () => {
    expect(monthsIn({ from: "2023-11-30", to: "2024-02-01" })).toEqual([
      "2023-11",
      "2023-12",
      "2024-01",
      "2024-02",
    ]);
    expect(monthsIn({ from: "2024-02-01", to: "2024-01-31" })).toEqual([]);
    expect(isMonth("2024-13")).toBe(false);
    expect(toDay(2023, 2, 29)).toBeNull();
  });

  test("Days and months have four digits for the year: what lies beyond is the first or the last of them", () => {
    const lastMonths = monthsIn({ from: "9999-11-01", to: "9999-12-31" });

    expect(lastMonths).toEqual(["9999-11", "9999-12"]);
    expect([addDays("9999-12-30", 2), addDays("0000-01-02", -2)]).toEqual(["9999-12-31", "0000-01-01"]);
    expect([addMonths("9999-12", 1), addMonths("0000-01", -1)]).toEqual(["9999-12", "0000-01"]);
    expect(addMonthsToDay("0000-05-31", -12)).toBe("0000-01-31");
    expect(toInstant("9999-12-31T23:59:59-01:00")).toBeNull();
    expect(toInstant("0000-01-01T00:00:00+01:00")).toBeNull();
  });

  test("An unknown day lies only in a range that is open at both ends", () => {
    expect(isWithin(null, { from: null, to: null })).toBe(true);
    expect(isWithin(null, { from: "2024-01-01", to: null })).toBe(false);
    expect(isWithin("2024-01-01", { from: "2024-01-01", to: "2024-01-01" })).toBe(true);
    expect(isWithin("2024-01-02", { from: null, to: "2024-01-01" })).toBe(false);
  });

  test("Today is the day in UTC, at both ends of it", () => {
    expect(todayUtc(Date.parse("2026-06-30T00:00:00Z"))).toBe("2026-06-30");
    expect(todayUtc(Date.parse("2026-06-30T23:59:59Z"))).toBe("2026-06-30");
  });
});

async function runIn(name: string): Promise<{ code: number | null; output: string }> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const args = ["node_modules/vitest/vitest.mjs", "run", "test/model/day.test.ts", "--reporter=verbose"];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, TZ: name, [zoneMark]: name },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, output };
}
