/** GraphiQL in a real browser: it opens without internet, runs every example tab, and shows the docs. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { examples } from "../../src/server/graphiql/examples.ts";
import { type TestApp, startTestApp } from "../support/app.ts";
import { type Browser, hasChromium, startBrowser } from "../support/browser.ts";
import { execute } from "../support/graphiql.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe("the example tabs", () => {
  // The one that subscribes is run in test/live/graphiql.test.ts.
  const queries = examples.filter(({ query }) => !/^subscription /m.test(query));

  it.each(queries)("$title runs without an error and brings data", async ({ query, variables }) => {
    const reply = await app.query(query, variables === "" ? {} : JSON.parse(variables), "parent");

    expect(reply.errors).toBeUndefined();
    expect(JSON.stringify(reply.data).length).toBeGreaterThan(200);
  });
});

test("the page names each viewer of the sandbox before its key, of which a narrow editor shows the beginning", async () => {
  const response = await fetch(`${app.url}/graphql`, { headers: { accept: "text/html" } });
  const page = await response.text();

  for (const viewer of ["parent", "single", "service"] as const)
    expect(page).toContain(`# sandbox-${viewer}: ${app.keyOf(viewer)}`);
});

describe.skipIf(!hasChromium)("in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  it("opens with the examples, runs one, explains a type, and asks nobody but us", async () => {
    const page = await browser.context.newPage();
    const complaints: string[] = [];
    const foreign: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith(app.url) && !/^(?:blob|data):/.test(request.url()))
        foreign.push(request.url());
    });

    await page.goto(`${app.url}/graphql`);
    await execute(page, /totalCount/);
    const tabs = await page.getByRole("tab").allTextContents();
    await page
      .getByRole("button", { name: /documentation explorer/i })
      .first()
      .click();
    await page
      .getByRole("link", { name: "Query", exact: true })
      .or(page.locator("a", { hasText: /^Query$/ }))
      .first()
      .click();
    await page.getByText("The entry points for reading.").first().waitFor();
    // For the picture in the docs: SCREENSHOT=docs/graphiql.png npx vitest run test/journeys/graphiql
    const screenshot = process.env["SCREENSHOT"];
    if (screenshot !== undefined) {
      mkdirSync(dirname(screenshot), { recursive: true });
      await page.screenshot({ path: screenshot });
    }

    expect(tabs.join(" ")).toContain("LatestInvoices");
    expect(tabs.length).toBeGreaterThanOrEqual(examples.length);
    expect(complaints).toEqual([]);
    expect(foreign).toEqual([]);
  });
});
