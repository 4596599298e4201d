/** Asks a service to explain itself. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ActualReport } from "../../src/explain/actual.ts";
import type { PlanReport } from "../../src/explain/plan.ts";
import type { GraphQLReply, TestApp, ViewerName } from "./app.ts";

interface Asked {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** The answer to an operation that is asked with that value of the header. */
export async function askExplained(
  app: Pick<TestApp, "url" | "keyOf">,
  mode: string,
  { query, variables = {} }: Asked,
  headers: Record<string, string> = { "x-api-key": app.keyOf("service") },
): Promise<{ readonly status: number; readonly reply: GraphQLReply }> {
  const response = await fetch(`${app.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-invoicegraph-explain": mode, ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, reply: (await response.json()) as GraphQLReply };
}

export async function planOf(
  app: TestApp,
  asked: Asked,
  viewer: ViewerName = "service",
): Promise<PlanReport> {
  const { reply } = await askExplained(app, "plan", asked, { "x-api-key": app.keyOf(viewer) });
  return reply.extensions?.["explain"] as PlanReport;
}

export async function actualOf(
  app: TestApp,
  asked: Asked,
  viewer: ViewerName = "service",
): Promise<ActualReport> {
  const { reply } = await askExplained(app, "actual", asked, { "x-api-key": app.keyOf(viewer) });
  return reply.extensions?.["explain"] as ActualReport;
}

/** What has reached the simulators, by the names of their sources; those that nothing has reached are left out. */
export function arrivedAt(app: TestApp): Record<string, number> {
  const { flolive, akamai: cdn, v6: freight, ddapi: billing } = app.counts();
  return Object.fromEntries(
    Object.entries({ flolive, cdn, freight, billing }).filter(([, count]) => count > 0),
  );
}

/** Waits for the export that was ordered, if one was. */
export async function untilExported(app: TestApp, { data }: GraphQLReply): Promise<void> {
  const id: string | undefined = data?.exportInvoices?.id;
  for (let isEnded = id === undefined; !isEnded;) {
    const { data: found } = await app.query("query ($id: ID!) { invoiceExport(id: $id) { endedAt } }", {
      id,
    });
    isEnded = found.invoiceExport.endedAt !== null;
    await sleep(10);
  }
}
