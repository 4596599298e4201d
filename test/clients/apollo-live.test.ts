/** Apollo Client without any other library: pieces of an answer as they come, and subscriptions over multipart. */
import { ApolloClient, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { Defer20220824Handler } from "@apollo/client/incremental";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";

let app: TestApp;
let client: ApolloClient;
beforeEach(async () => {
  app = await startTestApp({ sections: () => ({ cache: { enabled: false }, live: { intervalSeconds: 1 } }) });
  client = new ApolloClient({
    link: new HttpLink({
      uri: `${app.url}/graphql`,
      headers: { "x-api-key": app.keyOf("parent"), "x-request-timeout-ms": "8000" },
    }),
    cache: new InMemoryCache(),
    incrementalHandler: new Defer20220824Handler(),
  });
});
afterEach(async () => {
  client.stop();
  await app.close();
});

const slowSettings = gql`
  query SlowSettings {
    viewer {
      id
      customer {
        id
        name
        ... @defer {
          settings {
            paysInvoiceFee
          }
        }
      }
    }
  }
`;

/** What the watched query has shown so far. */
function watch() {
  const shown: any[] = [];
  const watching = client
    .watchQuery({ query: slowSettings, errorPolicy: "all", notifyOnNetworkStatusChange: true })
    .subscribe((result) => void shown.push(result));
  return { shown, stop: () => watching.unsubscribe() };
}

describe("@defer", () => {
  it("shows the name while the settings' source hangs, and an error for these when it has had its time", async () => {
    app.simulators.ddapi.setFault({ kind: "hang" });

    const { shown, stop } = watch();
    await expect.poll(() => shown.at(-1)?.data?.viewer.customer.name).toBe("Acme Telecom Holding");
    const first = shown.at(-1);
    const hanging = () => app.simulators.ddapi.log.filter(({ closedAt }) => closedAt === null).length;
    await expect.poll(hanging).toBe(1);
    await expect.poll(() => shown.at(-1)?.error).toBeDefined();
    stop();

    expect(first.dataState).toBe("streaming");
    expect(first.data.viewer.customer).not.toHaveProperty("settings");
    expect(shown.at(-1).error.errors[0].extensions).toMatchObject({
      code: "SOURCE_TIMEOUT",
      source: "billing",
    });
    expect(shown.at(-1).data.viewer.customer.name).toBe("Acme Telecom Holding");
  });

  it("completes the data when the source answers", async () => {
    app.simulators.ddapi.setLatency(300);

    const { shown, stop } = watch();
    await expect.poll(() => shown.at(-1)?.dataState).toBe("complete");
    stop();

    expect(shown.map(({ dataState }) => dataState)).toContain("streaming");
    expect(typeof shown.at(-1).data.viewer.customer.settings.paysInvoiceFee).toBe("boolean");
  });
});

describe("a subscription", () => {
  it("is read over multipart/mixed, and left when nobody listens", async () => {
    const { data } = await client.query<any>({
      query: gql`
        {
          viewer {
            customer {
              id
            }
          }
        }
      `,
    });
    const events: any[] = [];
    const listening = client
      .subscribe({
        query: gql`
          subscription Watch($id: ID!) {
            invoicesChanged(customerId: $id) {
              changes {
                kind
                id
              }
              sources {
                status
              }
            }
          }
        `,
        variables: { id: data.viewer.customer.id },
      })
      .subscribe((event) => void events.push(event));

    await expect.poll(() => events.length).toBe(1);
    const whileListening = app.live();
    listening.unsubscribe();

    expect(events[0].data.invoicesChanged).toMatchObject({ changes: [], sources: [{}, {}, {}] });
    expect(whileListening).toEqual({ subscriptions: 1, watches: 1 });
    await expect.poll(() => app.live()).toEqual({ subscriptions: 0, watches: 0 });
  });
});
