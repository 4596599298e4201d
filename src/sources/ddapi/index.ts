/** DDAPI, an ERP's business API: its configuration, and the invoice settings that it can tell. */
import { z } from "zod";
import type { Source } from "../../model/source.ts";
import { connectionConfig } from "../config.ts";
import type { SourceKind } from "../kind.ts";
import { authConfig } from "./auth.ts";
import { createClient } from "./client.ts";
import { tracesOf } from "./provenance.ts";
import { forecast } from "./forecast.ts";

const ddapiConfig = z.strictObject({ kind: z.literal("ddapi"), ...connectionConfig, auth: authConfig });

/** The configuration entry of a DDAPI source, defaults filled in. */
export type DdapiConfig = z.infer<typeof ddapiConfig>;

/** The kind. It has settings only: DDAPI lists no invoices, despite the names of its paths. */
export const ddapi: SourceKind<DdapiConfig> = {
  kind: "ddapi",
  title: "DDAPI",
  accountTerm: "the DDAPI customer number, an integer",
  readAccount(reference) {
    const digits = /^0*([1-9]\d{0,14})$/.exec(String(reference).trim())?.[1];
    if (digits === undefined) throw new Error("must be a DDAPI customer number, such as 4100");
    return digits;
  },
  config: ddapiConfig,
  create({ id, config, connect, drift }): Source {
    const { kind, auth, ...limits } = config;
    const client = createClient(connect, { source: id, ...limits }, auth, drift);
    return {
      id,
      kind,
      forecast,
      settings: {
        ask: (account, call) => client.settings(account, call),
        currency: (currencyId, call) => client.currency(currencyId, call),
        paymentTerms: (call) => client.paymentTerms(call),
        traces: tracesOf,
      },
      // The smallest table, and the only call that needs no id.
      async ping(call) {
        await client.paymentTerms(call);
      },
      close: () => client.close(),
    };
  },
};
