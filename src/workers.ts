/** Several processes behind one port: starts them, starts again those that die or hang, gathers their metrics, and ends them in order. */
import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "./config/read.ts";
import type { Service } from "./service.ts";
import type { Log } from "./telemetry/log.ts";
import { type MetricsServer, serveMetrics } from "./telemetry/metrics-server.ts";
import { beatEveryMs, Vigil } from "./vigil.ts";
import { createWorkerMetrics, type MetricsSnapshot } from "./telemetry/worker-metrics.ts";

/** What a worker tells: where it listens, what it has counted, or only that it lives. */
type Told = { readonly url: string } | { readonly metrics: MetricsSnapshot } | "alive";

interface Crewman {
  readonly worker: Worker;
  readyAt: number | null;
  /** What it counted, as far as it has told. */
  metrics: MetricsSnapshot;
}

const firstDelayMs = 100;
const longestDelayMs = 10_000;
const steadyAfterMs = 10_000;
const metricsWithinMs = 1_000;

/** How many processes this setting means on this machine. */
export function workerCount(setting: Config["server"]["workers"]): number {
  return setting === "auto" ? availableParallelism() : setting;
}

/**
 * Starts this program so many times, one first: throws when that one cannot serve. Stopping it sends SIGTERM to all, and kills what has
 * not drained when its time is over.
 */
export async function startWorkers(config: Config, count: number, log: Log): Promise<Service> {
  // The workers take connections from the one socket themselves. Handed out in turns by this process, as is usual, a connection that is on
  // its way to a worker that dies would be lost without a sign, and its client would wait for ever.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const crew = new Set<Crewman>();
  const vigil = new Vigil<Crewman>();
  const look = setInterval(() => {
    for (const { worker } of vigil.silent(performance.now())) {
      log.error({ pid: worker.process.pid }, "a worker has said nothing for long: it is ended");
      worker.process.kill("SIGKILL");
    }
  }, beatEveryMs).unref();
  let url = "";
  let restarts = 0;
  /** Called when the last of the crew has ended. */
  let onEmpty: (() => void) | null = null;
  const stopping = new AbortController();
  const living = () => [...crew].filter(({ readyAt }) => readyAt !== null);
  const counts = { ready: () => living().length, restarts: () => restarts };
  const metrics = config.telemetry.metrics === undefined ? null : await createWorkerMetrics(counts);

  /** Settles with true when it serves, with false when it has ended before that or could not be started. */
  function launch(failures: number): Promise<boolean> {
    let worker: Worker;
    try {
      worker = cluster.fork();
    } catch (thrown) {
      sayNotStarted(thrown);
      if (url !== "") void relaunch(failures);
      return Promise.resolve(false);
    }
    const man: Crewman = { worker, readyAt: null, metrics: [] };
    crew.add(man);
    return new Promise((resolve) => {
      worker.on("message", (told: Told) => {
        vigil.heard(man, performance.now());
        if (told === "alive") return;
        if ("metrics" in told) man.metrics = told.metrics;
        else {
          man.readyAt = performance.now();
          ({ url } = told);
          log.info({ pid: worker.process.pid, restarts }, "a worker serves");
          resolve(true);
        }
      });
      const leave = (say: () => void) => {
        crew.delete(man);
        vigil.forget(man);
        resolve(false);
        if (crew.size === 0) onEmpty?.();
        if (stopping.signal.aborted) return;
        say();
        metrics?.retire(man.metrics);
        const isSteady = man.readyAt !== null && performance.now() - man.readyAt > steadyAfterMs;
        if (url !== "") void relaunch(isSteady ? 0 : failures);
      };
      const { process } = worker;
      worker.once("exit", (code, signal) =>
        leave(() =>
          log[code === 0 ? "info" : "error"]({ pid: process.pid, code, signal }, "a worker has ended"),
        ),
      );
      // A message to a process that has just died fails here, too. Of a process that could not be started nothing else is told.
      worker.on("error", (err) => {
        if (process.pid === undefined) leave(() => sayNotStarted(err));
      });
    });
  }

  function sayNotStarted(err: unknown): void {
    log.error({ err }, "a worker could not be started");
  }

  async function relaunch(failures: number): Promise<void> {
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** failures);
    // While all workers are gone, nothing else may keep this process alive.
    await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
    if (stopping.signal.aborted) return;
    restarts += 1;
    await launch(failures + 1);
  }

  async function stop(graceMs = config.server.drainGraceMs): Promise<void> {
    stopping.abort();
    clearInterval(look);
    for (const { worker } of crew) worker.process.kill("SIGTERM");
    const patience = setTimeout(
      () => {
        for (const { worker } of crew) worker.process.kill("SIGKILL");
      },
      graceMs + config.server.drainMs + 5_000,
    );
    if (crew.size > 0) await new Promise<void>((resolve) => (onEmpty = resolve));
    clearTimeout(patience);
    await scraped?.close();
  }

  async function textOfAll(): Promise<string> {
    await Promise.all(living().map(askMetrics));
    return (await metrics?.textOf(living().map((man) => man.metrics))) ?? "";
  }

  let scraped: MetricsServer | null = null;
  const where = config.telemetry.metrics;
  try {
    if (metrics !== null && where !== undefined)
      scraped = await serveMetrics({ contentType: metrics.contentType, text: textOfAll }, where);
    if (!(await launch(0))) throw new Error("No worker could start: what stands above says why.");
    await Promise.all(Array.from({ length: count - 1 }, () => launch(0)));
  } catch (thrown) {
    await stop(0);
    throw thrown;
  }
  return { url, metricsUrl: scraped?.url ?? null, metrics: null, stop };
}

// A worker that does not answer in time is shown as it was the last time.
async function askMetrics(man: Crewman): Promise<void> {
  const { worker, metrics: before } = man;
  const told = new AbortController();
  const late = setTimeout(() => told.abort(), metricsWithinMs);
  worker.send("metrics", () => {});
  while (man.metrics === before && !told.signal.aborted)
    await once(worker, "message", { signal: told.signal }).catch(() => {});
  clearTimeout(late);
}

/** The service as a worker's: tells the first process where it listens and, when asked, what it has counted; leaves it at its end. */
export function asWorker(service: Service): Service {
  process.send?.({ url: service.url } satisfies Told);
  setInterval(() => process.send?.("alive" satisfies Told), beatEveryMs).unref();
  process.on("message", (asked) => {
    if (asked !== "metrics") return;
    void service.metrics?.snapshot().then((metrics) => process.send?.({ metrics } satisfies Told));
  });
  return {
    ...service,
    async stop(graceMs) {
      await service.stop(graceMs);
      cluster.worker?.disconnect();
    },
  };
}
