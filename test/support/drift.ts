/** What a source of one kind is seen to say otherwise than its documents, when its simulator is told to. */
import { createDriftLedger, type DriftOfSource } from "../../src/telemetry/drift.ts";
import { addMonthsToDay, todayUtc } from "../../src/model/day.ts";
import type { Call, Source } from "../../src/model/source.ts";
import { type SimulatorsOptions, startSimulators } from "../../src/simulators/index.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import { connect } from "./connect.ts";

const today = todayUtc();
const range = { from: addMonthsToDay(today, -8), to: today };

/** Asks a source of that kind all that it can tell of every customer, and gives the drift that it met. */
export async function driftOf(
  kind: "flolive" | "akamai" | "v6" | "ddapi",
  options: NonNullable<SimulatorsOptions["each"]>[typeof kind] = {},
): Promise<DriftOfSource> {
  const simulators = await startSimulators({
    each: { akamai: { requestsPerMinute: 100_000 }, [kind]: options },
  });
  const { sources, customers } = simulators.config();
  const [id = "", { kind: _kind, ...entry } = { kind }] =
    Object.entries(sources).find(([, source]) => source.kind === kind) ?? [];
  const accounts = customers.flatMap((customer) => (customer.accounts[id] ?? []).map(String));
  const ledger = createDriftLedger();
  const known = sourceKinds.find((each) => each.kind === kind);
  const source = known?.create({
    id,
    config: known.config.parse({ kind, ...entry }),
    connect,
    now: Date.now,
    drift: ledger.recorderOf(id),
  }) as Source;
  const call: Call = { signal: new AbortController().signal, deadlineAt: Date.now() + 3_600_000 };
  try {
    await askEverything(source, accounts, call);
  } finally {
    await source.close();
    await simulators.close();
  }
  return ledger.read(id);
}

/** One line for each: "UNEXPECTED_TYPE invoice.netAmount: number -> text". */
export function linesOf({ entries }: DriftOfSource): string[] {
  return entries
    .map(({ kind, record, field, expected, seen }) => `${kind} ${record}.${field}: ${expected} -> ${seen}`)
    .sort();
}

async function askEverything(source: Source, accounts: readonly string[], call: Call): Promise<void> {
  for (const question of source.invoices?.questions(accounts, range) ?? []) {
    const { invoices } = (await source.invoices?.ask(question, call)) ?? { invoices: [] };
    for (const invoice of invoices.slice(0, 3)) await source.details?.ask(invoice, call);
  }
  await source.settings?.paymentTerms(call);
  // One that nobody knows, for the sake of the refusal.
  await source.accounts?.profile("00000000-0000-4000-8000-000000000000", call).catch(() => null);
  for (const account of accounts) {
    await source.accounts?.profile(account, call);
    await source.accounts?.children(account, call);
    const settings = await source.settings?.ask(account, call);
    if (typeof settings?.currencyId === "string") await source.settings?.currency(settings.currencyId, call);
  }
}
