/** GraphQL Code Generator's client preset with no client at all: typed documents, fetch, and the compiler's word for it. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { type GraphQLFormattedError, print } from "graphql";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
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

/** All that a client needs to be. */
async function ask<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<{ data: Data; errors?: GraphQLFormattedError[] }> {
  const response = await fetch(app.endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", ...app.headers },
    body: JSON.stringify({ query: print(document), variables }),
  });
  return (await response.json()) as { data: Data; errors?: GraphQLFormattedError[] };
}

describe("the generated documents", () => {
  it("list with paging, and amounts are strings to the compiler", async () => {
    const first = await ask(LatestInvoicesDocument, { first: 3 });
    const second = await ask(LatestInvoicesDocument, {
      first: 3,
      after: first.data.invoices.pageInfo.endCursor ?? null,
    });

    const [one] = first.data.invoices.edges;
    expectTypeOf(one?.node.totalAmount).toEqualTypeOf<string | null | undefined>();
    expect(one?.node.totalAmount).toMatch(/^-?\d+\.\d+$/);
    const ids = [first, second].flatMap(({ data }) => data.invoices.edges.map(({ node }) => node.id));
    expect(new Set(ids).size).toBe(6);
  });

  it("download by link what the list gave", async () => {
    const { data: list } = await ask(LatestInvoicesDocument, { first: 2 });

    const { data } = await ask(DownloadInvoicesDocument, {
      input: { invoiceIds: list.invoices.edges.map(({ node }) => node.id), bundle: "SEPARATE" },
    });

    expect(data.downloadInvoices.files).toHaveLength(2);
    for (const file of data.downloadInvoices.files) await expectWholeFile(file);
  });

  it("read settings, whole and partial", async () => {
    const whole = await ask(CustomerSettingsDocument, {});
    app.break();
    const partial = await ask(CustomerSettingsDocument, {});
    app.mend();

    expect(whole.errors).toBeUndefined();
    expect(whole.data.viewer.customer?.settings?.paymentTerms?.days).toEqual(expect.any(Number));
    expect(partial.data.viewer.customer).toMatchObject({ name: "Acme Telecom Holding", settings: null });
    expect(partial.errors?.[0]?.extensions).toMatchObject({ code: "SOURCE_UNAUTHORIZED" });
  });
});
