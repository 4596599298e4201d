/** Every question of the cookbook is asked on a cold cache, and answered as it is shown. `npx vitest run test/docs/cookbook.test.ts -u` writes new answers. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  cookbookPath,
  isAsShown,
  type Recipe,
  readCookbook,
  rewriteCookbook,
  startCookbookApp,
} from "../support/cookbook.ts";
import type { TestApp } from "../support/app.ts";

const recipes = readCookbook();
const given = new Map<string, Pick<Recipe, "answer" | "price">>();

describe("the cookbook", () => {
  it.each(recipes)("$title", async ({ title, query, variables, answer }) => {
    const app = await startCookbookApp();

    const { extensions, ...reply } = await app.query(query, variables);
    await untilExported(app, reply.data?.exportInvoices?.id);

    const { flolive, akamai: cdn, v6: freight, ddapi: billing } = app.counts();
    const calls = Object.entries({ flolive, cdn, freight, billing }).filter(([, count]) => count > 0);
    await app.close();
    expect(reply.errors).toBeUndefined();
    given.set(title, {
      answer: isAsShown(answer, reply) ? answer : reply,
      price: priceOf(extensions?.["cost"].requested, calls),
    });
  });

  it("shows these answers and prices", async () => {
    const text = readFileSync(cookbookPath, "utf8");

    await expect(rewriteCookbook(text, given)).toMatchFileSnapshot(cookbookPath);
  });

  it("has twelve questions", () => {
    expect(recipes).toHaveLength(12);
  });
});

async function untilExported(app: TestApp, id: string | undefined): Promise<void> {
  for (let isEnded = id === undefined; !isEnded;) {
    const { data } = await app.query("query ($id: ID!) { invoiceExport(id: $id) { endedAt } }", { id });
    isEnded = data.invoiceExport.endedAt !== null;
    await sleep(10);
  }
}

function priceOf(cost: number, calls: readonly (readonly [string, number])[]): string {
  const sum = calls.reduce((all, [, count]) => all + count, 0);
  const each = calls.map(([source, count]) => `${source} ${count}`).join(", ");
  return `Price: ${cost}. Upstream calls: ${sum}${calls.length > 0 ? ` (${each})` : ""}.`;
}
