/** Can files be kept, and can replicas share what they must? */
import { randomUUID } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeliveryConfig, S3Config } from "../delivery/config.ts";
import { makeFolder } from "../delivery/make-folder.ts";
import { createS3Client } from "../delivery/s3-client.ts";
import { toFailure } from "../model/errors.ts";
import type { RedisConfig } from "../redis/config.ts";
import { connectRedis } from "../redis/connect.ts";
import { failure, type Finding, ok } from "./finding.ts";

const word = "InvoiceGraph's doctor was here.";

/** Writes a small file, reads it again, and takes it away. */
export function checkFileStore({ folder, s3 }: DeliveryConfig, timeoutMs: number): Promise<Finding> {
  return s3 === undefined ? checkFolder(folder) : checkBucket(s3, timeoutMs);
}

async function checkFolder(folder: string): Promise<Finding> {
  const subject = "file store";
  const probe = join(folder, `.doctor-${randomUUID()}`);
  try {
    await makeFolder(folder);
    await writeFile(probe, word, { mode: 0o600 });
    const read = await readFile(probe, "utf8");
    await rm(probe);
    if (read !== word) return failure(subject, `${folder} gives back other bytes.`, "Check the disk.");
    return ok(subject, `${folder} can be written and read.`);
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "an unknown reason";
    const remedy =
      code === "ENOSPC"
        ? "Make room on the disk, or name another folder in delivery.folder."
        : "Let this user write there, or name another folder in delivery.folder.";
    return failure(subject, `${folder} cannot be written: ${code}.`, remedy);
  }
}

async function checkBucket(s3: S3Config, timeoutMs: number): Promise<Finding> {
  const subject = "file store";
  const client = createS3Client(s3);
  const key = `invoicegraph/doctor-${randomUUID()}`;
  // Closing the client ends whatever it still waits for.
  const timer = setTimeout(() => void client.close(), timeoutMs);
  try {
    await client.putText(key, word, "text/plain");
    const read = await client.getText(key);
    await client.remove(key);
    if (read !== word)
      return failure(subject, `the bucket ${s3.bucket} gives back other bytes.`, "Check the S3 service.");
    return ok(subject, `the bucket ${s3.bucket} can be written and read.`);
  } catch (thrown) {
    const { detail } = toFailure(thrown);
    return failure(
      subject,
      `the bucket ${s3.bucket} cannot be written and read (${(detail ?? "no answer").slice(0, 120)}).`,
      "Check delivery.s3: endpoint, region, bucket (it must exist) and the key, which needs to put, get and delete objects.",
    );
  } finally {
    clearTimeout(timer);
    await client.close();
  }
}

/** Does Redis answer, with the configured credentials? */
export async function checkRedis(config: RedisConfig): Promise<Finding> {
  const subject = "redis";
  const redis = await connectRedis({ config, onChange: () => {} });
  try {
    await redis.run((client) => client.ping());
    return ok(subject, "answers.");
  } catch (thrown) {
    return failure(
      subject,
      `does not answer as it should: ${thrown instanceof Error ? thrown.message : "it failed."}`,
      "Check redis.url (host, port, user and password, rediss:// for TLS) and that Redis runs; without it replicas share nothing.",
    );
  } finally {
    await redis.close();
  }
}
