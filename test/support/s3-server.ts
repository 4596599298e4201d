/** A real S3 server for tests: OpenStack Swift with its s3api middleware, from Debian's packages; it verifies signatures. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "./ports.ts";

/** Where it listens, and who may use it. */
export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  close(): Promise<void>;
}

const programs = ["proxy", "account", "container", "object"]
  .map((name) => `swift-${name}-server`)
  .concat("memcached");
// One process in place of nine runs of swift-ring-builder, each of which takes a second.
const makeRings = `
import sys
from swift.common.ring import RingBuilder
folder = sys.argv[1]
for name, port in zip(("account", "container", "object"), sys.argv[2:]):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1", "weight": 1.0, "meta": ""})
    builder.rebalance()
    builder.get_ring().save("%s/%s.ring.gz" % (folder, name))
`;
const rings = ["account", "container", "object"] as const;

/** Are the programs here? They come from `apt-get install swift-proxy swift-account swift-container swift-object memcached`. */
export function hasS3Server(): boolean {
  return programs.every((name) => existsSync(join("/usr/bin", name)));
}

/** Starts one node with one disk in a temporary folder; about 4 s. */
export async function startS3Server(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), "invoicegraph-s3-"));
  const [proxyPort, cachePort] = [await freePort(), await freePort()];
  const ringPorts = [await freePort(), await freePort(), await freePort()];
  await mkdir(join(folder, "disks", "d1"), { recursive: true });
  await writeFile(
    join(folder, "swift.conf"),
    "[swift-hash]\nswift_hash_path_suffix = test\nswift_hash_path_prefix = test\n[storage-policy:0]\nname = one\ndefault = yes\n",
  );
  const common = `user = ${userInfo().username}\nswift_dir = ${folder}\nbind_ip = 127.0.0.1\nworkers = 0\nlog_address = /nowhere\n`;
  await Promise.all(
    rings.map(async (ring, index) => {
      await writeFile(
        join(folder, `${ring}.conf`),
        `[DEFAULT]\n${common}bind_port = ${ringPorts[index]}\ndevices = ${join(folder, "disks")}\nmount_check = false\n` +
          `[pipeline:main]\npipeline = ${ring}-server\n[app:${ring}-server]\nuse = egg:swift#${ring}\n`,
      );
    }),
  );
  await promisify(execFile)("/usr/bin/python3", ["-c", makeRings, folder, ...ringPorts.map(String)]);
  await writeFile(
    join(folder, "proxy.conf"),
    `[DEFAULT]\n${common}bind_port = ${proxyPort}\n` +
      "[pipeline:main]\npipeline = catch_errors cache s3api tempauth bulk slo proxy-server\n" +
      "[filter:catch_errors]\nuse = egg:swift#catch_errors\n" +
      `[filter:cache]\nuse = egg:swift#memcache\nmemcache_servers = 127.0.0.1:${cachePort}\n` +
      "[filter:s3api]\nuse = egg:swift#s3api\nlocation = eu-test-1\n" +
      "[filter:tempauth]\nuse = egg:swift#tempauth\nuser_test_tester = testing .admin\n" +
      "[filter:bulk]\nuse = egg:swift#bulk\n[filter:slo]\nuse = egg:swift#slo\n" +
      "[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n",
  );

  const children: ChildProcess[] = [];
  let output = "";
  const start = (program: string, ...words: string[]) => {
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    children.push(child);
  };
  // tempauth keeps its tokens in memcached and answers 500 without it.
  start("memcached", "-u", userInfo().username, "-l", "127.0.0.1", "-p", String(cachePort), "-m", "16");
  for (const name of [...rings, "proxy"]) start(`swift-${name}-server`, join(folder, `${name}.conf`), "-v");
  const kill = () => {
    for (const child of children) child.kill("SIGKILL");
  };
  // A test run that is cut off leaves no servers behind.
  process.once("exit", kill);
  const close = async () => {
    process.removeListener("exit", kill);
    kill();
    await Promise.all(
      children.map(
        (child) => child.exitCode ?? child.signalCode ?? new Promise((done) => child.once("exit", done)),
      ),
    );
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const endpoint = `http://127.0.0.1:${proxyPort}`;
  const patience = Date.now() + 90_000;
  for (;;) {
    const answered = await Promise.all(
      [proxyPort, ...ringPorts].map((port) => answers(`http://127.0.0.1:${port}/`)),
    );
    if (answered.every(Boolean)) break;
    if (Date.now() > patience || children.some((child) => child.exitCode !== null)) {
      await close();
      throw new Error(`The S3 server did not start: ${output.slice(-2000)}`);
    }
    await sleep(100);
  }
  return { endpoint, region: "eu-test-1", accessKeyId: "test:tester", secretAccessKey: "testing", close };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
