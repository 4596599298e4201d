/** What the doctor says of the front page. */
import { expect, it } from "vitest";
import { authConfig } from "../../src/auth/config.ts";
import { checkFrontPage } from "../../src/doctor/serving.ts";
import { serverConfig } from "../../src/server/config.ts";

const key = { name: "operator", sha256: "0".repeat(64), role: "customer_service" };

it.each([
  ["off", [], undefined],
  ["open", [{ ...key, scopes: ["operations"] }], "whoever reaches the port sees how the sources are doing."],
  ["operators", [], "no credential may see it."],
  ["operators", [{ ...key, scopes: ["raw"] }], "no credential may see it."],
  [
    "operators",
    [{ ...key, role: "customer", customer: "acme", scopes: ["operations"] }],
    "no credential may see it.",
  ],
  ["operators", [{ ...key, scopes: ["operations"] }], "is for operators."],
] as const)("%s with the keys %j: %s", (frontPage, apiKeys, says) => {
  const finding = checkFrontPage(serverConfig.parse({ frontPage }), authConfig.parse({ apiKeys }));

  expect(finding?.says).toBe(says);
});
