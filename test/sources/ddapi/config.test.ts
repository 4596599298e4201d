/** The configuration of a DDAPI source: its schemes, its secrets, and what an account is. */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { authHeaders } from "../../../src/sources/ddapi/auth.ts";
import { ddapi } from "../../../src/sources/ddapi/index.ts";

function read(auth: unknown) {
  return ddapi.config.safeParse({ kind: "ddapi", url: "https://ddapi.example", auth });
}

test.each([
  [{ scheme: "none" }, {}],
  [{ scheme: "basic", username: "åsa", password: "p:w" }, { authorization: "Basic w6VzYTpwOnc=" }],
  [{ scheme: "bearer", token: "t0ken" }, { authorization: "Bearer t0ken" }],
  [{ scheme: "header", name: "X-Api-Key", value: "k ey" }, { "x-api-key": "k ey" }],
])("The scheme of %j sends %j", (auth, expected) => {
  expect(authHeaders(read(auth).data!.auth)).toEqual(expected);
});

test("No secret is printed", () => {
  const secrets = [
    { scheme: "basic", username: "u", password: "hush" },
    { scheme: "bearer", token: "hush" },
    { scheme: "header", name: "X-Api-Key", value: "hush" },
  ];

  for (const auth of secrets) {
    const config = read(auth).data;

    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain("hush");
    expect(JSON.stringify(config)).toContain("[redacted]");
  }
});

test.each([
  ["no scheme", undefined],
  ["an unknown scheme", { scheme: "digest" }],
  ["a colon in the name", { scheme: "basic", username: "a:b", password: "x" }],
  ["an empty password", { scheme: "basic", username: "a", password: "" }],
  ["a token with a line break", { scheme: "bearer", token: "a\r\nX-Evil: 1" }],
  ["a space after the value", { scheme: "header", name: "X-Api-Key", value: "a " }],
  ["a name that is none", { scheme: "header", name: "X Api", value: "a" }],
  ["a header of HTTP itself", { scheme: "header", name: "Host", value: "a" }],
  ["a setting too many", { scheme: "none", token: "a" }],
])("A configuration with %s is refused", (_what, auth) => {
  expect(read(auth).success).toBe(false);
});

test.each([
  [4100, "4100"],
  ["4100", "4100"],
  [" 0042 ", "42"],
])("The account %j is %j", (reference, expected) => {
  expect(ddapi.readAccount(reference)).toBe(expected);
});

test.each(["", "0", 0, -1, "4100.5", 4100.5, "A-1", "1e3", 1e21, "9".repeat(16)])(
  "The account %j is refused with a sentence",
  (reference) => {
    expect(() => ddapi.readAccount(reference)).toThrow("must be a DDAPI customer number, such as 4100");
  },
);
