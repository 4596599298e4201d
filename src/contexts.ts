/** What each request carries: its loaders and its context, over the parts that the service is made of. */
import { createHash, randomBytes } from "node:crypto";
import type { Audit } from "./auth/audit.ts";
import { maySeeCustomer } from "./auth/authorize.ts";
import type { Config } from "./config/read.ts";
import type { Context } from "./context.ts";
import type { Delivery } from "./delivery/delivery.ts";
import { plannedDelivery } from "./delivery/planned-delivery.ts";
import type { SourceSets } from "./explain/source-sets.ts";
import type { Live } from "./live/live.ts";
import { createLoaders, type Loaders } from "./loaders/index.ts";
import { ListMemory } from "./loaders/list-memory.ts";
import { createAllowance } from "./model/allowance.ts";
import type { Directory } from "./model/directory.ts";
import { createPace, type Pace } from "./model/pace.ts";
import type { Call } from "./model/source.ts";
import type { Viewer } from "./model/viewer.ts";

export interface ContextParts {
  readonly config: Config;
  readonly sets: SourceSets;
  readonly directory: Directory;
  readonly audit: Audit;
  readonly healthOf: Context["healthOf"];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Makes loaders and contexts. */
export interface Contexts {
  loadersOf(viewer: Viewer, call: Call): Loaders;
  contextOf(viewer: Viewer, call: Call, parts: { readonly delivery: Delivery; readonly live: Live }): Context;
}

// Who has something planned is shown nothing of it.
const silence = { listed() {}, exported() {}, read() {} };

/** For all requests of a service. */
export function createContexts({ config, sets, directory, audit, healthOf, now }: ContextParts): Contexts {
  const { pageSize, months, customers, nodes, downloadIds, cost } = config.server.limits;
  const limits = {
    defaultPageSize: Math.min(20, pageSize),
    maxPageSize: pageSize,
    maxMonths: months,
    maxCustomers: customers,
  };
  const cursorSecret = cursorKey(config);
  const memory = new ListMemory();

  function loadersOver(sources: SourceSets["real"], viewer: Viewer, call: Call, pace: Pace): Loaders {
    return createLoaders({
      sources,
      memory: sources === sets.real ? memory : new ListMemory(),
      directory,
      viewer,
      maySee: maySeeCustomer,
      audit: sources === sets.real ? audited(audit, call) : silence,
      call,
      pace,
      now,
      limits,
      cursorSecret,
    });
  }

  return {
    loadersOf: (viewer, call) => loadersOver(sets.of(call), viewer, call, createPace(call.signal)),

    contextOf(viewer, call, { delivery, live }) {
      const sources = sets.of(call);
      const pace = paceOf(call);
      return {
        viewer,
        loaders: loadersOver(sources, viewer, call, pace),
        loadersFor: (own) => loadersOver(sources, viewer, own, paceOf(own)),
        sources,
        healthOf,
        delivery: sources === sets.real ? delivery : plannedDelivery(sources, call),
        maxObjects: cost,
        allowance: createAllowance(cost),
        maxNodes: nodes,
        maxDownloadIds: downloadIds,
        onDownloaded: (format, files) => audit.downloaded(viewer, format, files),
        live,
        subscriber: null,
        call,
        pace,
      };
    },
  };
}

// Sources are given up just before the deadline, and all that the others gave waits for them: that it is put together must not fail because
// other requests have their turns meanwhile.
const graceMs = 1_000;

function paceOf({ signal, deadlineAt }: Call): Pace {
  return createPace(signal, deadlineAt + graceMs);
}

// Who shares an answer has to have its events written down as well.
function audited(audit: Audit, { onShown }: Call): Audit {
  if (onShown === undefined) return audit;
  return {
    ...audit,
    listed(viewer, invoiceIds) {
      audit.listed(viewer, invoiceIds);
      onShown("listed", invoiceIds);
    },
    read(viewer, invoiceIds) {
      audit.read(viewer, invoiceIds);
      onShown("read", invoiceIds);
    },
  };
}

// The link keys are the secrets that replicas share already; without any, cursors end with the process as links do.
function cursorKey({ delivery }: Config): Buffer {
  const [first] = delivery.links.keys;
  return first === undefined
    ? randomBytes(32)
    : createHash("sha256").update(`cursor:${first.secret.reveal()}`).digest();
}
