/** Every leaf of the cookbook's answers traces to the bytes that a simulated source put on the wire. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { schema } from "../../src/schema/index.ts";
import { type Leaf, leavesOfAnswer, type Told, withProvenance } from "../support/ask-provenance.ts";
import type { TestApp } from "../support/app.ts";
import { readCookbook, startCookbookApp } from "../support/cookbook.ts";
import { type SentBodies, sentText, watchSentBodies } from "../support/sent-bodies.ts";

let app: TestApp;
let sent: SentBodies;

beforeAll(async () => {
  sent = watchSentBodies();
  app = await startCookbookApp();
});

afterAll(async () => {
  await app.close();
  vi.restoreAllMocks();
});

// Which invoices are not there is no record's to say.
const needsOthers = /^warnings\./;

// What no record of an invoice or of settings says; every other leaf has to be told by one.
const otherwise: Readonly<Record<string, (leaf: Leaf) => boolean>> = {
  // The operator's: sources, customers and which accounts are whose.
  "Source.id": isConfigured,
  "Source.kind": isConfigured,
  "SourceAccount.source": isConfigured,
  "SourceAccount.reference": isConfigured,
  "Customer.key": isConfigured,
  "Customer.name": isConfigured,
  // Tables that settings refer to.
  "SettingsCurrency.code": isInTable,
  "SettingsCurrency.rate": isInTable,
  "PaymentTerms.name": isInTable,
  "PaymentTerms.days": isInTable,
  "PaymentTerms.discountDays": isInTable,
  "PaymentTerms.discount": isInTable,
  "PaymentTerms.freeDeliveryMonth": isInTable,
  // Follows from two that are told.
  "InvoiceSettings.isOwnRecipient": ({ value, told }) =>
    value === (valueOf(told, "recipient") === valueOf(told, "account.reference")),
  // Derived from invoices, which are told: see the test of totals.
  ...everyOf("InvoiceTotalsGroup", "count totalAmount currency omissions"),
  ...everyOf("OmittedInvoices", "reason count"),
  ...everyOf("InvoiceConnection", "totalCount isComplete"),
  ...everyOf("InvoiceTotals", "totalCount isComplete"),
  // Said of an answer by us: when it came, what it lacks.
  ...everyOf("Invoice", "fetchedAt isStale"),
  ...everyOf("SourceReport", "status fetchedAt count errors missing"),
  ...everyOf("SourceError", "code message retryable"),
  ...everyOf("MissingRange", "from to cause reason"),
  ...everyOf("DayRange", "from to"),
  // Of files that we hand over, whose bytes other tests compare with the source's.
  ...everyOf("DownloadInvoicesPayload", "status failures"),
  ...everyOf("DeliveredFile", "fileName contentType origin url expiresAt"),
  ...everyOf("InvoiceExport", "id status format rows failure"),
};

describe("the answer to", () => {
  it.each(readCookbook())("$title traces to bytes, leaf by leaf", async ({ query, variables }) => {
    const { data, errors } = await app.query(withProvenance(schema, query), variables);
    const leaves = leavesOfAnswer(schema, query, data);

    expect(errors).toBeUndefined();
    expect(leaves.length).toBeGreaterThan(3);
    expect(leaves.flatMap(mistakeIn)).toEqual([]);
  });

  it("questions about totals is the exact sum of invoices, each of which traces to bytes", async () => {
    const mistakes: string[] = [];
    let sums = 0;

    for (const { query, variables } of readCookbook()) {
      const { data } = await app.query(withProvenance(schema, query), variables);
      for (const { groups, count, all } of totalsIn(data)) {
        sums += groups.length;
        mistakes.push(...all.flatMap(({ zTold }) => zTold.flatMap((told) => mistakeInTold(told, zTold))));
        if (count !== null && count !== all.length) mistakes.push(`${count} invoices are ${all.length}`);
        for (const group of groups) mistakes.push(...mistakesInGroup(group, all));
      }
    }

    expect(mistakes).toEqual([]);
    expect(sums).toBeGreaterThan(10);
  });
});

describe("provenance", () => {
  const ask = (args: string, viewer: "service" | "parent" = "service") =>
    app.query(
      `{ invoices(first: 5, filter: { sources: ["cdn"], issuedOn: { from: "2026-08-01", to: "2026-08-31" } }) {
        nodes { number totalAmount provenance${args} { field value places { record pointer text } } } } }`,
      {},
      viewer,
    );

  it("is for credentials with the scope raw", async () => {
    const { data, errors } = await ask("", "parent");

    expect(data.invoices.nodes[0]).toMatchObject({ provenance: null });
    expect(errors?.[0]?.extensions["code"]).toBe("FORBIDDEN");
  });

  it("of a field that is none is refused with the list of those that are", async () => {
    const { errors } = await ask(`(fields: ["lines.0.glCod"])`);

    expect(errors?.[0]?.extensions["code"]).toBe("BAD_INPUT");
    expect(errors?.[0]?.message).toContain("lines.#.glCode");
  });

  it("of what the list tells asks for no details", async () => {
    await ask("");
    app.clearLogs();

    const { data } = await ask(`(fields: ["totalAmount", "files[0].name"])`);

    expect(app.counts().akamai).toBe(0);
    for (const { totalAmount, provenance } of data.invoices.nodes) {
      expect(provenance.map(({ field }: Told) => field)).toEqual(["totalAmount", "files.0.name"]);
      expect(provenance[0].value).toBe(totalAmount);
      expect(provenance[0].places).toMatchObject([{ record: "LIST", pointer: "/invoiceTotal" }]);
    }
  });

  it("of one field below what holds it means all of it, and of another nothing more", async () => {
    const { data } = await ask(`(fields: ["billTo", "lines.0.period"])`);

    const [{ provenance }] = data.invoices.nodes;
    expect(provenance.map(({ field }: Told) => field)).toEqual([
      "lines.0.period.from",
      "lines.0.period.to",
      "billTo.name",
      "billTo.accountReference",
      "billTo.address",
      "billTo.city",
      "billTo.postcode",
    ]);
  });
});

function mistakeIn(leaf: Leaf): string[] {
  const { coordinate, value, path, told } = leaf;
  // An invoice's own days are told; those of a report are not.
  const ours = path === null || !told.some((each) => isAbout(each, path)) ? otherwise[coordinate] : undefined;
  if (ours !== undefined)
    return ours(leaf) ? [] : [`${coordinate} ${JSON.stringify(value)} comes from nowhere`];
  if (path === null) return [`${coordinate} is told nowhere`];
  const about = told.filter((each) => isAbout(each, path));
  const [only] = about;
  if (only === undefined || about.length > 1)
    return [`${coordinate} at ${path} is told ${about.length} times`];
  if (JSON.stringify(only.value) !== JSON.stringify(value))
    return [`${path} is ${JSON.stringify(value)}, and told as ${JSON.stringify(only.value)}`];
  return mistakeInTold(only, told);
}

/** Its own field, or what holds it and is null or empty as a whole. */
function isAbout({ field, value }: Told, path: string): boolean {
  const isNothing = value === null || (Array.isArray(value) && value.length === 0);
  return field === path || (isNothing && path.startsWith(`${field}.`));
}

