/** One command, one supergraph: InvoiceGraph's sandbox, a CRM and a support desk behind Hive Gateway. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createYoga } from "graphql-yoga";
import { createApp } from "../../src/app.ts";
import { startSandbox } from "../../src/sandbox.ts";
import { listen } from "../../src/server/listen.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { composeSupergraph } from "./compose.ts";
import { createCrm } from "./crm.ts";
import { createHiveGateway } from "./hive-gateway.ts";
import { serve } from "./serve.ts";
import type { Claims } from "./sign.ts";
import { createSupport } from "./support.ts";

// In earnest, the gateway verifies your identity provider's tokens and makes claims of what they say.
const callers = new Map<string, Claims>([
  ["demo-acme", { sub: "ann@acme.example", role: "customer", customer: "acme" }],
  ["demo-northwind", { sub: "nils@northwind.example", role: "customer", customer: "northwind" }],
  ["demo-service", { sub: "agent-7", role: "customer_service", scopes: ["raw"] }],
]);
const regions = ["AMER", "EMEA", "APAC"];

const key = { id: "gateway", secret: randomBytes(32).toString("base64") };
const sandbox = await startSandbox({}, () => ({ subgraph: { keys: [key] } }));
const { customers } = sandbox.simulators.world;
const invoiceGraph = await createApp(sandbox.config, { log: createLog("warn"), publicUrl: () => origin });
const listener = await listen(invoiceGraph.handle, "127.0.0.1", 0);
const origin = listener.url;

const crm = createCrm(
  customers.map(({ id, name }, index) => ({ key: id, name, region: regions[index % 3] ?? null })),
);
const support = createSupport([
  { id: "1", subject: "Wrong address on the invoice", source: "freight", reference: "001", invoiceId: null },
  {
    id: "2",
    subject: "Where is last month's credit?",
    source: "billing",
    reference: "5200",
    invoiceId: null,
  },
]);
const quiet = { logging: false, graphiql: false, landingPage: false } as const;
const [crmServer, supportServer] = await Promise.all([
  serve(createYoga({ schema: crm, ...quiet })),
  serve(createYoga({ schema: support, ...quiet })),
]);

const invoicesUrl = `${origin}/subgraph`;
const gateway = createHiveGateway({
  supergraphSdl: composeSupergraph(readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8"), {
    invoices: invoicesUrl,
    crm: `${crmServer.url}/graphql`,
    support: `${supportServer.url}/graphql`,
  }),
  invoicesUrl,
  key,
  claimsOf: (request) =>
    callers.get(request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "") ?? null,
});
const front = await serve(gateway, Number(process.env["PORT"] ?? 4_100));

process.stdout.write(`The supergraph is at ${front.url}/graphql. Be one of ${[...callers.keys()].join(", ")}:

  curl -s ${front.url}/graphql -H 'content-type: application/json' -H 'authorization: Bearer demo-acme' \\
    -d '{"query":"{ tickets { subject account { customer { name region invoices(first: 2) { nodes { number totalAmount currency } } } } } }"}'

InvoiceGraph itself answers the gateway at ${invoicesUrl} and clients at ${origin}/graphql.
`);

async function stop(): Promise<void> {
  await front.close();
  await gateway[Symbol.asyncDispose]();
  await Promise.all([crmServer.close(), supportServer.close(), listener.stop(0)]);
  await invoiceGraph.close();
  await sandbox.simulators.close();
}
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
