/** Puts delivery together: store, links, shelf, route, and the sweeps that keep the store small. */
import { randomBytes } from "node:crypto";
import { Failure } from "../model/errors.ts";
import { Secret } from "../model/secret.ts";
import type { Source } from "../model/source.ts";
import type { Viewer } from "../model/viewer.ts";
import type { DeliveryConfig } from "./config.ts";
import { createStore } from "./create-store.ts";
import type { Delivery, FileLink } from "./delivery.ts";
import { createDownload } from "./download.ts";
import { createExportBook, type ExportBook } from "./export/book.ts";
import { createExports } from "./export/exports.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { createLinkSigner } from "./link.ts";
import type { Renderer } from "./renderer.ts";
import { createFileRoute, filesPath } from "./route.ts";
import { openScratch } from "./scratch.ts";
import { createShelf } from "./shelf.ts";
import type { Store, StoredFile } from "./store.ts";

/** What delivery needs from the rest of the house. */
export interface DeliveryOptions {
  readonly config: DeliveryConfig;
  readonly sourceOf: (id: string) => Source | undefined;
  readonly renderer: Renderer;
  /** The URL under which the service is reached, without a slash at its end; asked anew for each link. */
  readonly publicUrl: () => string;
  /** Default: the one that the configuration names. */
  readonly store?: Store;
  /** Default: in memory. */
  readonly ledger?: Ledger;
  /** Default: in memory. */
  readonly exportBook?: ExportBook;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Told what goes wrong outside of any answer, and what an answer does not tell, for the log. */
  readonly onProblem?: (failure: Failure) => void;
}

const sweepEveryMs = 60_000;

/** Opens the store, clears what an earlier process left, and begins to sweep. */
export async function createDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { config, sourceOf, renderer, publicUrl, now = Date.now, onProblem = () => {} } = options;
  const store = options.store ?? (await createStore(config, now, onProblem));
  const ledger = options.ledger ?? createLedger(now);
  const scratch = await openScratch(config.folder);
  const { keys, ttlSeconds, oneTime } = config.links;
  const signer = createLinkSigner(keys.length > 0 ? keys : [randomKey()], now);
  const ttlMs = ttlSeconds * 1000;
  // A file is reused for as long as a link lives, and lives as long again: so every link outlives none of its file's time.
  const lifeMs = 2 * ttlMs;
  const shelf = createShelf(store, ttlMs, now);

  const linkTo = (file: StoredFile, viewer: Viewer, fileName = file.fileName): FileLink => {
    const expiresAt = Math.min(now() + ttlMs, file.expiresAt);
    const scope = { viewerId: viewer.id, role: viewer.role, customerId: viewer.customerId };
    const token = signer.sign({
      fileId: file.id,
      scope,
      contentType: file.contentType,
      fileName,
      expiresAt,
      oneTime,
    });
    return { url: `${publicUrl()}${filesPath}${token}`, expiresAt: new Date(expiresAt).toISOString() };
  };
  const book = options.exportBook ?? createExportBook(now);
  const exports = createExports({ limits: config.exports, book, scratch, store, now, onProblem });
  const sweep = () => store.sweep().catch((thrown: unknown) => onProblem(problem(thrown)));
  const timer = setInterval(sweep, sweepEveryMs);
  timer.unref();

  return {
    download: createDownload({
      config,
      sourceOf,
      renderer,
      scratch,
      store,
      shelf,
      lifeMs,
      now,
      linkTo,
      onProblem,
    }),

    exports,

    async linkTo(file, viewer) {
      return (await store.find(file.id)) === null ? null : linkTo(file, viewer);
    },

    createRoute(mayUse, onFetched = () => {}) {
      return createFileRoute({ store, links: signer, ledger, mayUse, onFetched, onProblem });
    },

    async close() {
      clearInterval(timer);
      await exports.close();
      await store.close();
    },
  };
}

// Without configured keys links end with the process.
function randomKey() {
  return { id: "start", secret: new Secret(randomBytes(32).toString("base64url")) };
}

function problem(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure("STORAGE_UNAVAILABLE", { cause: thrown });
}
