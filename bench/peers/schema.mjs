/** The part of the graph that the bench asks for, schema first: for Apollo Server and Mercurius. */
import { accountsOf, listOf, subCustomersOf } from "./world.mjs";

export const typeDefs = /* GraphQL */ `
  enum InvoiceType { INVOICE CREDIT_MEMO DEBIT_MEMO UNKNOWN }
  type Query { viewer: Viewer! }
  type Viewer { customer: Customer }
  type Customer {
    key: String!
    name: String!
    accounts: [Account!]!
    subCustomers: [Customer!]!
    invoices(first: Int): InvoiceConnection!
  }
  type Account { reference: String! status: String }
  type InvoiceConnection { totalCount: Int isComplete: Boolean! nodes: [Invoice!]! }
  type Invoice {
    id: ID!
    number: String
    type: InvoiceType!
    issuedOn: String
    dueOn: String
    createdAt: String
    currency: String
    netAmount: String
    taxAmount: String
    totalAmount: String
  }
`;

export const resolvers = {
  Query: { viewer: (_root, _args, { viewer }) => ({ customer: viewer }) },
  Customer: {
    key: ({ id }) => id,
    accounts: (customer) => accountsOf(customer),
    subCustomers: (customer) => subCustomersOf(customer),
    invoices: (customer, { first }, context) => listOf(customer, first ?? 20, context),
  },
  Account: { status: ({ reference }, _args, { status }) => status.load(reference) },
};
