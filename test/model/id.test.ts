/** Global ids: read back as written, and nothing else is accepted. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { IdWriter, readId, readIdOf, writeId } from "../../src/model/id.ts";
import { invoiceId, invoicePlace } from "../../src/model/invoice.ts";

const part = fc.string({ unit: "grapheme", maxLength: 20 });

test("Any parts are read back as they were written, colons and other scripts included", () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const id = writeId("Invoice", parts);

      expect(readId(id)).toEqual(id.length > 1024 ? null : { type: "Invoice", parts });
      expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
    }),
  );
});

test("A list's ids are those that each would have by itself, whichever list's are written in between", () => {
  fc.assert(
    fc.property(fc.array(part), fc.array(part), fc.array(part), (parts, others, lasts) => {
      const [writer, other] = [new IdWriter("Invoice", parts), new IdWriter("Customer", others)];

      for (const last of [...lasts, "7", "a b", "é", "9".repeat(5_000)]) {
        expect(writer.write(last)).toBe(writeId("Invoice", [...parts, last]));
        expect(other.write(last)).toBe(writeId("Customer", [...others, last]));
        expect(writer.write(last)).toBe(writeId("Invoice", [...parts, last]));
      }
    }),
  );
});

test("Different parts have different ids", () => {
  expect(writeId("Customer", ["a:b"])).not.toBe(writeId("Customer", ["a", "b"]));
  expect(writeId("Customer", ["1"])).not.toBe(writeId("Invoice", ["1"]));
});

test("Any text that we did not write is refused, never thrown at", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: "binary" })), (text) => {
      const read = readId(text);
      const isRefused = read === null;

      expect(isRefused || writeId(read.type, read.parts) === text).toBe(true);
    }),
  );
});

test.each([
  ["padded base64", `${Buffer.from("Customer:acme!").toString("base64")}`],
  ["standard alphabet", Buffer.from("Customer:\u00fb\u00ff").toString("base64")],
  ["unknown type", Buffer.from("Payment:1").toString("base64url")],
  ["type of the prototype", Buffer.from("__proto__:1").toString("base64url")],
  ["no parts", Buffer.from("Customer").toString("base64url")],
  ["a part that needed no encoding", Buffer.from("Customer:%61cme").toString("base64url")],
  ["a customer of two parts", Buffer.from("Customer:acme:x").toString("base64url")],
  ["a broken escape", Buffer.from("Customer:%zz").toString("base64url")],
  ["white space around it", ` ${writeId("Customer", ["acme"])}`],
  ["empty", ""],
  ["too long", writeId("Customer", ["a".repeat(2000)])],
])("An id with %s is refused", (_what, id) => {
  expect(readId(id)).toBeNull();
});

test("An id of one type is not an id of another", () => {
  const id = writeId("Customer", ["acme"]);

  expect(readIdOf("Customer", id)).toEqual(["acme"]);
  expect(readIdOf("Invoice", id)).toBeNull();
});

test("An invoice's id names its place, and a place needs a source, an account and a key", () => {
  const place = { source: "freight", account: "001", key: ["I", "7:1"] };

  expect(invoicePlace(readIdOf("Invoice", invoiceId(place))!)).toEqual(place);
  expect(invoicePlace(["freight", "001"])).toBeNull();
  expect(invoicePlace(["", "001", "I"])).toBeNull();
});
