/** The operations that GraphiQL opens with; the tests run every one of them. */
import { liveExamples } from "./live-examples.ts";

/** One tab of GraphiQL. */
export interface Example {
  readonly title: string;
  readonly query: string;
  readonly variables: string;
}

const invoices = `# One list over all sources, the latest first. Run it with the triangle above.
# The key in the "Headers" pane below decides what you see.
query LatestInvoices {
  invoices(first: 10) {
    totalCount
    isComplete
    nodes {
      number
      type
      issuedOn
      totalAmount
      currency
      customer {
        name
      }
      source {
        id
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`;

const totals = `# What each month came to, exact and per currency. Credit memos subtract; currencies are never added.
query MonthlyTotals {
  invoiceTotals(groupBy: [MONTH, SOURCE]) {
    isComplete
    groups {
      month
      source {
        id
      }
      currency
      count
      totalAmount
      omissions {
        reason
        count
      }
    }
  }
}
`;

const customer = `# Everything about one customer: its accounts, its settings, and its credit memos with their reasons.
query MyCustomer {
  viewer {
    id
    role
    customers(first: 3) {
      nodes {
        id
        name
        accounts {
          source
          reference
        }
        settings {
          paysInvoiceFee
          currency {
            code
          }
          paymentTerms {
            name
            days
          }
          recipient {
            name
          }
        }
        invoices(first: 5, filter: { types: [CREDIT_MEMO] }) {
          nodes {
            number
            issuedOn
            totalAmount
            currency
            creditReason {
              code
              description
            }
          }
        }
      }
    }
  }
}
`;

const honesty = `# Who answered, as of when, and what is missing: on every list.
query WhoAnswered {
  invoices(first: 1) {
    isComplete
    sources {
      source {
        id
        kind
      }
      status
      count
      fetchedAt
      covered {
        from
        to
      }
      missing {
        from
        to
        reason
      }
      errors {
        code
        message
        retryable
      }
    }
  }
}
`;

const filter = `# Narrow it down: large, past due, in one currency, from two sources.
query PastDue($asOf: LocalDate!) {
  invoices(
    first: 20
    filter: {
      pastDueOn: $asOf
      types: [INVOICE]
      totalAmount: { currency: "AUD", min: "100" }
      sources: ["freight", "flolive"]
    }
    orderBy: { field: TOTAL_AMOUNT, direction: DESC }
  ) {
    totalCount
    totals {
      currency
      count
      totalAmount
    }
    nodes {
      number
      dueOn
      totalAmount
      lines {
        description
        quantity
        netAmount
        glCode
      }
      warnings {
        code
        message
      }
    }
  }
}
`;

/** In the order of the tabs. */
export const examples: readonly Example[] = [
  { title: "The latest invoices", query: invoices, variables: "" },
  { title: "Totals by month", query: totals, variables: "" },
  { title: "One customer", query: customer, variables: "" },
  { title: "Past due", query: filter, variables: '{\n  "asOf": "2030-01-01"\n}' },
  { title: "Who answered", query: honesty, variables: "" },
  ...liveExamples,
];
