/** urql: the small client, with the typed documents of GraphQL Code Generator's client preset. */
import { type Client, createClient, fetchExchange } from "@urql/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CustomerSettingsDocument,
  DownloadInvoicesDocument,
  LatestInvoicesDocument,
} from "../generated/graphql.ts";
import { expectWholeFile, type JourneyApp, startJourneyApp } from "./journey.ts";

let app: JourneyApp;
let client: Client;
beforeAll(async () => {
  app = await startJourneyApp();
  client = createClient({
    url: app.endpoint,
    exchanges: [fetchExchange],
    fetchOptions: { headers: app.headers },
    preferGetMethod: false,
  });
});
afterAll(() => app.close());

describe("urql", () => {
  it("lists with paging, page by page by the cursor", async () => {
    const filter = { issuedOn: { from: "2026-09-01" }, sources: ["freight", "cdn"] };
    const ids: string[] = [];
    let after: string | null | undefined;
    let total: number | null | undefined;

    do {
      const { data, error } = await client
        .query(LatestInvoicesDocument, { first: 5, after: after ?? null, filter })
        .toPromise();
      expect(error).toBeUndefined();
      ids.push(...(data?.invoices.edges.map(({ node }) => node.id) ?? []));
      total = data?.invoices.totalCount;
      after = data?.invoices.pageInfo.hasNextPage ? data.invoices.pageInfo.endCursor : null;
    } while (after);

    expect(ids.length).toBeGreaterThan(5);
    expect(ids).toHaveLength(total ?? 0);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("asks with GET too, which this API takes for queries", async () => {
    const { data, error } = await client
      .query(CustomerSettingsDocument, {}, { preferGetMethod: "force" })
      .toPromise();

    expect(error).toBeUndefined();
    expect(data?.viewer.customer?.settings?.currency?.code).toMatch(/^[A-Z]{3}$/);
  });

  it("downloads by link", async () => {
    const list = await client.query(LatestInvoicesDocument, { first: 1 }).toPromise();
    const invoiceIds = list.data?.invoices.edges.map(({ node }) => node.id) ?? [];

    const { data } = await client.mutation(DownloadInvoicesDocument, { input: { invoiceIds } }).toPromise();

    expect(data?.downloadInvoices.files).toHaveLength(1);
    for (const file of data?.downloadInvoices.files ?? []) await expectWholeFile(file);
  });

  it("takes a partial answer: data and an error beside it", async () => {
    app.break();

    const { data, error } = await client.query(CustomerSettingsDocument, {}).toPromise();
    app.mend();

    expect(data?.viewer.customer).toMatchObject({ name: "Acme Telecom Holding", settings: null });
    expect(error?.graphQLErrors[0]?.extensions).toMatchObject({
      code: "SOURCE_UNAUTHORIZED",
      source: "billing",
    });
  });
});
