/** Three times as many requests as the process can answer: the surplus is refused at once, the rest stays fast, and then all is well again. */
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, it } from "vitest";
import { endProcess, type Running, startProcess } from "./processes.ts";
import { percentile } from "./setup.ts";

let running: Running;
beforeAll(async () => {
  running = await startProcess("service-process", {
    // Equal questions share nothing here: each one is work.
    server: { answers: { maxBytes: 0 }, shedding: {} },
  });
});
afterAll(() => endProcess(running));

interface Answered {
  readonly status: number;
  /** When it was sent, since the first of its kind. */
  readonly atMs: number;
  readonly tookMs: number;
  readonly retryAfter: string | undefined;
}

// Some milliseconds of work: of what costs less, these clients cannot send three times as much as can be answered.
const body = JSON.stringify({
  query: `query ($filter: InvoiceFilter) {
    one: invoices(first: 100, filter: $filter) { edges { cursor node { id number warnings { code } } } }
    two: invoices(last: 100, filter: $filter) { edges { cursor node { id dueOn totalAmount } } }
  }`,
  variables: { filter: { sources: ["flolive"] } },
});

async function ask(dispatcher: Agent, since = performance.now()): Promise<Answered> {
  const startedAt = performance.now();
  const reply = await request(`${running.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": running.key },
    body,
    dispatcher,
  });
  await reply.body.dump();
  return {
    status: reply.statusCode,
    atMs: startedAt - since,
    tookMs: performance.now() - startedAt,
    retryAfter: reply.headers["retry-after"] as string | undefined,
  };
}

/** So many clients, one request after the other, for so long. */
async function closedLoop(clients: number, ms: number): Promise<Answered[]> {
  const agent = new Agent({ connections: clients });
  const answers: Answered[] = [];
  const endAt = performance.now() + ms;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < endAt) answers.push(await ask(agent));
    }),
  );
  await agent.close();
  return answers;
}

/** So many requests a second, whether they are answered or not, for so long. */
async function openLoop(perSecond: number, ms: number): Promise<Answered[]> {
  // Its own, closed at once: the service closes connections that bring no request, and a later one could meet that.
  const agent = new Agent({ connections: 500 });
  const answers: Promise<Answered>[] = [];
  const startedAt = performance.now();
  for (let sent = 0; sent < (perSecond * ms) / 1_000;) {
    const due = Math.floor(((performance.now() - startedAt) * perSecond) / 1_000);
    for (; sent < due; sent++) answers.push(ask(agent, startedAt));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const all = await Promise.all(answers);
  await agent.close();
  return all;
}

it("is shed with 503 and Retry-After", { timeout: 60_000 }, async () => {
  await closedLoop(16, 2_000);
  const usual = await closedLoop(16, 3_000);
  const perSecond = usual.length / 3;

  const overloaded = await openLoop(3 * perSecond, 5_000);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const ready = await request(`${running.url}/readyz`);
  await ready.body.dump();
  const after = await closedLoop(16, 2_000);

  // It takes a second or so until so much is let in as can be answered.
  const settled = overloaded.filter(({ atMs }) => atMs > 2_500);
  const accepted = settled.filter(({ status }) => status === 200);
  const shed = settled.filter(({ status }) => status === 503);
  expect(accepted.length + shed.length).toBe(settled.length);
  expect(shed.length).toBeGreaterThan(0.3 * settled.length);
  expect(shed.every(({ retryAfter }) => retryAfter === "1")).toBe(true);
  // The promise is twice the usual and 50 ms, on a machine that does nothing else; these clients alone take half of this one.
  expect(p(accepted, 50)).toBeLessThanOrEqual(2 * p(usual, 95) + 200);
  expect(p(shed, 50)).toBeLessThanOrEqual(Math.max(50, p(usual, 50) / 2));
  expect(ready.statusCode).toBe(200);
  expect(after.filter(({ status }) => status !== 200)).toEqual([]);
  expect(p(after, 50)).toBeLessThanOrEqual(2 * p(usual, 95) + 200);
});

function p(answers: readonly Answered[], percent: number): number {
  return percentile(
    answers.map(({ tookMs }) => tookMs),
    percent,
  );
}
