/** Akamai's Invoicing API v4: its configuration and what it can do. */
import { z } from "zod";
import { monthOf, todayUtc } from "../../model/day.ts";
import { instantAt } from "../../model/instant.ts";
import type { Source } from "../../model/source.ts";
import { connectionConfig, secret } from "../config.ts";
import type { SourceKind } from "../kind.ts";
import { createClient } from "./client.ts";
import { withDetails } from "./details.ts";
import { sourceTypesOf } from "./file-offers.ts";
import { forecast } from "./forecast.ts";
import { readInvoices } from "./map.ts";
import { tracesOf } from "./provenance.ts";
import { firstMonth, questionFor, questionsOf } from "./months.ts";

const akamaiConfig = z.strictObject({
  kind: z.literal("akamai"),
  ...connectionConfig,
  clientToken: secret().describe("`client_token` of the API client's EdgeGrid credentials."),
  clientSecret: secret().describe("`client_secret` of the API client's EdgeGrid credentials."),
  accessToken: secret().describe("`access_token` of the API client's EdgeGrid credentials."),
  accountSwitchKey: secret()
    .optional()
    .describe("Runs every call in another account, for credentials that manage several."),
  signingHost: z
    .string()
    .regex(/^[a-z0-9.-]+(?::\d+)?$/i, "must be a host name such as akab-xxxx.luna.akamaiapis.net")
    .optional()
    .describe(
      "The host that is signed when `url` is that of a proxy or simulator; the URL's host by default.",
    ),
  list: z
    .enum(["contract", "account"])
    .default("contract")
    .describe(
      "Ask each contract by itself, or the whole account once a month when most contracts are linked.",
    ),
});

/** The configuration entry of an Akamai source, defaults filled in. */
export type AkamaiConfig = z.infer<typeof akamaiConfig>;

/** The kind. Its lists give totals only: lines, net and tax are details. */
export const akamai: SourceKind<AkamaiConfig> = {
  kind: "akamai",
  title: "Akamai",
  accountTerm: "the Akamai contract id",
  readAccount(reference) {
    const contract = String(reference).trim();
    // A path of dots would lead to another endpoint however it is encoded.
    if (!/[^.]/.test(contract)) throw new Error("must be an Akamai contract id, such as C-1ABC234");
    return contract;
  },
  config: akamaiConfig,
  create({ id, config, connect, now, drift }): Source {
    const { kind, clientToken, clientSecret, accessToken, list: mode, ...rest } = config;
    const credentials = { clientToken, clientSecret, accessToken };
    const client = createClient(connect, { source: id, credentials, now, drift, ...rest });
    const thisMonth = () => monthOf(todayUtc(now()));
    return {
      id,
      kind,
      forecast,
      invoices: {
        reach: () => [
          { of: "INVOICES", since: `${firstMonth}-01`, reason: "Akamai has invoices from April 2016." },
          {
            of: "DATA",
            since: "2024-02-01",
            reason: "Akamai has COMPUTE usage data, in files, for invoices from February 2024.",
          },
        ],
        questions: (contracts, issuedOn) => questionsOf(contracts, issuedOn, mode, thisMonth()),
        questionFor: (place) => questionFor(place, mode),
        // Its id names the usage month, and nothing promises that only one month's list has it.
        identityOf: ({ account, number }) => `${number} ${account}`,
        async ask({ account: contract, month }, call) {
          if (month === null) throw new TypeError("Akamai is asked by month");
          const { records, sent } = await client.invoices(contract, month, call);
          const fetchedAt = instantAt(now());
          return { ...readInvoices(records, { source: id, contract, month, sent }), fetchedAt };
        },
      },
      details: {
        async ask(invoice, call) {
          const [, number] = invoice.key;
          if (invoice.isDetailed || number === undefined) return invoice;
          const { record, sent } = await client.details(invoice.account, number, call);
          return withDetails(invoice, record, sent);
        },
      },
      files: {
        offers: ({ files }, format) => sourceTypesOf(files, format).length > 0,
        maxBatch: 1,
        async *fetch(batch, format, call) {
          for (const invoice of batch) {
            const [, number = ""] = invoice.key;
            for (const sourceType of sourceTypesOf(invoice.files, format)) {
              const { body } = await client.file(invoice.account, number, { format, sourceType }, call);
              yield { invoices: [invoice], body };
            }
          }
        },
      },
      traces: tracesOf,
      async ping(call, account) {
        await client.invoices(mode === "account" ? null : account, thisMonth(), call);
      },
      close: () => client.close(),
    };
  },
};
