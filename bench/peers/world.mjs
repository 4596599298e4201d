/** What every peer is given: who asks, the same upstream calls gathered by dataloader, the same normalisation as the hand-written server. */
import DataLoader from "dataloader";
import { given } from "../build/bench/rig/child.js";
import { createAsk, createMemory } from "../build/bench/servers/raw/calls.js";
import { floliveInvoices, floliveStatus } from "../build/bench/servers/raw/flolive.js";
import { byIssueDate, defaultWindow, isIn } from "../build/bench/servers/raw/values.js";
import { customers, keyOf, sha256Of, viewers } from "../build/bench/world.js";

const { upstream, isWarm } = given();
const ask = createAsk(upstream);
const keep = createMemory(isWarm);
const byId = new Map(customers.map((customer) => [customer.id, customer]));
const byKey = new Map(viewers.map((id) => [sha256Of(keyOf(id)), byId.get(id)]));
const childrenOf = new Map();
for (const customer of customers) {
  childrenOf.set(customer.parent, [...(childrenOf.get(customer.parent) ?? []), customer]);
}

/** The context of a request with this key; throws when nobody has it. */
export function contextOf(key) {
  const viewer = byKey.get(sha256Of(String(key)));
  if (viewer === undefined) throw new Error("unauthenticated");
  const each = (load) => new DataLoader((accounts) => Promise.all(accounts.map(load)));
  return {
    viewer,
    invoices: each((account) => keep(`invoices ${account}`, () => floliveInvoices(ask, account))),
    status: each((account) => keep(`status ${account}`, () => floliveStatus(ask, account))),
  };
}

/** A customer's own accounts. */
export function accountsOf({ accounts }) {
  return accounts.flolive.map((reference) => ({ reference }));
}

/** The customers directly below it. */
export function subCustomersOf({ id }) {
  return childrenOf.get(id) ?? [];
}

/** A page of a customer's invoices. */
export async function listOf({ accounts }, first, { invoices }) {
  const all = await invoices.load(accounts.flolive[0]);
  const window = defaultWindow();
  const own = all.filter((invoice) => isIn(invoice, window)).sort(byIssueDate);
  return { totalCount: own.length, isComplete: true, nodes: own.slice(0, first) };
}
