/** Hive Gateway over a supergraph that GraphQL Mesh composes of floLIVE's two calls: their JSON as it is. */
import { createServer } from "node:http";
import { createGatewayRuntime } from "@graphql-hive/gateway-runtime";
import { getComposedSchemaFromConfig } from "@graphql-mesh/compose-cli";
import { loadJSONSchemaSubgraph } from "@omnigraph/json-schema";
import { given, listening } from "../build/bench/rig/child.js";
import { secrets } from "../build/bench/world.js";

const { upstream } = given();
const text = { type: "string" };
const number = { type: "number" };
const object = (title, properties) => ({ type: "object", title, properties });
const texts = ["id", "invoiceNumber", "creationTime", "billingCycleStartDate", "billingCycleEndDate", "dueDate", "currency"];
const invoice = object("Invoice", {
  ...Object.fromEntries(texts.map((name) => [name, text])),
  ...Object.fromEntries(["netAmount", "taxAmount", "totalAmount"].map((name) => [name, number])),
});
const operation = { type: "Query", method: "GET", argTypeMap: { account: text } };

const silent = { log() {}, debug() {}, info() {}, warn() {}, error: console.error, child: () => silent };
const supergraph = await getComposedSchemaFromConfig(
  {
    subgraphs: [
      {
        sourceHandler: loadJSONSchemaSubgraph("flolive", {
          endpoint: `${upstream}/flolive/api/v2`,
          operationHeaders: { authorization: `Bearer ${secrets.floliveToken}` },
          operations: [
            {
              ...operation,
              field: "invoices",
              path: "/customer/{args.account}/invoices?page=0&size=1000",
              responseSchema: object("InvoicePage", { content: { type: "array", items: invoice } }),
            },
            {
              ...operation,
              field: "account",
              path: "/customer/{args.account}",
              responseSchema: object("AccountPage", { content: object("Account", { status: text }) }),
            },
          ],
        }),
      },
    ],
  },
  silent,
);
listening(createServer(createGatewayRuntime({ supergraph, logging: false, landingPage: false, graphiql: false })));
