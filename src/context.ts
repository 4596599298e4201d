/** What a request carries to every resolver. */
import type { Delivery } from "./delivery/delivery.ts";
import type { Live, Subscriber } from "./live/live.ts";
import type { Loaders } from "./loaders/index.ts";
import type { Allowance } from "./model/allowance.ts";
import type { SourceHealth } from "./model/health.ts";
import type { Pace } from "./model/pace.ts";
import type { Call, Source } from "./model/source.ts";
import type { Viewer } from "./model/viewer.ts";

/** Made for one request of one viewer. */
export interface Context {
  readonly viewer: Viewer;
  readonly loaders: Loaders;
  /** Loaders for work that outlives the request, under a call of its own. */
  readonly loadersFor: (call: Call) => Loaders;
  readonly sources: ReadonlyMap<string, Source>;
  /** How a source has been doing, by its name; null when nothing is known. */
  readonly healthOf: (source: string) => SourceHealth | null;
  readonly delivery: Delivery;
  /** The most objects of one operation. */
  readonly maxObjects: number;
  readonly allowance: Allowance;
  /** The most ids of one `nodes`. */
  readonly maxNodes: number;
  /** The most invoices of one download. */
  readonly maxDownloadIds: number;
  /** Told which files were made ready, in which format. */
  readonly onDownloaded: (
    format: string,
    files: readonly { readonly sha256: string; readonly invoiceIds: readonly string[] }[],
  ) => void;
  /** Changes as they are noticed. */
  readonly live: Live;
  /** Who subscribes; null in everything but a subscription's first step. */
  readonly subscriber: Subscriber | null;
  /** Ends with the request; every upstream call carries it. */
  readonly call: Call;
  /** Of all work for the request. */
  readonly pace: Pace;
}
