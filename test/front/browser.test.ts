/** The front page in a real browser: by day and by night, on a desk and on a phone, by keyboard and by ear. */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { examples } from "../../src/server/graphiql/examples.ts";
import { startTestApp, type TestApp } from "../support/app.ts";
import { type Browser, hasChromium, startBrowser } from "../support/browser.ts";
import { execute, resultOf } from "../support/graphiql.ts";

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

const sizes = [
  ["a desk", { width: 1280, height: 900 }],
  ["a phone", { width: 360, height: 740 }],
] as const;

describe.skipIf(!hasChromium)("in Chromium", () => {
  let app: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    app = await startTestApp({
      each: {
        flolive: { quirks: { cycleNames: "table", textAmounts: true } },
        akamai: { quirks: ["debitWord"], requestsPerMinute: 100_000 },
        v6: { quirks: { tableDates: true } },
      },
    });
    // A question of its own each time: the same one would be answered without a look at the kept answers of sources.
    for (const first of [20, 21, 22])
      await app.query(
        `{ invoices(first: ${first}) { nodes { number lines { quantity } customer { settings { currency { code } } } } } }`,
      );
    app.simulators.v6.setFault({ kind: "status", status: 503 });
    const anew =
      '{ invoices(first: 1, freshness: { maxAge: 0 }, filter: { sources: ["freight"] }) { totalCount } }';
    const look = async () => {
      await app.query(anew);
      return (await fetch(app.url)).text();
    };
    await vi.waitUntil(async () => (await look()).includes("Suspended"), { timeout: 60_000, interval: 300 });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  async function opened(
    size: { width: number; height: number },
    colorScheme: "light" | "dark",
  ): Promise<Page> {
    const page = await browser.context.newPage();
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await page.goto(app.url);
    return page;
  }

  describe.each(sizes)("on %s", (_where, size) => {
    it.each(["light", "dark"] as const)("is accessible in %s, and nothing overflows", async (scheme) => {
      const page = await opened(size, scheme);

      // Not by a script element: the page's own policy lets none in.
      const violations = (await page.evaluate(
        `${axe.source}; axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)`,
      )) as Violation[];
      const widths = await page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
      );

      expect(
        violations.map(
          ({ id, nodes }) =>
            `${id}: ${nodes.map(({ html, failureSummary }) => html + failureSummary).join("\n")}`,
        ),
      ).toEqual([]);
      expect(widths).toEqual([size.width, size.width]);
      await page.close();
    });
  });

  it("loads nothing but itself, complains of nothing, and shows source, failure and drift", async () => {
    const page = await browser.context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => requests.push(request.url()));

    await page.goto(app.url);

    const freight = page.getByRole("article", { name: /freight/ });
    expect(await freight.getByText(/^\W*Suspended$/).isVisible()).toBe(true);
    expect(await freight.getByText("SOURCE_UNAVAILABLE").isVisible()).toBe(true);
    const drift = page.getByRole("table", { name: /differences/ });
    expect(await drift.getByRole("row", { name: /cdn Unknown value/ }).innerText()).toContain("Debit Note");
    expect(await page.getByRole("img", { name: "Map of the schema" }).isVisible()).toBe(true);
    expect(requests.filter((url) => !url.startsWith("data:"))).toEqual([`${app.url}/`]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it("can be walked through by keyboard, with the focus always seen", async () => {
    const page = await opened({ width: 1280, height: 900 }, "light");
    const walked: string[] = [];

    for (let step = 0; step < 40; step++) {
      await page.keyboard.press("Tab");
      const [name, outline] = (await page.evaluate(
        `(() => { const at = document.activeElement; if (at === document.body) return ["", ""]; const { outlineStyle, outlineWidth } = getComputedStyle(at);
          return [(at.getAttribute("aria-label") ?? at.textContent).trim().slice(0, 40), outlineStyle + " " + outlineWidth]; })()`,
      )) as [string, string];
      // Past the last one the browser itself has the focus.
      if (name === "") break;
      walked.push(name);
      expect([name, outline]).toEqual([name, "solid 3px"]);
    }

    expect(walked.slice(0, 3)).toEqual(["To the sources", "Open GraphiQL", "Refresh"]);
    expect(walked).toContain("Map of the schema, scrolls sideways");
    for (const { title } of examples) expect(walked).toContain(title);
    await page.close();
  });

  it("still is a table to a screen reader on a phone, where its rows look like cards", async () => {
    const page = await opened({ width: 360, height: 740 }, "dark");
    const session = await page.context().newCDPSession(page);

    const { nodes } = await session.send("Accessibility.getFullAXTree");

    const countOf = (role: string) =>
      nodes.filter((node) => !node.ignored && node.role?.value === role).length;
    const rows = countOf("row") - 1;
    expect(rows).toBeGreaterThan(5);
    expect(["table", "columnheader", "rowheader", "cell"].map(countOf)).toEqual([1, 7, rows, rows * 6]);
    await page.close();
  });

  // A subscription has no answer until something changes.
  it.each(examples.filter(({ query }) => !/^subscription/m.test(query)))(
    "opens GraphiQL with $title, ready to run",
    async ({ title }) => {
      const page = await opened({ width: 1280, height: 900 }, "light");

      await page.getByRole("link", { name: title, exact: true }).click();
      await execute(page, /"data"/);
      const answer = await resultOf(page).innerText();

      expect(answer).not.toContain('"errors": [');
      await page.close();
    },
  );

  it("has its picture taken when asked", async () => {
    // For the pictures in the docs: FRONT_PAGE=docs/front-page.png npx vitest run test/front/browser
    const path = process.env["FRONT_PAGE"];
    if (path === undefined) return;
    mkdirSync(dirname(path), { recursive: true });

    const desk = await opened({ width: 1280, height: 1180 }, "light");
    await desk.screenshot({ path });
    const phone = await opened({ width: 390, height: 844 }, "dark");
    await phone.screenshot({ path: path.replace(".png", "-phone.png") });

    expect(readFileSync(path).length).toBeGreaterThan(10_000);
  });
});
