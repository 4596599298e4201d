/** The bench's operations as servers get them that only pass on what an upstream says, and whether their answer holds the same invoices. */
import type { Shot } from "./rig/client.ts";
import type { Workload } from "./workloads.ts";
import { type BenchCustomer, customers } from "./world.ts";

/** An operation that stands in for a workload's. */
export interface Twin {
  readonly shot: Shot;
  /** Is everything that both can tell the same? Takes our answer and theirs. */
  readonly holds: (ours: string, theirs: string) => boolean;
}

/** An invoice as far as both tell it: number, currency, net, tax and total. */
type Told = string;

interface OurInvoice {
  readonly number: string;
  readonly currency: string;
  readonly netAmount: string;
  readonly taxAmount: string;
  readonly totalAmount: string;
}

interface OurCustomer {
  readonly accounts?: readonly { readonly status: string }[];
  readonly invoices?: { readonly nodes: readonly OurInvoice[] };
  readonly subCustomers?: readonly OurCustomer[];
}

interface TheirInvoice {
  readonly invoiceNumber: string;
  readonly currency: string;
  readonly netAmount: number;
  readonly taxAmount: number;
  readonly totalAmount: number;
}

interface TheirPage {
  readonly content: { readonly status: string } | readonly TheirInvoice[];
}

/** The same upstream calls, each named by an alias, and ten fields of each invoice; nobody is asked for a key. */
export function plainTwin(url: string, { viewer }: Workload): Twin {
  const below = customers.filter(({ parent }) => parent === viewer);
  const asked = below.length === 0 ? customers.filter(({ id }) => id === viewer) : below;
  const status =
    below.length === 0 ? "" : `own: account(account: "${accountOf(viewer)}") { content { status } } `;
  const pages = asked.map(({ id }, place) => `of${place}: invoices(account: "${accountOf(id)}") { ...Page }`);
  const query = `query Plain { ${status}${pages.join(" ")} }
fragment Page on InvoicePage { content {
  id invoiceNumber creationTime billingCycleStartDate billingCycleEndDate dueDate currency netAmount taxAmount totalAmount
} }`;
  return {
    shot: {
      url,
      path: "/graphql",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({ query }),
    },
    holds: (ours, theirs) => JSON.stringify(ourTale(ours)) === JSON.stringify(theirTale(theirs)),
  };
}

function accountOf(customer: string): string {
  const { accounts } = customers.find(({ id }) => id === customer) as BenchCustomer;
  return String(accounts["flolive"]?.[0]);
}

/** The statuses, and each customer's invoices: the order of theirs is the upstream's, so that both are sorted. */
function ourTale(text: string): readonly [string[], Told[][]] {
  const { data } = JSON.parse(text) as { data: { viewer: { customer: OurCustomer } } };
  const { accounts = [], subCustomers, ...own } = data.viewer.customer;
  const lists = (subCustomers ?? [own]).map(({ invoices }) => invoices?.nodes ?? []);
  return [
    accounts.map(({ status }) => status),
    lists.map((list) => list.map(({ number, ...rest }) => told({ invoiceNumber: number, ...rest })).sort()),
  ];
}

function theirTale(text: string): readonly [string[], Told[][]] {
  const { data } = JSON.parse(text) as { data: Record<string, TheirPage> };
  const statuses: string[] = [];
  const lists: Told[][] = [];
  for (const { content } of Object.values(data)) {
    if ("status" in content) statuses.push(content.status);
    else lists.push(content.map(told).sort());
  }
  return [statuses, lists];
}

function told(invoice: Readonly<Record<keyof TheirInvoice, string | number>>): Told {
  const { invoiceNumber, currency, netAmount, taxAmount, totalAmount } = invoice;
  return [invoiceNumber, currency, ...[netAmount, taxAmount, totalAmount].map(Number)].join(" ");
}
