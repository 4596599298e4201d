/** Two services over the same simulators that differ in nothing but their door: the lane, and Yoga for everything. */
import { request } from "undici";
import { createApp } from "../../src/app.ts";
import { type Sandbox, type SandboxSections, startSandbox } from "../../src/sandbox.ts";
import { listen } from "../../src/server/listen.ts";
import { type Log, createLog } from "../../src/telemetry/log.ts";

/** What came back, as far as two services can agree on it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** One request. */
export interface Sent {
  readonly method?: "GET" | "POST" | "OPTIONS" | "PUT";
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface TwoDoors {
  readonly sandbox: Sandbox;
  readonly urls: { readonly lane: string; readonly yoga: string };
  readonly key: string;
  /** Sends it to both; what is told by the lane, and what by Yoga. */
  ask(sent: Sent): Promise<{ readonly lane: Reply; readonly yoga: Reply }>;
  close(): Promise<void>;
}

/** Starts them. Time stands still, so that both were told everything at the same time. */
export async function startTwoDoors(
  sections: SandboxSections = () => ({}),
  log: { readonly lane: Log; readonly yoga: Log } = { lane: createLog("silent"), yoga: createLog("silent") },
): Promise<TwoDoors> {
  const sandbox = await startSandbox({}, (own) => ({
    delivery: { links: { keys: [{ id: "one", secret: "0123456789abcdef0123456789abcdef" }] } },
    ...sections(own),
  }));
  const at = Date.now();
  async function open(lane: boolean, own: Log) {
    const config = { ...sandbox.config, server: { ...sandbox.config.server, lane } };
    const app = await createApp(config, { log: own, publicUrl: () => "http://one.example", now: () => at });
    return { app, listener: await listen(app.handle, "127.0.0.1", 0) };
  }
  const lane = await open(true, log.lane);
  const yoga = await open(false, log.yoga);
  const key = sandbox.tokens.find(({ name }) => name === "sandbox-service")?.key ?? "";
  const askOne = async (url: string, sent: Sent): Promise<Reply> => {
    const { method = "POST", path = "/graphql", headers, body } = sent;
    const reply = await request(`${url}${path}`, {
      method,
      headers: { "content-type": "application/json", "x-api-key": key, ...headers },
      ...(body !== undefined && { body }),
    });
    const { date: _, "x-request-id": id, vary, ...told } = reply.headers;
    return {
      status: reply.statusCode,
      headers: { ...told, "x-request-id": typeof id, vary: withoutEncoding(vary) },
      text: await reply.body.text(),
    };
  };
  return {
    sandbox,
    urls: { lane: lane.listener.url, yoga: yoga.listener.url },
    key,
    ask: async (sent) => {
      const [ofLane, ofYoga] = await Promise.all([
        askOne(lane.listener.url, sent),
        askOne(yoga.listener.url, sent),
      ]);
      return { lane: ofLane, yoga: ofYoga };
    },
    async close() {
      for (const { app, listener } of [lane, yoga]) {
        await listener.stop(0);
        await app.close();
      }
      await sandbox.simulators.close();
    },
  };
}

// Only the lane compresses, and says so where it might.
function withoutEncoding(vary: string | string[] | undefined): string {
  return [vary ?? []]
    .flat()
    .flatMap((line) => line.split(/, */))
    .filter((name) => name !== "accept-encoding")
    .join();
}
