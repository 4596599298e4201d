/** Fields of an invoice that a source's list may leave out: selecting one asks the source for the invoice's details. */
import type { Context } from "../context.ts";
import type { FieldHints } from "../execution/hints.ts";
import type { Invoice } from "../model/invoice.ts";

/** What the description of such a field ends with. */
export const onDetails =
  "Where the source's list does not include this (Akamai), selecting it costs one more upstream call for each invoice.";

/** How a field reads its value from an invoice with details. Nothing else asks for them; of a whole invoice the value follows from it alone. */
export function detailed<Value>(read: (invoice: Invoice) => Value) {
  return {
    extensions: { isLasting: true } satisfies FieldHints,
    resolve: (invoice: Invoice, _args: unknown, { loaders }: Context): Value | Promise<Value> =>
      invoice.isDetailed ? read(invoice) : loaders.details.load(invoice).then(read),
  };
}

/** The same for a leaf that is a property of the invoice: the executor reads it itself where nothing has to be asked for. */
export function detailedLeaf<Name extends keyof Invoice>(name: Name) {
  return {
    ...detailed((invoice) => invoice[name]),
    extensions: { propertyOnce: { isTrue: "isDetailed" satisfies keyof Invoice, name } } satisfies FieldHints,
  };
}
