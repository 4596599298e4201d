/** GraphiQL in a real browser runs the example that defers and the one that subscribes. */
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";
import { type Browser, hasChromium, startBrowser } from "../support/browser.ts";
import { execute, resultOf } from "../support/graphiql.ts";

describe.skipIf(!hasChromium)("in Chromium", () => {
  let browser: Browser;
  let app: TestApp;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    app = await startTestApp({
      sections: () => ({ cache: { enabled: false }, live: { intervalSeconds: 1 } }),
    });
  });
  afterEach(() => app.close());

  /** Opens the tab of that name and runs it until the answer matches. */
  async function run(tab: string, answer: RegExp) {
    const page = await browser.context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${app.url}/graphql`);
    const button = page.getByRole("tab", { name: tab }).first();
    // The page takes clicks only when it has come to life.
    await expect
      .poll(
        async () => {
          await button.click();
          return (await page.locator(".graphiql-query-editor").first().textContent()) ?? "";
        },
        { interval: 500 },
      )
      .toContain(tab);
    await execute(page, answer);
    return { page, result: resultOf(page), complaints };
  }

  it("the names are there while the settings' source hangs", async () => {
    app.simulators.ddapi.setFault({ kind: "hang" });

    const { page, result, complaints } = await run("SlowestLast", /Acme Telecom Holding/);
    const whileHanging = (await result.textContent()) ?? "";
    const hanging = () => app.simulators.ddapi.log.filter(({ closedAt }) => closedAt === null).length;
    await expect.poll(hanging).toBeGreaterThan(0);
    app.simulators.ddapi.setFault(null);
    await page.close();

    expect(whileHanging).not.toContain("settings");
    expect(complaints).toEqual([]);
  });

  it("a change is shown when it is noticed", async () => {
    const { flolive, customer } = app.simulators.world;
    const records = flolive.invoices(customer("acme")?.flolive?.customerId ?? "") as any[];

    const { page, result, complaints } = await run("WhatChanges", /fetchedAt/);
    records.push({ ...records.at(-1), id: randomUUID(), number: "990009" });
    await result.getByText("990009").first().waitFor();
    await page.close();

    await expect.poll(() => app.live()).toEqual({ subscriptions: 0, watches: 0 });
    expect(complaints).toEqual([]);
  });
});
