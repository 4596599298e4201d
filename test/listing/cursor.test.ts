import { describe, expect, test } from "vitest";
import { createCursorCodec, partId } from "../../src/listing/cursor.ts";
import { type Position, startFrom, toLags } from "../../src/listing/position.ts";
import { Failure } from "../../src/model/errors.ts";

const secret = Buffer.from("the key of this installation");
const list = ["CUSTOMER", "acme", null, false, { types: ["INVOICE"] }, { field: "NUMBER", direction: "ASC" }];
const codec = createCursorCodec(secret, list);
const position: Position = {
  asOf: "2026-06-15",
  towards: "END",
  place: { value: "lt0017", id: "b" },
  at: { value: null, id: "z" },
  lagging: [
    { bound: null, sources: ["cdn"], parts: [] },
    { bound: { value: "ünï\u0000", id: "a" }, sources: [], parts: [partId("freight", "2026-05")] },
  ],
};

function sentenceOf(cursor: string, reader = codec): string {
  try {
    reader.read(cursor);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === "BAD_CURSOR") return thrown.message;
    throw thrown;
  }
  return "read";
}

test("A cursor gives back the position that it was made of", () => {
  const read = codec.read(codec.write(position));

  expect(read).toEqual(position);
});

describe("A cursor is refused with a sentence that says why", () => {
  const cursor = codec.write(position);
  const malformed = "The cursor is malformed: pass on a cursor exactly as this API gave it out.";

  test.each([
    ["empty", ""],
    ["not base64url", "%%%"],
    ["with padding", `${cursor}=`],
    ["with white space", ` ${cursor}`],
    ["cut to its head", cursor.slice(0, 28)],
    ["huge", "A".repeat(100_000)],
  ])("when it is %s", (_name, broken) => {
    expect(sentenceOf(broken)).toBe(malformed);
  });

  test("when any one of its characters is another one", () => {
    for (let i = 0; i < cursor.length; i++) {
      const other = cursor[i] === "A" ? "B" : "A";

      const sentence = sentenceOf(cursor.slice(0, i) + other + cursor.slice(i + 1));

      expect(sentence).toMatch(
        /^The cursor (is malformed|has been altered|is from another version|was not given out)/,
      );
    }
  });

  test("when its payload was altered", () => {
    const bytes = Buffer.from(cursor, "base64url");
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;

    expect(sentenceOf(bytes.toString("base64url"))).toBe(
      "The cursor has been altered: pass on a cursor exactly as this API gave it out.",
    );
  });

  test("when it is from another version", () => {
    const bytes = Buffer.from(cursor, "base64url");
    bytes[0] = 0;

    expect(sentenceOf(bytes.toString("base64url"))).toBe(
      "The cursor is from another version of this API: start again without a cursor.",
    );
  });

  test("when the key has changed", () => {
    const later = createCursorCodec(Buffer.from("another key"), list);

    expect(sentenceOf(cursor, later)).toBe(
      "The cursor was not given out by this installation, or its key has changed since: start again without a cursor.",
    );
  });

  test.each([
    ["filter", 4, { types: ["CREDIT_MEMO"] }],
    ["order", 5, { field: "NUMBER", direction: "DESC" }],
    ["viewer", 1, "northwind"],
    ["role", 0, "CUSTOMER_SERVICE"],
    ["customer", 2, "acme-retail"],
    ["scope", 3, true],
  ])("when it is of a list with another %s", (_name, index, value) => {
    const other = createCursorCodec(secret, list.with(index, value));

    expect(sentenceOf(cursor, other)).toBe(
      "The cursor belongs to another list: use it with the filter, order, customer and viewer that it was given out for.",
    );
  });
});

describe("Parts that lag behind", () => {
  const all = Array.from({ length: 5_000 }, (_, i) => ({
    id: partId("cdn", String(i)),
    source: "cdn",
    failed: true,
    found: [],
    undecided: [],
  }));
  const write = (lagging: readonly (typeof all)[number][], size: number) =>
    codec.write({
      ...position,
      lagging: toLags(
        lagging.map((part) => [part, null] as const),
        new Map([["cdn", size]]),
      ),
    });

  test("are one word when it is a whole source, however many questions it was asked", () => {
    expect(write(all, all.length).length).toBeLessThan(250);
  });

  test("are each named when it is a part of a source, and each found again", () => {
    const some = all.slice(0, 2_000);

    const { boundOf } = startFrom(codec.read(write(some, all.length)), "END");

    expect(some.every((part) => boundOf(part) === null)).toBe(true);
    expect(boundOf(all[2_000] as (typeof all)[number])).toEqual(position.at);
  });

  test("are too many for a cursor at some point, and that is said", () => {
    expect(() => write(all.slice(0, 4_999), all.length)).toThrow(
      "Too many upstream questions failed at once for a cursor to remember: narrow the filter, or try again.",
    );
  });
});

test("A cursor used the other way is the place of its invoice and nothing else", () => {
  const { at, boundOf } = startFrom(position, "START");

  expect(at).toEqual(position.place);
  expect(boundOf({ id: partId("freight", "2026-05"), source: "freight" })).toEqual(position.place);
});
