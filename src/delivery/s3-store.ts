/** The store in an S3-compatible bucket: the bytes first, then the facts that make them visible. */
import { rm } from "node:fs/promises";
import { Failure, toFailure } from "../model/errors.ts";
import type { S3Config } from "./config.ts";
import { contentDisposition } from "./names.ts";
import { createQuota } from "./quota.ts";
import { createS3Client } from "./s3-client.ts";
import { createFileId, expiryOf, type Store, type StoredFile } from "./store.ts";

export interface S3StoreOptions {
  readonly s3: S3Config;
  readonly quotaBytes: number;
  readonly now: () => number;
  /** Told when the service is out of reach at the start. */
  readonly onProblem: (failure: Failure) => void;
  /** How long a small answer may take, in milliseconds. Default 10 s. */
  readonly answerWithinMs?: number;
}

const prefix = "invoicegraph/";
const dataKey = (id: string) => `${prefix}${id}/data`;
const factsKey = (id: string) => `${prefix}${id}/facts.json`;

/**
 * Looks into the bucket once: throws when it does not exist or may not be used. A service that is out of reach is told of and waited for:
 * until it is back, files cannot be had, and all else can.
 */
export async function openS3Store(options: S3StoreOptions): Promise<Store> {
  const { s3, quotaBytes, now, onProblem, answerWithinMs } = options;
  const client = createS3Client(s3, answerWithinMs);
  const quota = createQuota(quotaBytes);
  const isLiving = (id: string) => (expiryOf(id) ?? 0) > now();

  const store: Store = {
    async put(file, facts) {
      let taken = 0;
      try {
        quota.take(file.size);
        taken = file.size;
        const id = createFileId(facts.expiresAt);
        const stored: StoredFile = { id, size: file.size, sha256: file.sha256, ...facts };
        await client.putFile(dataKey(id), file, facts.contentType);
        await client.putText(factsKey(id), JSON.stringify(stored), "application/json");
        return stored;
      } catch (thrown) {
        quota.give(taken);
        throw thrown;
      } finally {
        await rm(file.folder, { recursive: true, force: true });
      }
    },

    async find(id) {
      if (!isLiving(id)) return null;
      const text = await client.getText(factsKey(id));
      if (text === null) return null;
      try {
        return JSON.parse(text) as StoredFile;
      } catch (cause) {
        throw new Failure("STORAGE_UNAVAILABLE", { detail: `s3: no facts are told of file ${id}`, cause });
      }
    },

    async read(file, range) {
      return isLiving(file.id) ? client.get(dataKey(file.id), range) : null;
    },

    async presign(file, seconds) {
      return client.presign(dataKey(file.id), seconds, {
        "response-content-type": file.contentType,
        "response-content-disposition": contentDisposition(file.fileName),
        "response-cache-control": "private, no-store",
      });
    },

    async sweep() {
      let used = 0;
      const expired = new Set<string>();
      for await (const { key, size } of client.list(prefix)) {
        const [, id = ""] = key.split("/");
        // Whatever is not named by us is not ours to remove.
        if (expiryOf(id) === null) continue;
        if (isLiving(id)) used += size;
        else expired.add(id);
      }
      for (const id of expired) {
        // The facts first: without them the bytes cannot be found any more.
        await client.remove(factsKey(id));
        await client.remove(dataKey(id));
      }
      quota.set(used);
      return expired.size;
    },

    close: () => client.close(),
  };
  try {
    await store.sweep();
  } catch (thrown) {
    const failure = toFailure(thrown);
    if (!failure.retryable) {
      await client.close();
      throw failure;
    }
    onProblem(failure);
  }
  return store;
}
