/** GraphiQL's buttons and panes, as a person uses them. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** The pane of the answer. */
export function resultOf(page: Page): Locator {
  return page.locator(".graphiql-response, section[aria-label='Result Window']").first();
}

/** Executes what the open tab holds until the answer matches; a click that comes before the page has come to life is made again. */
export async function execute(page: Page, answer: RegExp): Promise<void> {
  const button = page.getByRole("button", { name: /execute query/i });
  // The editor writes spaces as such that do not break.
  const text = async () => ((await resultOf(page).textContent()) ?? "").replaceAll("\u00a0", " ");
  await expect
    .poll(
      async () => {
        // While it is being answered, the button is one that stops it.
        if (!answer.test(await text()) && (await button.isVisible())) await button.click();
        return await text();
      },
      { interval: 1_000, timeout: 110_000 },
    )
    .toMatch(answer);
}
