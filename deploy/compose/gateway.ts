/** Hive Gateway for compose.yaml: InvoiceGraph's replicas, the example's CRM and its support desk as one supergraph. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createYoga } from "graphql-yoga";
import { composeSupergraph } from "../../examples/supergraph/compose.ts";
import { createCrm } from "../../examples/supergraph/crm.ts";
import { createHiveGateway } from "../../examples/supergraph/hive-gateway.ts";
import { serve } from "../../examples/supergraph/serve.ts";
import type { Claims } from "../../examples/supergraph/sign.ts";
import { createSupport } from "../../examples/supergraph/support.ts";

// In earnest, the gateway verifies your identity provider's tokens and makes claims of what they say.
const callers = new Map<string, Claims>([
  ["demo-acme", { sub: "ann@acme.example", role: "customer", customer: "acme" }],
  ["demo-service", { sub: "agent-7", role: "customer_service", scopes: ["raw"] }],
]);

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`Set the environment variable ${name}.`);
  return value;
}

function textOf(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}

const customers = JSON.parse(textOf("customers.json")) as { id: string; name: string }[];
const ticket = { id: "1", subject: "Wrong address on the invoice", source: "freight", reference: "001" };
const quiet = { logging: false, graphiql: false, landingPage: false } as const;
const [crm, support] = await Promise.all([
  serve(
    createYoga({
      schema: createCrm(customers.map(({ id, name }) => ({ key: id, name, region: "EMEA" }))),
      ...quiet,
    }),
  ),
  serve(createYoga({ schema: createSupport([{ ...ticket, invoiceId: null }]), ...quiet })),
]);
const invoicesUrl = variable("INVOICES_URL");
const gateway = createHiveGateway({
  supergraphSdl: composeSupergraph(textOf("../../schema.graphql"), {
    invoices: invoicesUrl,
    crm: `${crm.url}/graphql`,
    support: `${support.url}/graphql`,
  }),
  invoicesUrl,
  key: { id: variable("ROUTER_KEY_ID"), secret: variable("ROUTER_SECRET") },
  claimsOf: (request) =>
    callers.get(request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "") ?? null,
});
const port = Number(process.env["PORT"] ?? 4_100);
const front = createServer(gateway).listen(port, process.env["HOST"] ?? "0.0.0.0", () => {
  process.stdout.write(`The supergraph is on port ${(front.address() as AddressInfo).port}.\n`);
});

process.once("SIGTERM", () => {
  front.close();
  process.exit();
});
