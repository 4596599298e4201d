/** Tailcall's own binary with a configuration of floLIVE's two calls: their JSON as it is. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { given } from "../build/bench/rig/child.js";
import { secrets } from "../build/bench/world.js";

const { upstream } = given();
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const headers = `headers: [{ key: "authorization", value: "Bearer ${secrets.floliveToken}" }]`;
const at = `${upstream}/flolive/api/v2/customer/{{.args.account}}`;
const folder = mkdtempSync(join(tmpdir(), "invoicegraph-bench-"));
const path = join(folder, "tailcall.graphql");
writeFileSync(
  path,
  `schema @server(port: ${port}, hostname: "127.0.0.1") { query: Query }
type Query {
  invoices(account: String!): InvoicePage
    @http(url: "${at}/invoices", query: [{ key: "page", value: "0" }, { key: "size", value: "1000" }], ${headers})
  account(account: String!): AccountPage @http(url: "${at}", ${headers})
}
type InvoicePage { content: [Invoice!] }
type AccountPage { content: Account }
type Account { status: String }
type Invoice {
  id: String invoiceNumber: String creationTime: String billingCycleStartDate: String billingCycleEndDate: String
  dueDate: String currency: String netAmount: Float taxAmount: Float totalAmount: Float
}
`,
);
const binary = fileURLToPath(new URL("node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall", import.meta.url));
const child = spawn(binary, ["start", path], {
  stdio: ["ignore", "ignore", "inherit"],
  // It would tell its makers that it runs, and look for newer versions of itself: nothing leaves this machine.
  env: {
    TAILCALL_TRACKER: "false",
    TAILCALL_LOG_LEVEL: "error",
    HTTPS_PROXY: "http://127.0.0.1:9",
    HTTP_PROXY: "http://127.0.0.1:9",
    NO_PROXY: "127.0.0.1",
  },
});
child.on("exit", (code) => process.exit(code ?? 1));
process.on("message", (question) => {
  if (question === "usage") process.send(usage());
});
process.on("disconnect", () => child.kill());
await listens();
rmSync(folder, { recursive: true });
process.send({ url });

/** What the binary has used, all its threads: Linux counts in ticks of 10 ms. */
function usage() {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  return { cpu: (Number(fields[11]) + Number(fields[12])) * 10_000, rss: Number(kilobytes) * 1_024 };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address();
  server.close();
  await once(server, "close");
  return free;
}

async function listens() {
  for (;;) {
    if (await fetch(url).then(() => true, () => false)) return;
    await sleep(50);
  }
}
