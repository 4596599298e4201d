/** Subscription.invoicesChanged over real HTTP: what is told, to whom, and what it costs the sources. */
import { createClient } from "graphql-sse";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestApp, startTestApp, type ViewerName } from "../support/app.ts";

let app: TestApp;
const leave: (() => void)[] = [];
beforeEach(async () => {
  app = await startTestApp({ sections: () => ({ live: { intervalSeconds: 1, perViewer: 60 } }) });
});
afterEach(async () => {
  for (const each of leave.splice(0)) each();
  await app.close();
});

const query = `subscription ($id: ID!, $sources: [ID!]) {
  invoicesChanged(customerId: $id, sources: $sources) {
    customer { key }
    at
    changes { kind id invoice { id number totalAmount customer { key } } }
    remaining isCut
    sources { source { id } status errors { code } fetchedAt }
  }
}`;

interface Listening {
  readonly events: any[];
  readonly ended: Promise<unknown>;
  leave(): void;
}

function listen(variables: { id: string; sources?: string[] }, viewer: ViewerName = "parent"): Listening {
  const client = createClient({
    url: `${app.url}/graphql`,
    headers: { "x-api-key": app.keyOf(viewer) },
    retryAttempts: 0,
  });
  const events: any[] = [];
  let stop = () => {};
  const ended = new Promise<unknown>((resolve) => {
    stop = client.subscribe(
      { query, variables },
      { next: (event) => events.push(event), error: resolve, complete: () => resolve("complete") },
    );
  });
  leave.push(stop);
  return { events, ended, leave: stop };
}

async function idOf(key: string): Promise<string> {
  const { data } = await app.query("{ customers(first: 100) { nodes { id key } } }");
  return data.customers.nodes.find((customer: any) => customer.key === key).id;
}

describe("graphql-sse", () => {
  it("is told how the sources stand, then what changes", async () => {
    const id = await idOf("acme");
    const listening = listen({ id });
    await expect.poll(() => listening.events.length, { timeout: 10_000 }).toBe(1);

    console.log(JSON.stringify(listening.events[0], null, 1));
    expect(listening.events[0].data.invoicesChanged).toMatchObject({
      changes: [],
      customer: { key: "acme" },
    });
  });
});
