/** A whole service in a process of its own, over simulators in the same: told how by JSON in its first argument, tells its URL and a key. */
import { createApp } from "../../src/app.ts";
import { startSandbox } from "../../src/sandbox.ts";
import { listen } from "../../src/server/listen.ts";
import { createLog } from "../../src/telemetry/log.ts";

interface Settings {
  readonly graceMs: number;
  readonly latencyMs: number;
  readonly server: Readonly<Record<string, unknown>>;
}

const { graceMs, latencyMs, server } = JSON.parse(process.argv[2] ?? "") as Settings;
const sandbox = await startSandbox({ latencyMs }, () => ({ cache: { enabled: false }, server }));
const app = await createApp(sandbox.config, {
  log: createLog("silent"),
  publicUrl: () => "http://localhost",
});
const listener = await listen(app.handle, "127.0.0.1", 0);

process.once("SIGTERM", () => {
  void (async () => {
    app.drain();
    await listener.stop(60_000, graceMs);
    await app.close();
    await sandbox.simulators.close();
  })();
});

const key = sandbox.tokens.find(({ name }) => name === "sandbox-parent")?.key;
process.stdout.write(`${JSON.stringify({ url: listener.url, key })}\n`);
