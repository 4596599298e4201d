/** The example's supergraph for a test: InvoiceGraph, the CRM and the support desk, each behind a socket of its own. */
import { readFileSync } from "node:fs";
import type { GraphQLSchema } from "graphql";
import { createYoga } from "graphql-yoga";
import { composeSupergraph } from "../../examples/supergraph/compose.ts";
import { createCrm } from "../../examples/supergraph/crm.ts";
import { serve } from "../../examples/supergraph/serve.ts";
import { createSupport } from "../../examples/supergraph/support.ts";
import { startSubgraphApp, type SubgraphApp } from "./router.ts";

export interface SupergraphParts {
  readonly app: SubgraphApp;
  readonly supergraphSdl: string;
  /** How many requests the CRM and the support desk got. */
  readonly asked: { crm: number; support: number };
  close(): Promise<void>;
}

/** Starts the subgraphs; close them when done. `cold`: InvoiceGraph keeps no answers between requests. */
export async function startSubgraphs(cold: boolean): Promise<SupergraphParts> {
  const app = await startSubgraphApp({ cold });
  const { data } = await app.query(
    `{ invoices(first: 1, filter: { sources: ["freight"] }) { nodes { id account { source reference } } } }`,
  );
  const [invoice] = data.invoices.nodes;
  const asked = { crm: 0, support: 0 };
  const crm = await serveSchema(
    createCrm(
      app.simulators.world.customers.map(({ id, name }, index) => ({
        key: id,
        name: `${name} (CRM)`,
        region: index % 2 === 0 ? "EMEA" : "APAC",
      })),
    ),
    () => (asked.crm += 1),
  );
  const support = await serveSchema(
    createSupport([
      { id: "1", subject: "Wrong address", source: "freight", reference: "001", invoiceId: null },
      { id: "2", subject: "Charged twice", ...invoice.account, invoiceId: invoice.id },
      { id: "3", subject: "No such account", source: "freight", reference: "nobody", invoiceId: null },
    ]),
    () => (asked.support += 1),
  );
  const sdl = readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8");
  return {
    app,
    asked,
    supergraphSdl: composeSupergraph(sdl, { invoices: app.subgraphUrl, crm: crm.url, support: support.url }),
    async close() {
      await Promise.all([crm.close(), support.close(), app.close()]);
    },
  };
}

/** A schema behind a socket. */
async function serveSchema(schema: GraphQLSchema, onRequest: () => void) {
  const yoga = createYoga({ schema, logging: false, graphiql: false, landingPage: false });
  const served = await serve((request, response) => {
    onRequest();
    void yoga(request, response);
  });
  return { ...served, url: `${served.url}/graphql` };
}
