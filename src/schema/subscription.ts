/** What clients can subscribe to: invoices as they change, and how far an export is. Not for routers of a supergraph. */
import type { ExportJob } from "../delivery/export/job.ts";
import type { InvoiceChange } from "../live/changes.ts";
import type { InvoicesEvent, Subscriber } from "../live/live.ts";
import { Failure } from "../model/errors.ts";
import type { Context } from "../context.ts";
import { builder } from "./builder.ts";
import { CustomerRef } from "./customer.ts";
import { InvoiceExportRef } from "./export-job.ts";
import { InvoiceRef } from "./invoice.ts";
import { mustBeIdOf } from "./relay.ts";
import { SourceReportType } from "./source.ts";
import { describedValues } from "./values.ts";

const ChangeKindEnum = builder.enumType("InvoiceChangeKind", {
  description: "How an invoice has changed.",
  values: describedValues<InvoiceChange["kind"]>({
    ADDED: "Its source lists it now and did not before.",
    CHANGED: "Its source tells something else of it than before.",
    REMOVED: "Its source does not list it any more, although it answers.",
  }),
});

const InvoiceChangeType = builder.objectRef<InvoiceChange>("InvoiceChange").implement({
  description: "One invoice that has changed.",
  fields: (t) => ({
    kind: t.expose("kind", { type: ChangeKindEnum, nullable: false, description: "How it has changed." }),
    id: t.exposeID("id", { nullable: false, description: "The invoice's global id." }),
    invoice: t.field({
      type: InvoiceRef,
      description: "The invoice as it is now; null when it was removed.",
      resolve: ({ invoice }) => invoice,
    }),
  }),
});

const InvoicesChangedType = builder.objectRef<InvoicesEvent>("InvoicesChanged").implement({
  description:
    "What has changed since the previous event. The first event has no changes: it says how the sources are doing, and when watching began.",
  fields: (t) => ({
    customer: t.field({
      type: CustomerRef,
      nullable: false,
      description: "The customer.",
      resolve: (event, _args, context) => customerOf(event, context),
    }),
    at: t.expose("at", {
      type: "DateTime",
      nullable: false,
      description: "When the sources were asked.",
    }),
    changes: t.field({
      type: [InvoiceChangeType],
      nullable: { list: false, items: false },
      extensions: { cost: { defaultSize: 100 } },
      description: "The invoices that have changed, at most 100 in one event.",
      resolve: ({ changes }) => changes,
    }),
    remaining: t.exposeInt("remaining", {
      nullable: false,
      description: "How many more changes follow at once, in further events.",
    }),
    isCut: t.exposeBoolean("isCut", {
      nullable: false,
      description:
        "Whether changes were lost because events were read too slowly: if so, load the list again.",
    }),
    sources: t.field({
      type: [SourceReportType],
      nullable: { list: false, items: false },
      description:
        "How each source answered. Changes of a failing source follow when it answers again; that it fails, and that it has recovered, are events too.",
      resolve: ({ sources }) => sources,
    }),
  }),
});

builder.subscriptionType({
  description:
    "Events as they happen, over text/event-stream or multipart/mixed. A subscription ends with the code SUBSCRIPTION_ENDED after an hour (configurable) or when the process stops: then subscribe again.",
});

builder.subscriptionFields((t) => ({
  invoicesChanged: t.field({
    type: InvoicesChangedType,
    nullable: false,
    description:
      "Invoices of one customer that are added, changed or removed, of the current month and the one before it (configurable). The sources are asked every minute (configurable), once for all subscribers. Access is checked again each time.",
    args: {
      customerId: t.arg.id({ required: true, description: "The customer's global id." }),
      sources: t.arg.idList({ description: "Only these sources, by their configured names. Default: all." }),
    },
    subscribe: (_root, { customerId, sources }, context) =>
      invoicesChanged(customerId, sources ?? null, context),
    resolve: (event) => event as InvoicesEvent,
  }),
  exportProgress: t.field({
    type: InvoiceExportRef,
    nullable: false,
    description: "The state of an export, at most once a second while it changes, until it has ended.",
    args: { id: t.arg.id({ required: true, description: "The export's id." }) },
    subscribe: (_root, { id }, context) => exportProgress(id, context),
    resolve: (job) => job as ExportJob,
  }),
}));

async function customerOf({ customerKey }: InvoicesEvent, { loaders }: Context) {
  const customer = await loaders.customers.byKey(customerKey);
  if (customer === null) throw new Failure("NOT_FOUND");
  return customer;
}

async function invoicesChanged(
  id: string,
  sources: readonly string[] | null,
  context: Context,
): Promise<AsyncIterable<InvoicesEvent>> {
  const customer = await context.loaders.customers.byId(mustBeIdOf("Customer", id));
  if (customer === null) throw new Failure("NOT_FOUND");
  const unknown = sources?.find((source) => !context.sources.has(source));
  if (unknown !== undefined)
    throw new Failure("BAD_INPUT", {
      message: `There is no source "${unknown.slice(0, 60)}"; configured are ${[...context.sources.keys()].join(", ")}.`,
    });
  return context.live.invoicesChanged(subscriberOf(context), customer.key, sources);
}

function exportProgress(id: string, context: Context): AsyncIterable<ExportJob> {
  const { delivery, viewer } = context;
  return context.live.follow(subscriberOf(context), {
    async read() {
      const job = await delivery.exports.find(id, viewer);
      if (job === null) throw new Failure("NOT_FOUND");
      return job;
    },
    digest: ({ status, progress, rowsWritten }) => [status, progress, rowsWritten].join(" "),
    isOver: ({ endedAt }) => endedAt !== null,
  });
}

function subscriberOf({ subscriber }: Context): Subscriber {
  if (subscriber === null) throw new TypeError("nobody subscribes");
  return subscriber;
}
