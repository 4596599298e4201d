/** DDAPI's three endpoints, one function each. */
import type { Connect, ConnectionOptions, UpstreamReply } from "../../http/connection.ts";
import { type DriftRecorder, unrecorded } from "../../model/drift.ts";
import { Failure } from "../../model/errors.ts";
import type { InvoiceSettings, PaymentTerms, SettingsCurrency } from "../../model/invoice-settings.ts";
import type { Call } from "../../model/source.ts";
import { type Auth, authHeaders, secretTexts } from "./auth.ts";
import { type Compare, createComparisons } from "./compare.ts";
import { toPaymentTerms, toSettings, toSettingsCurrency } from "./map.ts";
import { badResponse, isXml, readBody, readOne, type Replier, textOf } from "./reply.ts";
import { currencyFields, type Fields, integerText, readFields, settingsFields, termsFields } from "./wire.ts";

export interface DdapiClient {
  /** How a customer is invoiced; null when DDAPI does not know it. */
  settings(account: string, call: Call): Promise<InvoiceSettings | null>;
  /** Null when DDAPI does not know it. */
  currency(id: string, call: Call): Promise<SettingsCurrency | null>;
  /** The whole table. */
  paymentTerms(call: Call): Promise<PaymentTerms[]>;
  close(): Promise<void>;
}

// Web API sends XML to callers that do not ask, and whenever its JSON formatter is switched off.
const accept = "application/json, text/json;q=0.9, application/xml;q=0.5, text/xml;q=0.4";

/** A client that proves itself with every request. */
export function createClient(
  connect: Connect,
  options: ConnectionOptions,
  auth: Auth,
  drift: DriftRecorder = unrecorded,
): DdapiClient {
  const compare = createComparisons(drift);
  const connection = connect({ ...options, authorize: () => authHeaders(auth) });
  const replier: Replier = { source: options.source, secretTexts: secretTexts(auth) };

  function get<T>(path: string, call: Call, read: (reply: UpstreamReply) => T, query = {}): Promise<T> {
    return connection.ask({ method: "GET", path, query, headers: { accept } }, call, read);
  }

  return {
    settings(account, call) {
      const query = { customerNumber: account };
      return get(
        "/api/customers/invoice",
        call,
        (reply) => readSettings(reply, account, replier, compare.settings),
        query,
      );
    },
    currency: (id, call) =>
      get(`/api/Currencies/${encodeURIComponent(id)}`, call, (reply) =>
        readCurrency(reply, id, replier, compare.currency),
      ),
    paymentTerms: (call) =>
      get("/api/invoice/termsofpayment", call, (reply) => readPaymentTerms(reply, replier, compare.terms)),
    close: () => connection.close(),
  };
}

function readSettings(
  reply: UpstreamReply,
  account: string,
  replier: Replier,
  compare: Compare,
): InvoiceSettings | null {
  const raw = readOne(reply, replier);
  if (raw === null) return null;
  compare(reply, raw);
  const sent = mustReadFields(raw, settingsFields, replier, "settings");
  // Null like any other field: then it is taken for the customer that was asked for.
  if (sent.CustomerNumber !== null && integerText(sent.CustomerNumber) !== account) {
    throw new Failure("ACCOUNT_MISMATCH", {
      source: replier.source,
      message: `${replier.source} answered with the settings of another account; they were left out.`,
    });
  }
  const settings = toSettings(sent, replier.source, account, raw);
  return isXml(reply) ? settings : { ...settings, sent: { SETTINGS: { text: textOf(reply) } } };
}

function readCurrency(
  reply: UpstreamReply,
  id: string,
  replier: Replier,
  compare: Compare,
): SettingsCurrency | null {
  const raw = readOne(reply, replier);
  if (raw === null) return null;
  compare(reply, raw);
  const sent = mustReadFields(raw, currencyFields, replier, "a currency");
  if (sent.Id !== null && integerText(sent.Id) !== id) throw badResponse(replier, "another currency");
  return toSettingsCurrency(sent, id);
}

function readPaymentTerms(reply: UpstreamReply, replier: Replier, compare: Compare): PaymentTerms[] {
  const raw = readBody(reply, replier) ?? [];
  compare(reply, raw);
  if (!Array.isArray(raw)) throw badResponse(replier, "something else where a list of terms was due");
  const terms = raw.map(readTerms).filter((each) => each !== null);
  // One bad row does not spoil the others; nothing but bad rows is not the table.
  if (terms.length === 0 && raw.length > 0) throw badResponse(replier, "a list that holds no terms");
  return terms;
}

function readTerms(raw: unknown): PaymentTerms | null {
  const sent = readFields(raw, termsFields);
  return sent === null ? null : toPaymentTerms(sent);
}

function mustReadFields<Name extends string>(
  raw: unknown,
  names: readonly Name[],
  replier: Replier,
  what: string,
): Fields<Name> {
  const sent = readFields(raw, names);
  if (sent === null) throw badResponse(replier, `something else where ${what} was due`);
  return sent;
}
