/** What is asked: each workload one operation of one viewer. */
import { addMonths, daysOfMonth, monthOf, todayUtc } from "../src/model/day.ts";
import { keyOf } from "./world.ts";

export interface Workload {
  readonly name: string;
  readonly viewer: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Upstream calls on a cold cache, and in how many waves. */
  readonly calls: number;
  readonly waves: number;
  readonly connections: number;
}

const invoice = "id number type issuedOn dueOn createdAt currency netAmount taxAmount totalAmount";

const familyQuery = `query Family($first: Int!) {
  viewer { customer {
    key name accounts { reference status }
    subCustomers { key name invoices(first: $first) { totalCount isComplete nodes { ${invoice} } } }
  } }
}`;

const big = {
  viewer: "holding",
  query: familyQuery,
  variables: { first: 100 },
  calls: 21,
  waves: 1,
  connections: 4,
};

const small = {
  viewer: "small",
  query: `query Own { viewer { customer { key name invoices(first: 20) { totalCount isComplete nodes { ${invoice} } } } } }`,
  variables: {},
  calls: 1,
  waves: 1,
  connections: 16,
};

/** The three last months that are over: their invoices are the same every day. */
export const quarter = {
  from: daysOfMonth(addMonths(monthOf(todayUtc()), -3)).from,
  to: daysOfMonth(addMonths(monthOf(todayUtc()), -1)).to,
};

// Without net and tax amounts, which Akamai keeps apart from its list: each invoice of it would be one more call.
const merged = {
  viewer: "everywhere",
  query: `query Merged($filter: InvoiceFilter, $orderBy: InvoiceOrder) {
    viewer { customer {
      name
      settings { paysInvoiceFee orderInvoiceEmail currency { code name } paymentTerms { name days } }
      invoices(first: 50, filter: $filter, orderBy: $orderBy) {
        totalCount isComplete
        sources { source { id } status count }
        totals { currency count netAmount taxAmount totalAmount }
        nodes { source { id } id number type issuedOn dueOn createdAt currency totalAmount }
      }
    } }
  }`,
  variables: {
    filter: { issuedOn: quarter, types: ["INVOICE", "CREDIT_MEMO"], dueOn: { from: quarter.from, to: null } },
    orderBy: { field: "TOTAL_AMOUNT", direction: "DESC" },
  },
  // floLIVE 1, Akamai 4 months, V6 3 months, settings 1; then the currency and the terms.
  calls: 11,
  waves: 2,
  connections: 4,
};

/** Everything that is compared. */
export const workloads = {
  big: { name: "big: 20 customers × 100 invoices", ...big },
  small: { name: "small: 1 customer × 10 invoices", ...small },
  merged: { name: "merged: 1 customer, 4 sources", ...merged },
  giant: {
    name: "20 customers × 1,000 invoices",
    ...big,
    viewer: "giant",
    variables: { first: 1_000 },
    connections: 1,
  },
} satisfies Record<string, Workload>;

/** The request of a workload. */
export function shotOf(url: string, { viewer, query, variables }: Workload) {
  return {
    url,
    path: "/graphql",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      "x-api-key": keyOf(viewer),
    },
    body: JSON.stringify({ query, variables }),
  };
}
