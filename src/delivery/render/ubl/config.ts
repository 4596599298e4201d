/** The configuration of UBL: what EN 16931 demands of seller, buyers and taxes and no source tells. */
import { z } from "zod";

const text = () => z.string().trim().min(1, "must not be empty");

const country = () =>
  z.string().regex(/^[A-Z]{2}$/, "must be a country code of ISO 3166-1 in capitals, such as DK");

const electronicAddress = z.strictObject({
  scheme: text().describe("A code of the Electronic Address Scheme list, such as 0088 for a GLN."),
  id: text().describe("The address in that scheme."),
});

const tax = z.strictObject({
  category: z
    .enum(["S", "Z", "E", "AE", "G", "O"])
    .describe(
      "S standard rate, Z zero rate, E exempt, AE reverse charge, G export outside the EU, O outside the scope of tax.",
    ),
  rate: z
    .string()
    .regex(/^(?:0|[1-9]\d*)(?:\.\d+)?$/, 'must be a decimal in quotes, such as "25"')
    .default("0")
    .describe("Per cent. Default: 0."),
  exemptionReason: text()
    .optional()
    .describe("Why no tax is charged; demanded for the categories E, AE, G and O."),
});

const seller = z.strictObject({
  name: text().describe("The seller's legal name."),
  country: country().describe("The seller's country."),
  street: text().optional().describe("The seller's street and number."),
  city: text().optional().describe("The seller's city."),
  postcode: text().optional().describe("The seller's post code."),
  vatId: text().optional().describe("The VAT id with its country's prefix, such as DK12345678."),
  taxNumber: text().optional().describe("A local tax number without such a prefix."),
  registrationId: text().optional().describe("The number in the register of companies."),
  electronicAddress: electronicAddress.optional().describe("Where the seller takes e-invoices."),
  taxes: z
    .array(tax)
    .min(1, "must name at least one tax")
    .describe(
      "Every tax that the source's invoices can carry; a line belongs to the one that its amounts fit.",
    ),
  buyerCountry: country().optional().describe("The country of every buyer that is not listed in `buyers`."),
  paymentTerms: text().optional().describe("Said on invoices that have no due date."),
  itemName: text()
    .optional()
    .describe("What a line without any words is for, such as Freight. Default: such invoices are refused."),
  units: z
    .record(
      text(),
      z.string().regex(/^[A-Z0-9]{2,3}$/, "must be a code of UN/ECE Recommendation 20, such as KGM"),
    )
    .optional()
    .describe("Codes of UN/ECE Recommendation 20 by the source's own words for units."),
});

const buyer = z.strictObject({
  country: country().describe("The customer's country."),
  vatId: text().optional().describe("The customer's VAT id with its country's prefix."),
  electronicAddress: electronicAddress.optional().describe("Where the customer takes e-invoices."),
});

/** The section as it is written; without it no UBL is rendered. */
export const ublConfig = z.strictObject({
  sellers: z.record(text(), seller).describe("Who sends the invoices, by the name of the source."),
  buyers: z.record(text(), buyer).default({}).describe("What the directory does not know, by customer id."),
});
