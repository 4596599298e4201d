/** The store that the configuration names. */
import type { Failure } from "../model/errors.ts";
import type { DeliveryConfig } from "./config.ts";
import { openFolderStore } from "./folder-store.ts";
import { openS3Store } from "./s3-store.ts";
import type { Store } from "./store.ts";

/** A bucket where one is configured, else the folder. Throws when the folder cannot be made, or the bucket not be used. */
export function createStore(
  config: DeliveryConfig,
  now: () => number,
  onProblem: (failure: Failure) => void,
): Promise<Store> {
  const { folder, quotaBytes, s3 } = config;
  return s3 === undefined
    ? openFolderStore({ folder, quotaBytes, now })
    : openS3Store({ s3, quotaBytes, now, onProblem });
}
