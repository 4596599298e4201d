/** An end is told once, to each who listens by then. */
import { describe, expect, it } from "vitest";
import { Ending } from "../../src/model/ending.ts";

describe("an ending", () => {
  it("tells all who listen in the order in which they came, each once", () => {
    const told: string[] = [];
    const ending = new Ending();
    const [first, second, third] = ["first", "second", "third"].map((name) => () => told.push(name));
    for (const listener of [first, second, first, third, second]) ending.addEventListener("abort", listener!);

    ending.end();
    ending.end();

    expect(told).toEqual(["first", "second", "third"]);
  });

  it.each([
    ["the first", 0, ["second", "third"]],
    ["another", 1, ["first", "third"]],
  ])("does not tell %s that no longer listens", (_who, index, expected) => {
    const told: string[] = [];
    const ending = new Ending();
    const listeners = ["first", "second", "third"].map((name) => () => told.push(name));
    for (const listener of listeners) ending.addEventListener("abort", listener);

    ending.removeEventListener("abort", listeners[index]!);
    ending.end();

    expect(told).toEqual(expected);
  });

  it("tells one that listens anew after all have left", () => {
    const told: string[] = [];
    const ending = new Ending();
    const [early, late] = ["early", "late"].map((name) => () => told.push(name));
    ending.addEventListener("abort", early!);
    ending.removeEventListener("abort", early!);

    ending.addEventListener("abort", late!);
    ending.end();

    expect(told).toEqual(["late"]);
  });

  it("lets one that is told take away another, which is told all the same", () => {
    const told: string[] = [];
    const ending = new Ending();
    const other = () => told.push("other");
    ending.addEventListener("abort", () => ending.removeEventListener("abort", other));
    ending.addEventListener("abort", other);

    ending.end();

    expect(told).toEqual(["other"]);
  });
});
