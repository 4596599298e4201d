/** Makes the bucket of S3_BUCKET where it is missing; waits up to a minute for the store. */
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";

const { env } = process;
const app = env.INVOICEGRAPH_APP ?? "/app";
const { AwsClient } = createRequire(`${app}/package.json`)("aws4fetch");
const client = new AwsClient({
  accessKeyId: env.S3_ACCESS_KEY_ID,
  secretAccessKey: env.S3_SECRET_ACCESS_KEY,
  service: "s3",
  region: env.S3_REGION ?? "us-east-1",
  retries: 0,
});
const bucket = `${env.S3_ENDPOINT}/${env.S3_BUCKET}`;
const until = Date.now() + 60_000;

for (;;) {
  const found = await client.fetch(bucket, { method: "HEAD" }).catch(() => null);
  if (found?.ok) break;
  const made = await client.fetch(bucket, { method: "PUT" }).catch(() => null);
  if (made?.ok) break;
  if (Date.now() > until) {
    process.stderr.write(
      `${bucket} cannot be made: ${made === null ? "no answer" : `HTTP ${made.status}`}.\n`,
    );
    process.exit(1);
  }
  await sleep(500);
}
process.stdout.write(`${bucket} is there.\n`);
