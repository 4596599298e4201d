import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { v6 } from "../../../src/sources/v6/index.ts";

const entry = { kind: "v6", url: "https://carrier.example/v6-api/rest", apiKey: "rGzwXX" };

describe("The configuration of a V6 source", () => {
  it("has AUD and seven days before and after by default, and hides its key", () => {
    const config = v6.config.parse(entry);

    expect(config).toMatchObject({ currency: "AUD", overfetchDays: { before: 7, after: 7 } });
    expect(v6.config.parse({ ...entry, overfetchDays: { after: 0 } }).overfetchDays).toEqual({
      before: 7,
      after: 0,
    });
    expect(`${JSON.stringify(config)} ${inspect(config)}`).not.toContain("rGzwXX");
  });

  it.each([
    [{ ...entry, apiKey: "" }, "apiKey"],
    [{ ...entry, currency: "DOLLAR" }, "currency"],
    [{ ...entry, overfetchDays: { before: -1 } }, "overfetchDays.before"],
    [{ ...entry, apikey: "x" }, ""],
    [{ ...entry, url: "carrier.example" }, "url"],
  ])("names what is wrong: %o", (wrong, path) => {
    const result = v6.config.safeParse(wrong);

    expect(result.error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });

  it("takes customer codes as texts only, for a number has lost its zeros", () => {
    expect(v6.readAccount(" 001 ")).toBe("001");
    expect(() => v6.readAccount(1)).toThrow(/in quotes, such as "001"/);
    expect(() => v6.readAccount(" ")).toThrow(/customer code/);
  });
});
