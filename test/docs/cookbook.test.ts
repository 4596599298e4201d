/**
 * Every question of the cookbook is planned and asked over an empty cache, and answered as it is shown.
 * `npx vitest run test/docs/cookbook.test.ts -u` writes new answers.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PlanReport } from "../../src/explain/plan.ts";
import {
  cookbookPath,
  isAsShown,
  type Recipe,
  readCookbook,
  rewriteCookbook,
  startCookbookApp,
} from "../support/cookbook.ts";
import { arrivedAt, planOf, untilExported } from "../support/explain.ts";

const recipes = readCookbook();
const given = new Map<string, Pick<Recipe, "answer" | "price">>();

describe("the cookbook", () => {
  it.each(recipes)("$title", async ({ title, query, variables, answer }) => {
    const app = await startCookbookApp();

    const plan = await planOf(app, { query, variables });
    const arrivedWhilePlanned = arrivedAt(app);
    const { extensions, ...reply } = await app.query(query, variables);
    await untilExported(app, reply);
    const arrived = arrivedAt(app);
    const planOfWhatIsKnown = await planOf(app, { query, variables });

    await app.close();
    const sum = Object.values(arrived).reduce((all, count) => all + count, 0);
    expect(reply.errors).toBeUndefined();
    expect(arrivedWhilePlanned).toEqual({});
    expect(callsOf(plan)).toEqual(arrived);
    expect(callsOf(planOfWhatIsKnown)).toEqual(arrived);
    expect(planOfWhatIsKnown).toMatchObject({ upstreamCalls: sum, atLeast: sum, atMost: sum, unknown: [] });
    expect(plan.cost).toBe(extensions?.["cost"].requested);
    given.set(title, {
      answer: isAsShown(answer, reply) ? answer : reply,
      price: priceOf(plan.cost ?? 0, sum, arrived),
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

function callsOf({ sources }: PlanReport): Record<string, number> {
  return Object.fromEntries(sources.map(({ source, upstreamCalls }) => [source, upstreamCalls]));
}

function priceOf(cost: number, sum: number, arrived: Record<string, number>): string {
  const each = Object.entries(arrived).map(([source, count]) => `${source} ${count}`);
  return `Price: ${cost}. Upstream calls: ${sum} (${each.join(", ")}).`;
}
