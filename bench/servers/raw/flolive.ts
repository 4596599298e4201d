/** Hand-written floLIVE: an account's invoices, its status. */
import { secrets } from "../../world.ts";
import type { Ask } from "./calls.ts";
import { amountOf, dayOf, idOf, instantOf, type RawInvoice } from "./values.ts";

const headers = { accept: "application/json", authorization: `Bearer ${secrets.floliveToken}` };

function contentOf({ errorCode, content }: { errorCode?: string; content?: unknown }): any {
  if (errorCode) throw new Error(`floLIVE: ${errorCode}`);
  return content;
}

/** All invoices of the account. */
export async function floliveInvoices(ask: Ask, account: string): Promise<RawInvoice[]> {
  const path = `/flolive/api/v2/customer/${account}/invoices?page=0&size=1000`;
  const seen = new Set<string>();
  const invoices: RawInvoice[] = [];
  for (const record of contentOf(await ask(path, headers)) as any[]) {
    if (record.customerId !== account || seen.has(record.id)) continue;
    seen.add(record.id);
    const net = amountOf(record.netAmount);
    const tax = amountOf(record.taxAmount);
    const total = amountOf(record.totalAmount);
    if (net === null || tax === null || total === null) throw new Error("an amount is missing");
    invoices.push({
      id: idOf("flolive", account, record.id),
      source: "flolive",
      account,
      number: record.invoiceNumber ?? null,
      type: "INVOICE",
      issuedOn: dayOf(record.creationTime),
      dueOn: dayOf(record.dueDate),
      createdAt: instantOf(record.creationTime),
      currency: record.currency ?? null,
      netAmount: net,
      taxAmount: tax,
      totalAmount: total,
    });
  }
  return invoices;
}

/** The account's status. */
export async function floliveStatus(ask: Ask, account: string): Promise<string | null> {
  return contentOf(await ask(`/flolive/api/v2/customer/${account}`, headers)).status ?? null;
}
