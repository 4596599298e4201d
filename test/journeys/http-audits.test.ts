/** GraphQL over HTTP, by the audits of the people who wrote the specification. */
import { auditServer } from "graphql-http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

it("passes every audit of graphql-http without an error", async () => {
  const withKey: typeof fetch = (input, init) =>
    fetch(input, {
      ...init,
      headers: { ...(init?.headers as Record<string, string>), "x-api-key": app.keyOf("service") },
    });

  const results = await auditServer({ url: `${app.url}/graphql`, fetchFn: withKey });

  expect(results.length).toBeGreaterThan(50);
  expect(results.filter(({ status }) => status === "error").map(({ name }) => name)).toEqual([]);
});
