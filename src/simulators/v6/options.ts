/** What a simulated V6 can be told: its keys, and the contradictions of its document, each switchable. */
import type { SimulatorOptions } from "../simulator.ts";
import type { World } from "../world.ts";

/** An API key and the user that it belongs to: CUSTOMER_SERVICE sees all customers, CUSTOMER its own. */
export interface V6Key {
  readonly key: string;
  readonly role: "CUSTOMER_SERVICE" | "CUSTOMER";
  /** Of a CUSTOMER user. */
  readonly customerCode?: string;
  /** "active" by default; the others are answered with 401. */
  readonly state?: "active" | "expired" | "disabled";
}

/** All off by default: JSON and dates as in the samples, credit memos stated as positive. */
export interface V6Quirks {
  /** Commas before closing brackets, as in both samples of the document. */
  readonly trailingCommas?: boolean;
  /** dd-MM-yyyy, as in the appendix, in place of the samples' yyyy-MM-dd. */
  readonly tableDates?: boolean;
  /** glCode and departmentCode as numbers where they are digits, as in the appendix: their zeros are lost. */
  readonly numericCodes?: boolean;
  /** Error bodies with the broken JSON of the document's 401 examples: `401,,` and a missing quote. */
  readonly brokenErrors?: boolean;
  /** Errors come with HTTP 200, and say their status in the body only. */
  readonly errorsWithin200?: boolean;
  /** Credit memos with negative amounts. */
  readonly negativeCredits?: boolean;
  /** Every invoice without the number, which the appendix does not list. */
  readonly withoutNumbers?: boolean;
  /** Years of due dates with two digits. */
  readonly twoDigitYears?: boolean;
  /** Amounts of lines 1.00 above price x quantity. */
  readonly lineSurcharge?: boolean;
}

export interface V6SimulatorOptions extends SimulatorOptions {
  /** By default: one CUSTOMER_SERVICE key, and one CUSTOMER key for each customer. */
  readonly keys?: readonly V6Key[];
  readonly quirks?: V6Quirks;
}

/** The default key of a CUSTOMER_SERVICE user. */
export const customerServiceKey = "v6-customer-service-key";

/** The default key of a customer's own user. */
export function customerKey(code: string): string {
  return `v6-customer-key-${code}`;
}

/** The keys that a simulator has when it is told none. */
export function defaultKeys(world: World): V6Key[] {
  const keys: V6Key[] = [{ key: customerServiceKey, role: "CUSTOMER_SERVICE" }];
  for (const { v6 } of world.customers) {
    if (v6 !== undefined) keys.push({ key: customerKey(v6.code), role: "CUSTOMER", customerCode: v6.code });
  }
  return keys;
}
