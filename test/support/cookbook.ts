/** Reads docs/cookbook.md, and starts the service that its answers are of: the sandbox's world on a fixed day. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type TestApp, startTestApp } from "./app.ts";

/** One question of the cookbook. */
export interface Recipe {
  /** Such as "1. What was due by today?". */
  readonly title: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
  /** The whole answer as it is shown, without extensions; "…" in a text stands for anything. */
  readonly answer: unknown;
  /** The line that says the price and the upstream calls. */
  readonly price: string;
}

export const cookbookPath = resolve(import.meta.dirname, "../../docs/cookbook.md");

const block = (info: string) => new RegExp(`\`\`\`${info}\\n([\\s\\S]*?)\`\`\``);

/** The questions, in their order. */
export function readCookbook(text: string = readFileSync(cookbookPath, "utf8")): Recipe[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = ""] = section.split("\n", 1);
      const part = (info: string) => {
        const [, code] = block(info).exec(section) ?? [];
        if (code === undefined) throw new Error(`the recipe "${title}" has no block of ${info}`);
        return code;
      };
      return {
        title,
        query: part("graphql"),
        variables: JSON.parse(part("json variables")) as Record<string, unknown>,
        answer: JSON.parse(part("json answer")) as unknown,
        price: /^Price: .*$/m.exec(section)?.[0] ?? "",
      };
    });
}

/** The text with other answers and prices, by the recipes' titles. */
export function rewriteCookbook(
  text: string,
  recipes: ReadonlyMap<string, Pick<Recipe, "answer" | "price">>,
): string {
  return text
    .split(/^(?=## )/m)
    .map((section) => {
      const recipe = recipes.get(/^## (.*)$/m.exec(section)?.[1] ?? "");
      if (recipe === undefined) return section;
      return section
        .replace(block("json answer"), () => `\`\`\`json answer\n${jsonOf(recipe.answer)}\n\`\`\``)
        .replace(/^Price: .*$/m, () => recipe.price);
    })
    .join("");
}

const widest = 110;

/** JSON for people: what fits on one line stands on one. */
function jsonOf(value: unknown, indent = "", before = 0): string {
  const line = JSON.stringify(value, null, 1).replace(/\n */g, " ");
  if (typeof value !== "object" || value === null || indent.length + before + line.length <= widest)
    return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const items = Object.entries(value).map(([key, each]) => {
    const name = Array.isArray(value) ? "" : `${JSON.stringify(key)}: `;
    return `${inner}${name}${jsonOf(each, inner, name.length + 1)}`;
  });
  return `${open}\n${items.join(",\n")}\n${indent}${close}`;
}

const noon = "2026-11-15T12:00:00.000Z";

/** A service over the cookbook's world, its clock standing still; nothing is kept in its cache yet. */
export function startCookbookApp(): Promise<TestApp> {
  const now = () => Date.parse(noon);
  return startTestApp({
    seed: 1,
    today: noon.slice(0, 10),
    now,
    each: { akamai: { now, requestsPerMinute: 100_000 } },
  });
}

/** Is it what is shown? "…" in a text that is shown stands for anything. */
export function isAsShown(shown: unknown, actual: unknown): boolean {
  if (typeof shown === "string" && shown.includes("…") && typeof actual === "string") {
    const parts = shown.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "s").test(actual);
  }
  if (Array.isArray(shown) && Array.isArray(actual))
    return shown.length === actual.length && shown.every((each, i) => isAsShown(each, actual[i]));
  if (typeof shown !== "object" || typeof actual !== "object" || shown === null || actual === null)
    return Object.is(shown, actual);
  const keys = Object.keys(shown);
  return (
    keys.join() === Object.keys(actual).join() &&
    keys.every((key) =>
      isAsShown((shown as Record<string, unknown>)[key], (actual as Record<string, unknown>)[key]),
    )
  );
}
