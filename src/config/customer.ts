/** One customer of a list: the schema, and a quick look that spares most customers of a long list the schema. */
import { z } from "zod";

const reference = z.union([z.string().min(1, "must not be empty"), z.int()]);

/** One customer as it is written. */
export const customer = z.strictObject({
  id: z
    .string()
    .refine(
      isPlainId,
      "must be 1 to 128 characters, without a space at either end and without control characters",
    )
    .describe("Your own short name for the customer, such as `acme`; tokens and API keys name it."),
  name: z.string().regex(/\S/, "must not be empty").describe("The name that people see."),
  parent: z
    .string()
    .nullable()
    .default(null)
    .describe("The id of the customer directly above, which may see this one's invoices; null for none."),
  accounts: z
    .record(z.string(), z.union([z.array(reference), reference]))
    .default({})
    .describe("By the name of a source: how that source calls the customer, one reference or several."),
});

/** The list as it is written. */
export const customersConfig = z.array(customer);

/** A customer that is right. */
export type CustomerRecord = Readonly<z.input<typeof customer>>;

const keys: ReadonlySet<string> = new Set(Object.keys(customer.shape));

/** Would the schema take this? Where it says no, only the schema can tell; it takes five times as long. */
export function isSurelyRight(item: unknown): item is CustomerRecord {
  if (typeof item !== "object" || item === null) return false;
  for (const key in item) if (!keys.has(key)) return false;
  const { id, name, parent = null, accounts = {} } = item as Record<string, unknown>;
  return (
    typeof id === "string" &&
    isPlainId(id) &&
    typeof name === "string" &&
    /\S/.test(name) &&
    (parent === null || typeof parent === "string") &&
    areReferences(accounts)
  );
}

function areReferences(accounts: unknown): boolean {
  if (typeof accounts !== "object" || accounts === null || Array.isArray(accounts)) return false;
  // zod leaves this one key out of a record in silence.
  if (Object.hasOwn(accounts, "__proto__")) return false;
  for (const value of Object.values(accounts)) {
    if (Array.isArray(value) ? !value.every(isReference) : !isReference(value)) return false;
  }
  return true;
}

function isReference(value: unknown): boolean {
  return typeof value === "string" ? value !== "" : Number.isSafeInteger(value);
}

function isPlainId(id: string): boolean {
  return id !== "" && id.length <= 128 && id.trim() === id && !/\p{Cc}/u.test(id);
}
