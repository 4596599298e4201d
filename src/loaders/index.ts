/** A request's loaders, made anew for every request and viewer. */
import { todayUtc } from "../model/day.ts";
import type { Directory } from "../model/directory.ts";
import type { Pace } from "../model/pace.ts";
import type { Call, Source } from "../model/source.ts";
import type { Viewer } from "../model/viewer.ts";
import { type AccountLoaders, createAccountLoaders } from "./accounts.ts";
import { createAnswers } from "./answers.ts";
import { type Begin, createBegin } from "./begin.ts";
import { boundedDirectory } from "./bounded-directory.ts";
import { type CustomerLoaders, type MaySeeCustomer, createCustomerLoaders } from "./customers.ts";
import { type DetailLoader, createDetailLoader } from "./details.ts";
import { type ExportLoader, createExportLoader } from "./export-rows.ts";
import { type InvoiceLoaders, createInvoiceLoaders } from "./invoices.ts";
import type { ListMemory } from "./list-memory.ts";
import { type ListLimits, type ListLoaders, createListLoaders } from "./lists.ts";
import { type SettingsLoaders, createSettingsLoaders } from "./settings.ts";

/** What resolvers ask, instead of sources and the directory. */
export interface Loaders {
  readonly begin: Begin;
  readonly customers: CustomerLoaders;
  readonly invoices: InvoiceLoaders;
  readonly lists: ListLoaders;
  readonly details: DetailLoader;
  readonly exports: ExportLoader;
  readonly settings: SettingsLoaders;
  readonly accounts: AccountLoaders;
}

/** Told which invoices a viewer was shown (global ids). */
export interface Audit {
  listed(viewer: Viewer, invoiceIds: readonly string[]): void;
  exported(viewer: Viewer, invoiceIds: readonly string[]): void;
  read(viewer: Viewer, invoiceIds: readonly string[]): void;
}

/** What the loaders of one request are made of. */
export interface LoaderSetup {
  readonly sources: ReadonlyMap<string, Source>;
  /** Of lists over these sources, for all requests. */
  readonly memory: ListMemory;
  readonly directory: Directory;
  readonly viewer: Viewer;
  readonly maySee: MaySeeCustomer;
  readonly audit: Audit;
  readonly call: Call;
  /** Of the request. */
  readonly pace: Pace;
  readonly now: () => number;
  readonly limits: ListLimits;
  /** Signs cursors; the same on every replica. */
  readonly cursorSecret: Buffer;
}

/** Loaders for one request. */
export function createLoaders(setup: LoaderSetup): Loaders {
  const { sources, memory, directory, viewer, maySee, audit, call, pace, now, limits, cursorSecret } = setup;
  const begin = createBegin(pace, call.deadlineAt);
  const today = todayUtc(now());
  const pageSize = { default: limits.defaultPageSize, max: limits.maxPageSize };
  const bounded = boundedDirectory(directory, call);
  const customers = createCustomerLoaders(bounded, viewer, maySee, pageSize, pace);
  const details = createDetailLoader(sources, call);
  const invoices = createInvoiceLoaders({
    sources,
    customers,
    answers: createAnswers(call),
    details,
    memory,
    begin,
    pace,
    today,
    onRead: (id) => audit.read(viewer, [id]),
  });
  return {
    begin,
    customers,
    invoices,
    details,
    lists: createListLoaders({
      viewer,
      sourceIds: [...sources.keys()],
      customers,
      invoices,
      memory,
      begin,
      pace,
      limits,
      cursorSecret,
      today,
      onListed: (ids) => audit.listed(viewer, ids),
    }),
    exports: createExportLoader({
      sources,
      customers,
      maxMonths: limits.maxMonths,
      today,
      call,
      pace,
      onListed: (ids) => audit.exported(viewer, ids),
    }),
    settings: createSettingsLoaders(sources, call),
    accounts: createAccountLoaders(sources, customers, call),
  };
}
