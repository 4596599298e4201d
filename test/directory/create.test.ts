import { describe, expect, it } from "vitest";
import { createDirectory, type CustomerEntry } from "../../src/directory/create.ts";
import { writeId } from "../../src/model/id.ts";

function entry(key: string, parentKey: string | null = null, ...references: string[]): CustomerEntry {
  return {
    key,
    name: key,
    parentKey,
    accounts: references.map((reference) => ({ source: "freight", reference })),
  };
}

describe("createDirectory", () => {
  it("answers in the order of what was asked, null where nothing is known", async () => {
    const directory = createDirectory([entry("b", null, "1", "2"), entry("a", "b", "3")]);

    const customers = await directory.customers(["x", "b", "a", "b", "__proto__"]);
    const owners = await directory.owners([
      { source: "freight", reference: "3" },
      { source: "other", reference: "3" },
      { source: "freight", reference: "2" },
      { source: "freight", reference: "4" },
    ]);

    expect(customers.map((customer) => customer?.key)).toEqual([undefined, "b", "a", "b", undefined]);
    expect(owners.map((customer) => customer?.key)).toEqual(["a", undefined, "b", undefined]);
    expect(customers[1]?.id).toBe(writeId("Customer", ["b"]));
    expect(customers[1]).toBe(owners[2]);
  });

  it("lists direct sub-customers only, ordered by key", async () => {
    const directory = createDirectory([entry("c", "a"), entry("a"), entry("b", "a"), entry("d", "b")]);

    const children = await directory.children(["a", "x", "b"]);

    expect(children.map((list) => list.map(({ key }) => key))).toEqual([["b", "c"], [], ["d"]]);
  });

  it("pages through all customers by key, also from a key that is not there", async () => {
    const directory = createDirectory(["d", "b", "a", "c"].map((key) => entry(key)));
    const keysOf = async (after: string | null, limit: number) =>
      (await directory.page(after, limit)).map(({ key }) => key);

    expect(await keysOf(null, 2)).toEqual(["a", "b"]);
    expect(await keysOf("b", 2)).toEqual(["c", "d"]);
    expect(await keysOf("bb", 9)).toEqual(["c", "d"]);
    expect(await keysOf("d", 2)).toEqual([]);
    expect(await keysOf(null, -1)).toEqual([]);
  });

  it("refuses a key or an account that is there twice", () => {
    expect(() => createDirectory([entry("a"), entry("a")])).toThrow("The customer a is there twice.");
    expect(() => createDirectory([entry("a", null, "1"), entry("b", null, "1")])).toThrow("linked twice");
  });

  it("is built of 100,000 customers within two seconds", async () => {
    const entries = Array.from({ length: 100_000 }, (_, index) =>
      entry(
        `customer-${index}`,
        index % 10 === 0 ? null : `customer-${index - (index % 10)}`,
        `a${index}`,
        `b${index}`,
      ),
    );

    const startedAt = performance.now();
    const directory = createDirectory(entries);
    const tookMs = performance.now() - startedAt;

    expect(tookMs).toBeLessThan(2_000);
    const [owner] = await directory.owners([{ source: "freight", reference: "b99999" }]);
    expect(owner?.key).toBe("customer-99999");
    expect((await directory.children(["customer-50"]))[0]).toHaveLength(9);
  });
});
