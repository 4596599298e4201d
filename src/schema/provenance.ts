/** Where the values of invoices and settings come from, for those who may see the source's own records. */
import type { Context } from "../context.ts";
import { Failure } from "../model/errors.ts";
import { type Invoice, withWarnings } from "../model/invoice.ts";
import type { InvoiceSettings } from "../model/invoice-settings.ts";
import { provenanceOf, type ReadRecord, type RecordName } from "../model/provenance.ts";
import type { Source } from "../model/source.ts";
import { mayUseScope } from "../model/viewer.ts";
import { isWantedField, readWantedFields, type WantedFields } from "../model/wanted-fields.ts";
import { fieldNames, listedFields, settingNames } from "./provenance-fields.ts";
import type { SelectedFields, ToldProvenance } from "./provenance-type.ts";

/** Where the invoice's values come from; null when its source cannot tell. Throws FORBIDDEN without the scope `raw`, and BAD_INPUT. */
export async function invoiceProvenance(
  invoice: Invoice,
  fields: SelectedFields,
  { viewer, sources, loaders }: Pick<Context, "viewer" | "sources" | "loaders">,
): Promise<readonly ToldProvenance[] | null> {
  mustBeAllowed(viewer);
  const wanted = readWantedFields(fields, fieldNames);
  const source = sources.get(invoice.source);
  if (source?.traces === undefined) return null;
  const listed = told(source, invoice, (field) => isListed(field) && isWantedField(field, wanted));
  // What a list's record has is told of that record, as the graph's own fields are.
  if (wanted?.every(isListed)) return listed;
  const whole = await loaders.details.load(invoice);
  const complete = isWantedField("warnings", wanted) ? await withAllWarnings(whole, loaders) : whole;
  return [...listed, ...told(source, complete, (field) => !isListed(field) && isWantedField(field, wanted))];
}

/** Where the settings come from; as above. */
export function settingsProvenance(
  settings: InvoiceSettings,
  fields: SelectedFields,
  { viewer, sources }: Pick<Context, "viewer" | "sources">,
): readonly ToldProvenance[] | null {
  mustBeAllowed(viewer);
  const wanted: WantedFields = readWantedFields(fields, settingNames);
  const traces = sources.get(settings.source)?.settings?.traces?.(settings);
  if (traces === undefined) return null;
  const record = { value: settings.raw, text: settings.sent?.SETTINGS?.text ?? null };
  return provenanceOf(traces, { SETTINGS: record }, (field) => isWantedField(field, wanted)).map((each) => ({
    ...each,
    source: settings.source,
  }));
}

// What a list's record has, the graph's own fields read from it.
function isListed(field: string): boolean {
  return listedFields.has(field.split(".", 1)[0] ?? "");
}

function told(source: Source, invoice: Invoice, isWanted: (field: string) => boolean): ToldProvenance[] {
  const traces = source.traces?.(invoice) ?? [];
  return provenanceOf(traces, recordsOf(invoice), isWanted).map((each) => ({ ...each, source: source.id }));
}

function recordsOf({ raw, sent }: Invoice): Readonly<Partial<Record<RecordName, ReadRecord>>> {
  const LIST = sent?.LIST?.text ?? null;
  if (sent?.DETAILS === undefined) return { LIST: { value: raw, text: LIST } };
  const { list, download } = raw as { readonly list: unknown; readonly download: unknown };
  return { LIST: { value: list, text: LIST }, DETAILS: { value: download, text: sent.DETAILS.text } };
}

async function withAllWarnings(invoice: Invoice, { invoices }: Context["loaders"]): Promise<Invoice> {
  const all = await invoices.warnings(invoice);
  return withWarnings(
    invoice,
    all.filter((warning) => !invoice.warnings.includes(warning)),
  );
}

function mustBeAllowed(viewer: Context["viewer"]): void {
  if (mayUseScope(viewer, "raw")) return;
  throw new Failure("FORBIDDEN", { message: "Provenance is for credentials with the scope `raw`." });
}
