/** SIGTERM under load: whoever was let in is answered, nobody is cut off, and the process ends by itself. */
import { once } from "node:events";
import { Agent, request } from "undici";
import { expect, it } from "vitest";
import { endProcess, type Running, startProcess } from "./processes.ts";

const body = JSON.stringify({ query: "{ invoices(first: 1) { isComplete } }" });

interface Outcome {
  readonly served: number;
  readonly problems: readonly string[];
}

/** Eight clients over keep-alive connections, behind a load balancer that asks /readyz every 50 ms and believes it. */
async function load(
  { url, key }: Pick<Running, "url" | "key">,
  untilEnd: Promise<unknown>,
): Promise<Outcome> {
  const agent = new Agent({ connections: 8, keepAliveTimeout: 60_000 });
  const problems: string[] = [];
  let served = 0;
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
        if (reply.statusCode === 200 && text.includes('"isComplete":true')) served += 1;
        else problems.push(`${reply.statusCode} ${text.slice(0, 200)}`);
      } catch (error) {
        problems.push(String(error));
      }
    }
  };
  await Promise.all([balancer, ...Array.from({ length: 8 }, client)]);
  await agent.close();
  return { served, problems };
}

it("a socket, 20 times: nothing is reset, nothing is lost", async () => {
  const outcomes: Outcome[] = [];

  const four = Array.from({ length: 4 }, async () => {
    const running = await startProcess("socket-process", { graceMs: 500 });
    let { url, key } = running;
    for (let round = 0; round < 5; round++) {
      const next = running.next();
      const outcome = load({ url, key }, next);
      await new Promise((resolve) => setTimeout(resolve, 300));
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
  const running = await startProcess("service-process", { graceMs: 1_000, latencyMs: 20 });
  const exit = once(running.child, "exit") as Promise<[number | null]>;
  const outcome = load(running, exit);
  await new Promise((resolve) => setTimeout(resolve, 300));
  running.child.kill("SIGTERM");
  const [exitCode] = await exit;

  const { problems, served } = await outcome;
  expect(problems).toEqual([]);
  expect(served).toBeGreaterThan(0);
  expect(exitCode).toBe(0);
});
