/** A small CRM as a subgraph: it owns the names of customers and the regions they are in. */
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse, type GraphQLSchema } from "graphql";

/** What the CRM knows of a customer, whose key is the one of InvoiceGraph's directory. */
export interface CrmCustomer {
  readonly key: string;
  readonly name: string;
  readonly region: string | null;
}

/** The CRM's SDL. It joins on the key, which both have, and takes the name over from InvoiceGraph. */
export const crmTypeDefs = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override"])

type Query {
  "Customers in a region, ordered by key; null where you may not see what else is asked of one."
  customersInRegion(region: String!): [Customer]!
}

type Customer @key(fields: "key") {
  key: String!
  name: String! @override(from: "invoices")
  "The sales region, such as EMEA."
  region: String
}
`;

/** The CRM over these customers. */
export function createCrm(customers: readonly CrmCustomer[]): GraphQLSchema {
  const byKey = new Map(customers.map((customer) => [customer.key, customer]));
  return buildSubgraphSchema({
    typeDefs: parse(crmTypeDefs),
    resolvers: {
      Query: {
        customersInRegion: (_root: unknown, { region }: { region: string }) =>
          customers.filter((customer) => customer.region === region),
      },
      Customer: {
        __resolveReference: ({ key }: { key: string }) => byKey.get(key) ?? null,
      },
    },
  });
}
