/** SIGTERM under load: whoever was let in is answered, nobody is cut off, and the process ends by itself. */
import { once } from "node:events";
import { Agent, request } from "undici";
import { expect, it } from "vitest";
import { endProcess, type Running, startProcess } from "./processes.ts";

// The balancer asks every 50 ms, where this process is given the time for it.
const graceMs = 2_500;
const body = JSON.stringify({ query: "{ invoices(first: 1) { isComplete } }" });

interface Outcome {
  readonly served: number;
  readonly problems: readonly string[];
}

/** Eight clients over keep-alive connections, behind a load balancer that asks /readyz every 50 ms and believes it. */
function load({ url, key }: Pick<Running, "url" | "key">, untilEnd: Promise<unknown>) {
  const agent = new Agent({ connections: 8, keepAliveTimeout: 60_000 });
  const problems: string[] = [];
  let served = 0;
  let begin = () => {};
  const isUnderWay = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let isWanted = true;
  let hasEnded = false;
  void untilEnd.then(() => {
    hasEnded = true;
  });
  const balancer = (async () => {
    while (isWanted && !hasEnded) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const { statusCode, body: said } = await request(`${url}/readyz`);
      await said.dump();
      if (statusCode !== 200) isWanted = false;
    }
  })();
  const client = async () => {
    while (isWanted) {
      try {
        const reply = await request(`${url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-api-key": key },
          body,
          dispatcher: agent,
        });
        const text = await reply.body.text();
        if (reply.statusCode === 200 && text.includes('"isComplete":true')) {
          served += 1;
          if (served === 20) begin();
        } else problems.push(`${reply.statusCode} ${text.slice(0, 200)}`);
      } catch (error) {
        problems.push(String(error));
      }
    }
  };
  const ended = Promise.all([balancer, ...Array.from({ length: 8 }, client)]);
  const outcome = ended.then(async (): Promise<Outcome> => {
    await agent.close();
    return { served, problems };
  });
  return { outcome, isUnderWay };
}

it("a socket, 20 times: nothing is reset, nothing is lost", async () => {
  const outcomes: Outcome[] = [];

  const four = Array.from({ length: 4 }, async () => {
    const running = await startProcess("socket-process", { graceMs });
    let { url, key } = running;
    for (let round = 0; round < 5; round++) {
      const next = running.next();
      const { outcome, isUnderWay } = load({ url, key }, next);
      await isUnderWay;
      running.child.kill("SIGTERM");
      ({ url, key } = await next);
      outcomes.push(await outcome);
    }
    await endProcess(running);
  });
  await Promise.all(four);

  expect(outcomes).toHaveLength(20);
  expect(outcomes.flatMap(({ problems }) => problems)).toEqual([]);
  expect(Math.min(...outcomes.map(({ served }) => served))).toBeGreaterThan(0);
});

it("the whole service, which then ends by itself: the same", async () => {
  const running = await startProcess("service-process", { graceMs, latencyMs: 20 });
  const exit = once(running.child, "exit") as Promise<[number | null]>;
  const { outcome, isUnderWay } = load(running, exit);
  await isUnderWay;
  running.child.kill("SIGTERM");
  const [exitCode] = await exit;

  const { problems, served } = await outcome;
  expect(problems).toEqual([]);
  expect(served).toBeGreaterThan(0);
  expect(exitCode).toBe(0);
});
