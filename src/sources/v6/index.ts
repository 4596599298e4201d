/** V6, the invoice API of a transport company: its configuration and what it can do. */
import { z } from "zod";
import { todayUtc } from "../../model/day.ts";
import { createComparison } from "../../model/documented.ts";
import { notStrictJson, unrecorded } from "../../model/drift.ts";
import { minorUnits } from "../../model/money.ts";
import { instantAt } from "../../model/instant.ts";
import { createPace } from "../../model/pace.ts";
import type { Source } from "../../model/source.ts";
import { connectionConfig, secret } from "../config.ts";
import type { SourceKind } from "../kind.ts";
import { createReader } from "./answer.ts";
import { createClient } from "./client.ts";
import { documentedInvoice } from "./documented.ts";
import { tracesOf } from "./provenance.ts";
import { forecast } from "./forecast.ts";
import { questionFor, questionsOf, windowOf } from "./months.ts";
import { halfMinorUnit } from "./warnings.ts";

const overfetchDays = z.int().min(0).max(90).default(7);

const v6Config = z.strictObject({
  kind: z.literal("v6"),
  ...connectionConfig,
  apiKey: secret().describe(
    "Sent as `Authorization: ApiKey …`; belongs to a CUSTOMER_SERVICE or a CUSTOMER user.",
  ),
  currency: z
    .string()
    .refine((code) => minorUnits(code) !== null, "must be an ISO 4217 currency code such as AUD")
    .default("AUD")
    .describe("V6 names no currency: that of all its amounts."),
  overfetchDays: z
    .strictObject({
      before: overfetchDays.describe("Days before the month, for invoices dated after they were created."),
      after: overfetchDays.describe("Days after the month, for invoices dated before they were created."),
    })
    .prefault({})
    .describe("V6 filters by the day of creation: how far a month's question reaches over the month."),
});

/** The configuration entry of a V6 source, defaults filled in. */
export type V6Config = z.infer<typeof v6Config>;

/** The kind. Its list is complete, so it has no details; it has no files, settings or accounts. */
export const v6: SourceKind<V6Config> = {
  kind: "v6",
  title: "V6",
  accountTerm: "the V6 customer code, in quotes to keep its zeros",
  readAccount(reference) {
    if (typeof reference === "number") {
      throw new Error(
        'must be a V6 customer code in quotes, such as "001": a number loses its leading zeros',
      );
    }
    const code = reference.trim();
    if (code === "") throw new Error('must be a V6 customer code, such as "001"');
    return code;
  },
  config: v6Config,
  create({ id, config, connect, now, drift = unrecorded }): Source {
    const { kind, apiKey, currency, overfetchDays: overfetch, ...limits } = config;
    // Only lines are rounded by V6 itself: quantity x price to the smallest unit.
    const tolerance = { total: "0", line: halfMinorUnit(currency) };
    const comparison = createComparison(documentedInvoice, drift);
    const onRepair = drift.counterOf(notStrictJson);
    const client = createClient(connect, { source: id, ...limits }, apiKey, comparison, onRepair);
    return {
      id,
      kind,
      forecast,
      invoices: {
        reach: () => [],
        questions: (_accounts, issuedOn) => questionsOf(issuedOn, overfetch, todayUtc(now())),
        questionFor,
        async ask({ key: month }, call) {
          const reader = createReader({ source: id, currency, month, tolerance }, comparison.examine);
          const pace = createPace(call.signal);
          for await (const batch of client.invoices(windowOf(month, overfetch), call)) {
            reader.add(batch);
            if (pace.isDue()) await pace.rest();
          }
          return { ...reader.read(), fetchedAt: instantAt(now()) };
        },
      },
      traces: (invoice) => tracesOf(invoice, tolerance),
      ping: (call) => client.ping(call),
      close: () => client.close(),
    };
  },
};
