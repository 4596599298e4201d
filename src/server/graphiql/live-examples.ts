/** The operations that GraphiQL opens with for what comes later: an answer in pieces, and a subscription. */
import { writeId } from "../../model/id.ts";
import type { Example } from "./examples.ts";

const slowest = `# The slow part of an answer may come later: the settings do not hold up the rest.
query SlowestLast {
  viewer {
    customers(first: 3) {
      nodes {
        name
        ... @defer {
          settings {
            paysInvoiceFee
            paymentTerms {
              name
            }
          }
        }
      }
    }
  }
}
`;

const changes = `# Stays open, and tells which invoices are added, change or go, and which source fails meanwhile.
# Another customer's id goes into the variables.
subscription WhatChanges($customerId: ID!) {
  invoicesChanged(customerId: $customerId) {
    at
    changes {
      kind
      id
      invoice {
        number
        totalAmount
        currency
      }
    }
    sources {
      source {
        id
      }
      status
      fetchedAt
    }
  }
}
`;

// The sandbox's parent.
const customerId = writeId("Customer", ["acme"]);

/** They come after the others. */
export const liveExamples: readonly Example[] = [
  { title: "The slowest last", query: slowest, variables: "" },
  { title: "What changes", query: changes, variables: JSON.stringify({ customerId }, null, 2) },
];