function mistakeInTold(told: Told, all: readonly Told[]): string[] {
  const { field, value, kind, isReproduced, places, setting, derivedFrom } = told;
  const isFound = value !== null && JSON.stringify(value) !== "[]";
  if (isReproduced !== true && !needsOthers.test(field))
    return [`${field} ${JSON.stringify(value)} does not follow by its rule`];
  if (kind === "CONFIGURED") return setting === null ? [`${field} is configured nowhere`] : [];
  if (kind === "CONSTANT") return [];
  const isOperators =
    derivedFrom.length > 0 && derivedFrom.every((from) => kindOf(all, from) === "CONFIGURED");
  if (isFound && !isOperators && !places.some(({ text }) => text !== null))
    return [`${field} stands nowhere`];
  return isOnWire(told, all) ? [] : [`${field}: no record that was sent has ${JSON.stringify(places)}`];
}

/** Does the one record that all of this invoice, or of these settings, is told from say this here? */
function isOnWire({ source, places }: Told, all: readonly Told[]): boolean {
  return places.every(({ record, pointer, text }) => {
    const found = sentRecord(source.id, record, all);
    return found !== undefined && sentText(found, pointer) === text;
  });
}

const found = new WeakMap<readonly Told[], Map<string, unknown>>();

function sentRecord(source: string, name: string, all: readonly Told[]): unknown {
  const kept = found.get(all) ?? new Map<string, unknown>();
  found.set(all, kept);
  if (!kept.has(name)) {
    const places = all.flatMap((told) => told.places).filter(({ record }) => record === name);
    const has = (record: unknown) => places.every(({ pointer, text }) => sentText(record, pointer) === text);
    kept.set(name, recordsOf(source).find(has));
  }
  return kept.get(name);
}

