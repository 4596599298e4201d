/** The configuration entry of an Akamai source, and what it makes of it. */
import { expect, test } from "vitest";
import { connect } from "../../support/connect.ts";
import { akamai } from "../../../src/sources/akamai/index.ts";

const entry = {
  kind: "akamai",
  url: "https://akab-host.luna.akamaiapis.net",
  clientToken: "the-token",
  clientSecret: "the-secret",
  accessToken: "the-access",
};

test("credentials never appear in print, and everything else has a default", () => {
  const config = akamai.config.parse({ ...entry, accountSwitchKey: "the-key" });

  expect(JSON.stringify(config)).not.toMatch(/the-/);
  expect(config).toMatchObject({ list: "contract", timeoutMs: 15_000 });
});

test.each([
  [{ clientSecret: "" }, "clientSecret"],
  [{ accessToken: undefined }, "accessToken"],
  [{ url: "akab-host.luna.akamaiapis.net" }, "url"],
  [{ list: "customer" }, "list"],
  [{ signingHost: "https://akab-host.luna.akamaiapis.net/" }, "signingHost"],
])("a mistake is reported at its place: %j", (changes, path) => {
  const result = akamai.config.safeParse({ ...entry, ...changes });

  expect(result.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
});

test("a key that Akamai does not have is a mistake", () => {
  expect(akamai.config.safeParse({ ...entry, apiKey: "x" }).success).toBe(false);
});

test.each([
  [" C-1ABC234 ", "C-1ABC234"],
  ["3-14/59 26", "3-14/59 26"],
  [1234, "1234"],
])("the contract id %j is %j", (reference, contract) => {
  expect(akamai.readAccount(reference)).toBe(contract);
});

test.each(["", "  ", ".", ".."])("%j is no contract id", (reference) => {
  expect(() => akamai.readAccount(reference)).toThrow("must be an Akamai contract id, such as C-1ABC234");
});

test("says how far back Akamai's answers reach", async () => {
  const source = akamai.create({ id: "cdn", config: akamai.config.parse(entry), connect, now: Date.now });

  expect(source.invoices?.reach("2026-03-15")).toEqual([
    { of: "INVOICES", since: "2016-04-01", reason: "Akamai has invoices from April 2016." },
    {
      of: "DATA",
      since: "2024-02-01",
      reason: "Akamai has COMPUTE usage data, in files, for invoices from February 2024.",
    },
  ]);
  await source.close();
});
