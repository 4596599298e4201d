/** The process: reads the configuration, listens, drains on SIGTERM. */
import { createApp } from "./app.ts";
import { loadConfig, noConfigSentence } from "./config/load.ts";
import type { Config } from "./config/read.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import { listen } from "./server/listen.ts";
import { sourceKinds } from "./sources/index.ts";
import { createLog } from "./telemetry/log.ts";
import { sandboxGreeting } from "./greeting.ts";

async function main(): Promise<void> {
  const { env } = process;
  const path = env["INVOICEGRAPH_CONFIG"];
  if (path === undefined && env["NODE_ENV"] === "production") throw new Error(noConfigSentence);
  const sandbox = path === undefined ? await startSandbox() : null;
  const config = sandbox?.config ?? (await loadConfig(path ?? "", { kinds: sourceKinds, env }));
  const log = createLog(env["LOG_LEVEL"] ?? (sandbox === null ? "info" : "warn"));

  let url = "";
  const app = await createApp(config, {
    log,
    publicUrl: () => config.server.publicUrl ?? url,
    graphiqlHeaders: sandboxHeaders(sandbox),
  });
  const listener = await listen(app.handle, config.server.host, portOf(config, env["PORT"])).catch(
    async (thrown: unknown) => {
      await app.close();
      await sandbox?.simulators.close();
      throw thrown;
    },
  );
  ({ url } = listener);
  if (sandbox === null) log.info({ url, sources: config.sources.map(({ id }) => id) }, "listening");
  else process.stdout.write(sandboxGreeting(url, sandbox));

  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    app.drain();
    await listener.stop(config.server.drainMs);
    await app.close();
    await sandbox?.simulators.close();
  };
  process.once("SIGTERM", () => void stop());
  process.once("SIGINT", () => void stop());
}

function sandboxHeaders(sandbox: Sandbox | null): Record<string, string> {
  const first = sandbox?.tokens[0];
  return first === undefined ? {} : { "X-Api-Key": first.key };
}

function portOf(config: Config, port: string | undefined): number {
  return port === undefined ? config.server.port : portNumber(port);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a number from 0 to 65535; it is "${text}".`);
  return port;
}

main().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exitCode = 1;
});
