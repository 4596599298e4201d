/** urql reads pieces and events by itself: its fetch exchange takes multipart and server-sent events. */
import { Client, fetchExchange, gql } from "@urql/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";

let app: TestApp;
let client: Client;
beforeEach(async () => {
  app = await startTestApp({ sections: () => ({ cache: { enabled: false }, live: { intervalSeconds: 1 } }) });
  client = new Client({
    url: `${app.url}/graphql`,
    exchanges: [fetchExchange],
    preferGetMethod: false,
    fetchSubscriptions: true,
    fetchOptions: { headers: { "x-api-key": app.keyOf("parent") } },
  });
});
afterEach(() => app.close());

describe("urql", () => {
  it("shows the name while the settings' source is slow, and then the settings", async () => {
    app.simulators.ddapi.setLatency(500);
    const query = gql`
      {
        viewer {
          customer {
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
    const shown: any[] = [];

    const watching = client
      .query<any>(query, {})
      .subscribe((result) => void shown.push(structuredClone(result.data)));
    await expect.poll(() => shown.at(-1)?.viewer.customer.settings).toBeDefined();
    watching.unsubscribe();

    expect(shown[0].viewer.customer).toEqual({ name: "Acme Telecom Holding" });
    expect(typeof shown.at(-1).viewer.customer.settings.paysInvoiceFee).toBe("boolean");
  });

  it("subscribes, and leaves", async () => {
    const { data } = await client.query<any>(
      gql`
        {
          viewer {
            customer {
              id
            }
          }
        }
      `,
      {},
    );
    const query = gql`
      subscription ($id: ID!) {
        invoicesChanged(customerId: $id) {
          changes {
            id
          }
        }
      }
    `;
    const events: any[] = [];

    const listening = client
      .subscription<any>(query, { id: data.viewer.customer.id })
      .subscribe((event) => void events.push(event));
    await expect.poll(() => events.length).toBe(1);
    listening.unsubscribe();

    expect(events[0].data.invoicesChanged).toMatchObject({ changes: [] });
    await expect.poll(() => app.live()).toEqual({ subscriptions: 0, watches: 0 });
  });
});
