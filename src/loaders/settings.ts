/** Invoice settings and their look-ups: each account, currency and list of terms is asked for once per request. */
import { accountKey, type Customer } from "../model/customer.ts";
import type { InvoiceSettings, PaymentTerms, SettingsCurrency } from "../model/invoice-settings.ts";
import type { Call, Source } from "../model/source.ts";
import { once } from "./once.ts";

/** Invoice settings of customers, and the rows of the tables that their ids name. */
export interface SettingsLoaders {
  /** From that source, or from the first that keeps settings and has an account linked. Null when there are none; throws its Failure. */
  ofCustomer(customer: Customer, source: string | null): Promise<InvoiceSettings | null>;
  currency(source: string, id: string): Promise<SettingsCurrency | null>;
  paymentTerms(source: string, id: string): Promise<PaymentTerms | null>;
}

/** Settings for one request. */
export function createSettingsLoaders(sources: ReadonlyMap<string, Source>, call: Call): SettingsLoaders {
  const settings = new Map<string, Promise<InvoiceSettings | null>>();
  const currencies = new Map<string, Promise<SettingsCurrency | null>>();
  const terms = new Map<string, Promise<readonly PaymentTerms[]>>();

  return {
    async ofCustomer(customer, wanted) {
      for (const { id, settings: reader } of sources.values()) {
        const account = customer.accounts.find(({ source }) => source === id);
        if (reader === undefined || account === undefined || (wanted !== null && wanted !== id)) continue;
        return once(settings, accountKey(account), () => reader.ask(account.reference, call));
      }
      return null;
    },
    currency: (source, id) =>
      once(
        currencies,
        `${source}\n${id}`,
        async () => (await sources.get(source)?.settings?.currency(id, call)) ?? null,
      ),
    async paymentTerms(source, id) {
      const all = await once(
        terms,
        source,
        async () => (await sources.get(source)?.settings?.paymentTerms(call)) ?? [],
      );
      return all.find((each) => each.id === id) ?? null;
    },
  };
}
