/** Services in processes of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Running {
  readonly child: ChildProcess;
  /** What it tells when it listens anew. */
  readonly next: () => Promise<Pick<Running, "url" | "key">>;
  readonly url: string;
  readonly key: string;
}

/** Starts the script of that name in this folder, and waits until it listens. */
export async function startProcess(
  name: "service-process" | "socket-process",
  settings: {
    readonly graceMs?: number;
    readonly latencyMs?: number;
    readonly server?: Readonly<Record<string, unknown>>;
  },
): Promise<Running> {
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const argument = JSON.stringify({ graceMs: 0, latencyMs: 0, server: {}, ...settings });
  const child = spawn(process.execPath, ["--import", "tsx", script, argument], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout! });
  const next = async () => {
    const [line] = (await once(lines, "line")) as [string];
    return JSON.parse(line) as Pick<Running, "url" | "key">;
  };
  return { child, next, ...(await next()) };
}

/** Ends it, if it has not ended. */
export async function endProcess({ child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
