/** What the directory in memory does beyond what every directory does: contract.test.ts. */
import { describe, expect, it } from "vitest";
import { createDirectory, type CustomerEntry } from "../../src/directory/create.ts";

function entry(key: string, parentKey: string | null = null, ...references: string[]): CustomerEntry {
  return {
    key,
    name: key,
    parentKey,
    accounts: references.map((reference) => ({ source: "freight", reference })),
  };
}

describe("createDirectory", () => {
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

    // CPU time, so that other work on this machine does not count.
    const before = process.cpuUsage();
    const directory = createDirectory(entries);
    const used = process.cpuUsage(before);

    expect((used.user + used.system) / 1_000).toBeLessThan(2_000);
    const [owner] = await directory.owners([{ source: "freight", reference: "b99999" }]);
    expect(owner?.key).toBe("customer-99999");
    expect((await directory.children(["customer-50"]))[0]).toHaveLength(9);
  });
});
