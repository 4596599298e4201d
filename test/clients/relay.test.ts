/** Relay: its compiler takes the schema, its runtime pages the connection, refetches by `node` and takes partial answers. */
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { lexicographicSortSchema, printSchema } from "graphql";
import relay, { type ConcreteRequest, type GraphQLResponse, type OperationType } from "relay-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { schema } from "../../src/schema/index.ts";
import { expectWholeFile, type JourneyApp, startJourneyApp } from "./journey.ts";

const {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getFragment,
  getRequest,
  getSelector,
  Network,
  RecordSource,
  Store,
} = relay;
const require = createRequire(import.meta.url);

let app: JourneyApp;
let folder: string;
beforeAll(async () => {
  app = await startJourneyApp();
  folder = mkdtempSync(join(tmpdir(), "invoicegraph-relay-"));
  mkdirSync(join(folder, "artifacts"));
  cpSync(new URL("relay", import.meta.url), join(folder, "src"), { recursive: true });
  // As introspection gives it: relay-compiler ends on the federation's `extend schema @link`.
  writeFileSync(join(folder, "schema.graphql"), printSchema(lexicographicSortSchema(schema)));
  const config = {
    src: "./src",
    schema: "./schema.graphql",
    language: "javascript",
    eagerEsModules: false,
    artifactDirectory: "./artifacts",
  };
  writeFileSync(join(folder, "relay.config.json"), JSON.stringify(config));
  const compiler = require.resolve("relay-compiler/cli.js");
  await promisify(execFile)(process.execPath, [compiler, "relay.config.json"], { cwd: folder });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await app.close();
});

function artifact(name: string): ConcreteRequest {
  return getRequest(require(join(folder, "artifacts", `${name}.graphql.js`)) as ConcreteRequest);
}

function createEnvironment() {
  return new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(async ({ text }, variables) => {
      const response = await fetch(app.endpoint, {
        method: "POST",
        headers: { "content-type": "application/json", ...app.headers },
        body: JSON.stringify({ query: text, variables }),
      });
      return (await response.json()) as GraphQLResponse;
    }),
  });
}

type Relay = ReturnType<typeof createEnvironment>;

function run(environment: Relay, name: string, variables: Record<string, unknown>): Promise<any> {
  return fetchQuery<OperationType>(environment, artifact(name) as never, variables).toPromise();
}

/** The connection as a component would get it, all pages that are in the store. */
function connectionIn(environment: Relay, query: any): { edges: { node: { id: string } }[]; pageInfo: any } {
  const fragment = getFragment(require(join(folder, "artifacts", "journey_customer.graphql.js")));
  const selector = getSelector(fragment, query.viewer.customer) as never;
  return (environment.lookup(selector).data as any).invoices;
}

describe("Relay", () => {
  it("pages a connection: the second page joins the first in its store", async () => {
    const environment = createEnvironment();
    const operation = createOperationDescriptor(artifact("journeyListQuery"), { count: 3, after: null });
    environment.retain(operation);
    await environment.execute({ operation }).toPromise();
    const query = environment.lookup(operation.fragment).data as any;
    const first = connectionIn(environment, query);

    await run(environment, "journeyPageQuery", {
      id: query.viewer.customer.id,
      count: 3,
      after: first.pageInfo.endCursor,
    });
    const both = connectionIn(environment, query);

    expect(first.edges).toHaveLength(3);
    expect(both.edges).toHaveLength(6);
    expect(both.edges.slice(0, 3)).toEqual(first.edges);
    expect(new Set(both.edges.map(({ node }) => node.id)).size).toBe(6);
  });

  it("finds every Node type again by its id", async () => {
    const environment = createEnvironment();
    const { data } = await app.query(
      `{ customers(first: 1) { nodes { id name } } invoices(first: 1) { nodes { id number } } }`,
      {},
      "parent",
    );
    const nodeTypes = schema.getPossibleTypes(schema.getType("Node") as never).map(({ name }) => name);
    const [customer] = data.customers.nodes;
    const [invoice] = data.invoices.nodes;

    const found = [
      await run(environment, "journeyInvoiceQuery", { id: customer.id }),
      await run(environment, "journeyInvoiceQuery", { id: invoice.id }),
    ];

    expect(found.map(({ node }) => node)).toEqual([
      { __typename: "Customer", ...customer },
      { __typename: "Invoice", ...invoice },
    ]);
    expect(found.map(({ node }) => node.__typename).sort()).toEqual(nodeTypes.sort());
  });

  it("gives the same cursors at every time of asking", async () => {
    const question = `{ invoices(first: 5) { edges { cursor node { id } } } }`;

    const [once, again] = [await app.query(question, {}, "parent"), await app.query(question, {}, "parent")];

    expect(again.data).toEqual(once.data);
  });

  it("downloads by link", async () => {
    const environment = createEnvironment();
    const { data } = await app.query(`{ invoices(first: 1) { nodes { id } } }`, {}, "parent");
    const input = { invoiceIds: [data.invoices.nodes[0].id] };

    const reply = await new Promise<any>((resolve, reject) => {
      commitMutation(environment, {
        mutation: artifact("journeyDownloadMutation") as never,
        variables: { input },
        onCompleted: resolve,
        onError: reject,
      });
    });

    expect(reply.downloadInvoices).toMatchObject({ status: "READY", failures: [] });
    for (const file of reply.downloadInvoices.files) await expectWholeFile(file);
    expect(reply.downloadInvoices.files).toHaveLength(1);
  });

  it("reads settings, and takes a partial answer", async () => {
    const whole = await run(createEnvironment(), "journeySettingsQuery", {});
    app.break();
    const partial = await run(createEnvironment(), "journeySettingsQuery", {});
    app.mend();

    expect(whole.viewer.customer.settings.paysInvoiceFee).toEqual(expect.any(Boolean));
    expect(partial.viewer.customer).toEqual({ name: "Acme Telecom Holding", settings: null });
  });
});
