/** A small support desk as a subgraph: its tickets point at accounts by source and reference, and at invoices by id. */
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse, type GraphQLSchema } from "graphql";

/** A ticket as the desk keeps it. */
export interface Ticket {
  readonly id: string;
  readonly subject: string;
  /** The upstream's configured name and the customer's reference there: all that a support agent has in hand. */
  readonly source: string;
  readonly reference: string;
  /** The invoice's global id, when the ticket is about one. */
  readonly invoiceId: string | null;
}

/** The desk's SDL. */
export const supportTypeDefs = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

type Query {
  tickets: [Ticket!]!
}

type Ticket @key(fields: "id") {
  id: ID!
  subject: String!
  "The account that the ticket is about; null when you may not see it."
  account: SourceAccount
  "The invoice that the ticket is about, if it is about one."
  invoice: Invoice
}

type SourceAccount @key(fields: "source reference") {
  source: ID!
  reference: String!
  tickets: [Ticket!]!
}

type Invoice @key(fields: "id", resolvable: false) {
  id: ID!
}
`;

/** The desk over these tickets. */
export function createSupport(tickets: readonly Ticket[]): GraphQLSchema {
  const toTicket = ({ id, subject, source, reference, invoiceId }: Ticket) => ({
    id,
    subject,
    account: { source, reference },
    invoice: invoiceId === null ? null : { id: invoiceId },
  });
  return buildSubgraphSchema({
    typeDefs: parse(supportTypeDefs),
    resolvers: {
      Query: { tickets: () => tickets.map(toTicket) },
      Ticket: {
        __resolveReference({ id }: { id: string }) {
          const found = tickets.find((ticket) => ticket.id === id);
          return found === undefined ? null : toTicket(found);
        },
      },
      SourceAccount: {
        __resolveReference: ({ source, reference }: Ticket) => ({ source, reference }),
        tickets: (account: Pick<Ticket, "source" | "reference">) =>
          tickets
            .filter(({ source, reference }) => source === account.source && reference === account.reference)
            .map(toTicket),
      },
    },
  });
}
