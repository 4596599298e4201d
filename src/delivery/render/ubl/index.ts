/** An invoice as UBL 2.1 by EN 16931, or a refusal that names the rules it would break. */
import type { Customer } from "../../../model/customer.ts";
import { Failure } from "../../../model/errors.ts";
import type { Invoice } from "../../../model/invoice.ts";
import { createPace } from "../../../model/pace.ts";
import type { Violation } from "./document.ts";
import type { UblOptions } from "./parties.ts";
import { toUblDocument } from "./read.ts";
import { violationsOf } from "./rules.ts";
import { writeUbl } from "./write.ts";

const mostNamed = 5;

/** The XML in pieces. Throws FORMAT_UNAVAILABLE naming the rules, such as BR-06 where no seller is configured for the source. */
export async function renderUbl(
  invoice: Invoice,
  customer: Customer,
  { sellers, buyers }: UblOptions,
): Promise<Iterable<string>> {
  const seller = Object.hasOwn(sellers, invoice.source) ? sellers[invoice.source] : undefined;
  if (seller === undefined)
    throw refusal(invoice, [{ rule: "BR-06", message: "no seller is configured for this source" }]);
  const pace = createPace();
  const document = await toUblDocument(invoice, customer, { seller, buyers }, pace);
  const violations = await violationsOf(document, pace);
  if (violations.length > 0) throw refusal(invoice, violations);
  return writeUbl(document);
}

function refusal(invoice: Invoice, violations: readonly Violation[]): Failure {
  const named = violations.slice(0, mostNamed).map(({ rule, message }) => `${rule}, ${message}`);
  const more = violations.length - named.length;
  return new Failure("FORMAT_UNAVAILABLE", {
    source: invoice.source,
    message: `The invoice cannot be written as UBL by EN 16931: ${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}.`,
  });
}