const known = new Map<string, { readonly count: number; readonly records: readonly unknown[] }>();

function recordsOf(source: string): readonly unknown[] {
  const bodies = sent.from(urlOf(source));
  const kept = known.get(source);
  if (kept?.count === bodies.length) return kept.records;
  const records = bodies.flatMap((body) => {
    const { content, INVOICE } = body as { content?: unknown; INVOICE?: unknown };
    return [content ?? INVOICE ?? body].flat();
  });
  known.set(source, { count: bodies.length, records });
  return records;
}

function urlOf(source: string): string {
  const { flolive, akamai, v6, ddapi } = app.simulators;
  return { flolive, cdn: akamai, freight: v6, billing: ddapi }[source]?.url ?? "";
}

function isConfigured({ value }: Leaf): boolean {
  const { sources, customers } = app.simulators.config();
  const said = [
    ...Object.entries(sources).flatMap(([id, { kind }]) => [id, kind]),
    ...customers.flatMap(({ id, name, accounts }) => [id, name, ...Object.values(accounts).flat()]),
  ];
  return said.map(String).includes(String(value));
}

function isInTable({ value }: Leaf): boolean {
  const rows = recordsOf("billing").map((row) =>
    Object.keys(row as object).map((key) => sentText(row, `/${key}`)),
  );
  return (
    value === null || rows.flat().some((text) => text === JSON.stringify(value) || text === String(value))
  );
}

function valueOf(told: readonly Told[], field: string): unknown {
  return told.find((each) => each.field === field)?.value;
}

function kindOf(told: readonly Told[], field: string): string | undefined {
  return told.find((each) => each.field === field)?.kind;
}

function everyOf(type: string, fields: string): Record<string, () => boolean> {
  return Object.fromEntries(fields.split(" ").map((field) => [`${type}.${field}`, () => true]));
}

interface Listed {
  readonly currency: string | null;
  readonly totalAmount: string | null;
  readonly source: { readonly id: string };
  readonly customer: { readonly key: string };
  readonly zTold: readonly Told[];
}

type Group = Partial<Omit<Listed, "zTold"> & { readonly count: number }>;

interface Totals {
  readonly groups: readonly Group[];
  readonly count: number | null;
  readonly all: readonly Listed[];
}

/** The totals anywhere in an answer, each with all of its invoices. */
function totalsIn(value: any): Totals[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(totalsIn);
  if (Array.isArray(value.zAll)) {
    expect(value.pageInfo.hasNextPage).toBe(false);
    return [...below, { groups: value.totals ?? [], count: value.totalCount ?? null, all: value.zAll }];
  }
  if (value.invoiceTotals === undefined) return below;
  expect(value.zAll.pageInfo.hasNextPage).toBe(false);
  const { groups, totalCount = null } = value.invoiceTotals;
  return [...below, { groups, count: totalCount, all: value.zAll.nodes }];
}

function mistakesInGroup(group: Group, all: readonly Listed[]): string[] {
  const own = all.filter(
    ({ currency, source, customer }) =>
      currency === group.currency &&
      (group.source?.id ?? source.id) === source.id &&
      (group.customer?.key ?? customer.key) === customer.key,
  );
  const sum = own.reduce((units, { totalAmount }) => units + unitsOf(totalAmount), 0n);
  const mistakes = own.length === group.count ? [] : [`${JSON.stringify(group)} has ${own.length} invoices`];
  return sum === unitsOf(group.totalAmount) ? mistakes : [...mistakes, `${JSON.stringify(group)} is ${sum}`];
}

/** An amount in millionths. */
function unitsOf(amount: string | null | undefined): bigint {
  const [whole = "0", fraction = ""] = (amount ?? "0").split(".");
  return BigInt(whole + fraction.padEnd(6, "0"));
}
