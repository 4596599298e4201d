/** A headless Chromium for tests, if the machine has one. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);

/** Is there a Chromium? Install Debian's package `chromium` if not. */
export const hasChromium = executablePath !== undefined;

export interface Browser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Starts it with an empty profile and without any traffic of its own. */
export async function startBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "invoicegraph-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath !== undefined && { executablePath }),
    headless: true,
    viewport: { width: 1400, height: 900 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  // Playwright's own 30 s are not enough where the machine is busy.
  context.setDefaultTimeout(120_000);
  return {
    context,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

if (!hasChromium)
  process.stderr.write(
    "SKIPPED: no Chromium on this machine, so GraphiQL is not looked at (Debian: chromium).\n",
  );
