/** Apollo Client: its cache merges the pages of the connection, and it takes partial answers as data. */
import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CustomerSettingsDocument,
  DownloadInvoicesDocument,
  LatestInvoicesDocument,
} from "../generated/graphql.ts";
import { expectWholeFile, type JourneyApp, startJourneyApp } from "./journey.ts";

let app: JourneyApp;
beforeAll(async () => {
  app = await startJourneyApp();
});
afterAll(() => app.close());

function createClient(): ApolloClient {
  return new ApolloClient({
    link: new HttpLink({ uri: app.endpoint, headers: app.headers }),
    cache: new InMemoryCache({
      typePolicies: { Query: { fields: { invoices: relayStylePagination(["filter", "orderBy"]) } } },
    }),
  });
}

describe("Apollo Client", () => {
  it("lists with paging: fetchMore adds the next page to the first in its cache", async () => {
    const client = createClient();
    const variables = { first: 4 };
    const first = await client.query({ query: LatestInvoicesDocument, variables });
    const list = client.watchQuery({ query: LatestInvoicesDocument, variables });
    const watching = list.subscribe(() => {});

    await list.fetchMore({ variables: { after: first.data?.invoices.pageInfo.endCursor ?? null } });
    const all = client.readQuery({ query: LatestInvoicesDocument, variables });

    const ids = all?.invoices.edges.map(({ node }) => node.id) ?? [];
    expect(new Set(ids).size).toBe(8);
    expect(ids.slice(0, 4)).toEqual(first.data?.invoices.edges.map(({ node }) => node.id));
    watching.unsubscribe();
    client.stop();
  });

  it("reads settings, then from its cache without asking again", async () => {
    const client = createClient();

    const { data } = await client.query({ query: CustomerSettingsDocument });
    app.clearLogs();
    const again = await client.query({ query: CustomerSettingsDocument });

    expect(data?.viewer.customer).toMatchObject({ name: "Acme Telecom Holding" });
    expect(typeof data?.viewer.customer?.settings?.paysInvoiceFee).toBe("boolean");
    expect(again.data).toEqual(data);
    expect(app.counts().ddapi).toBe(0);
    client.stop();
  });

  it("downloads by link", async () => {
    const client = createClient();
    const { data: list } = await client.query({ query: LatestInvoicesDocument, variables: { first: 1 } });
    const invoiceIds = list?.invoices.edges.map(({ node }) => node.id) ?? [];

    const { data } = await client.mutate({
      mutation: DownloadInvoicesDocument,
      variables: { input: { invoiceIds } },
    });

    expect(data?.downloadInvoices).toMatchObject({ status: "READY", failures: [] });
    for (const file of data?.downloadInvoices.files ?? []) await expectWholeFile(file);
    expect(data?.downloadInvoices.files).toHaveLength(1);
    client.stop();
  });

  it("takes a partial answer: the list of the other sources, and null with a code where one failed", async () => {
    const client = createClient();
    app.break();

    const list = await client.query({ query: LatestInvoicesDocument, variables: { first: 4 } });
    const settings = await client.query({ query: CustomerSettingsDocument, errorPolicy: "all" });
    app.mend();

    expect(list.data?.invoices).toMatchObject({ isComplete: false, totalCount: null });
    expect(list.data?.invoices.edges.map(({ node }) => node.source.id)).not.toContain("freight");
    expect(settings.data?.viewer.customer).toMatchObject({ name: "Acme Telecom Holding", settings: null });
    const [error] = CombinedGraphQLErrors.is(settings.error) ? settings.error.errors : [];
    expect(error).toMatchObject({
      path: ["viewer", "customer", "settings"],
      extensions: { code: "SOURCE_UNAUTHORIZED", source: "billing", retryable: false },
    });
    client.stop();
  });
});
