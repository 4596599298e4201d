/** What an upstream may put where a file belongs, and what a viewer may do with a link: nothing that was not meant. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApp } from "../../src/app.ts";
import { startSandbox } from "../../src/sandbox.ts";
import { listen } from "../../src/server/listen.ts";
import type { Fault } from "../../src/simulators/faults.ts";
import { createLog } from "../../src/telemetry/log.ts";
import { type TestApp, startTestApp } from "../support/app.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "invoicegraph-hostile-"));
  ends.push(() => rm(folder, { recursive: true }));
  return folder;
}

/** A server that counts whoever connects to it. */
async function startTrap() {
  const trap = { port: 0, connections: 0 };
  const server = createServer((_request, response) => response.end("%PDF-1.7\ncaught\n%%EOF\n"));
  server.on("connection", () => (trap.connections += 1));
  await new Promise<void>((listening) => server.listen(0, listening));
  ends.push(() => server.close());
  trap.port = (server.address() as AddressInfo).port;
  return trap;
}

/** Every name that this process looks up and every port that it dials, until the test ends. */
function watchDialling() {
  const dialled = new Set<string>();
  const onSocket = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.on("lookup", (_error, _address, _family, host) => dialled.add(`name ${host}`));
    socket.on("connect", () => dialled.add(`${socket.remoteAddress}:${socket.remotePort}`));
    socket.on("error", (error: Error & { address?: string; port?: number }) =>
      dialled.add(`${error.address}:${error.port}`),
    );
  };
  subscribe("net.client.socket", onSocket);
  ends.push(() => unsubscribe("net.client.socket", onSocket));
  return dialled;
}

async function download(app: TestApp, id: string): Promise<any> {
  const reply = await app.query(
    "mutation ($id: ID!) { downloadInvoices(input: { invoiceIds: [$id] }) { status files { url } failures { code message } } }",
    { id },
  );
  expect(reply.errors).toBeUndefined();
  return reply.data.downloadInvoices;
}

async function firstOf(app: TestApp, source: string): Promise<string> {
  const { data } = await app.query(
    "query ($sources: [ID!]) { invoices(first: 1, filter: { sources: $sources }) { nodes { id } } }",
    { sources: [source] },
  );
  return data.invoices.nodes[0].id;
}

const withFolder = async () => {
  const folder = await newFolder();
  const app = await startTestApp({ sections: () => ({ delivery: { folder } }) });
  ends.push(() => app.close());
  return { app, stored: () => readdir(join(folder, "files")) };
};

const answer = (attachmentData: string): Fault => ({
  kind: "answer",
  body: { errorCode: "", errorMessage: "", content: [{ attachmentData }], pageable: null },
});

describe("attachmentData", () => {
  // PORT is that of a server of this machine that waits to be called.
  const addresses = [
    "blob:http://flo-invoice.storage.flo.int:8080/74c15934-f0a0-437a-92cf-fbd86b0abbb0",
    "http://127.0.0.1:PORT/invoice.pdf",
    "HTTP://127.0.0.1:PORT/invoice.pdf",
    "https://127.0.0.1:PORT/invoice.pdf",
    "http://localhost:PORT/invoice.pdf",
    "http://[::1]:PORT/invoice.pdf",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://127.1:PORT/",
    "http://0.0.0.0:PORT/",
    "http://user:password@127.0.0.1:PORT/",
    "http://trusted.example@127.0.0.1:PORT/",
    "blob:http://127.0.0.1:PORT/74c15934",
    " \n\thttp://127.0.0.1:PORT/",
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "ftp://127.0.0.1:PORT/invoice.pdf",
    "gopher://127.0.0.1:PORT/_GET%20/",
    "ws://127.0.0.1:PORT/",
    "jar:http://127.0.0.1:PORT/a.zip!/b.pdf",
    "file:///etc/passwd",
    "javascript:fetch('http://127.0.0.1:PORT/')",
  ];
  // Neither an address nor a file.
  const others = [
    "data:text/html,<img src=http://127.0.0.1:PORT/>",
    "data:application/pdf,http://127.0.0.1:PORT/",
    "//127.0.0.1:PORT/invoice.pdf",
    "\\\\127.0.0.1@PORT\\share\\invoice.pdf",
    "../../../../etc/passwd",
  ];

  it("that is an address is refused, and nobody is called", async () => {
    const trap = await startTrap();
    const { app, stored } = await withFolder();
    const id = await firstOf(app, "flolive");
    const dialled = watchDialling();
    app.clearLogs();

    const results = [];
    for (const address of addresses) {
      app.simulators.flolive.setFault(answer(address.replaceAll("PORT", String(trap.port))), "download");
      results.push(await download(app, id));
    }

    const asked = app.simulators.flolive.log.filter(({ method }) => method === "POST");
    expect(asked).toHaveLength(addresses.length);
    expect(results.map(({ status, files, failures: [{ code }] }) => [status, files, code])).toEqual(
      addresses.map(() => ["FAILED", [], "FILE_UNAVAILABLE"]),
    );
    expect(trap.connections).toBe(0);
    expect(foreign(dialled, app)).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it.each(others)("that is nothing (%s) is refused, and nobody is called", async (text) => {
    const trap = await startTrap();
    const { app, stored } = await withFolder();
    const id = await firstOf(app, "flolive");
    const dialled = watchDialling();
    app.simulators.flolive.setFault(answer(text.replaceAll("PORT", String(trap.port))), "download");
    app.clearLogs();

    const result = await download(app, id);

    expect(app.counts().flolive).toBeGreaterThan(0);
    expect(result).toMatchObject({
      status: "FAILED",
      files: [],
      failures: [{ code: "SOURCE_BAD_RESPONSE" }],
    });
    expect(trap.connections).toBe(0);
    expect(foreign(dialled, app)).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it.each(["flolive", "cdn"])("of %s behind a redirect is not followed", async (source) => {
    const trap = await startTrap();
    const { app, stored } = await withFolder();
    const id = await firstOf(app, source);
    const dialled = watchDialling();
    const { flolive, akamai } = app.simulators;
    for (const simulator of [flolive, akamai])
      simulator.setFault(
        { kind: "redirect", to: `http://127.0.0.1:${trap.port}/x`, status: 307 },
        "download",
      );

    const result = await download(app, id);

    expect(result).toMatchObject({ status: "FAILED", files: [] });
    expect(trap.connections).toBe(0);
    expect(foreign(dialled, app)).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it("is watched for real: a call that is made shows", async () => {
    const trap = await startTrap();
    const { app } = await withFolder();
    const dialled = watchDialling();

    await fetch(`http://localhost:${trap.port}/`);

    expect(trap.connections).toBe(1);
    expect(foreign(dialled, app)).toHaveLength(2);
  });
});

describe("a link whose viewer has lost access", () => {
  it("stops working when the directory says so, for zips and exports too, and works again with it", async () => {
    const folder = await newFolder();
    const path = join(folder, "customers.json");
    const sandbox = await startSandbox({}, () => ({ delivery: { folder } }));
    ends.push(() => sandbox.simulators.close());
    const { customers } = sandbox.simulators.config();
    const key = sandbox.tokens.find(({ name }) => name === "sandbox-parent")?.key ?? "";
    const write = (some: readonly object[]) => writeFile(path, JSON.stringify(some));
    await write(customers);
    const config = { ...sandbox.config, directory: { path, version: null } };
    let origin = "";
    const app = await createApp(config, { log: createLog("silent"), publicUrl: () => origin });
    const listener = await listen(app.handle, "127.0.0.1", 0);
    origin = listener.url;
    ends.push(async () => {
      await listener.stop(0);
      await app.close();
    });
    const query = async (text: string, variables: object = {}) => {
      const reply = await fetch(`${origin}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": key },
        body: JSON.stringify({ query: text, variables }),
      });
      return ((await reply.json()) as any).data;
    };
    const { viewer } = await query(
      "{ viewer { customer { subCustomers { id name invoices(first: 2) { nodes { id } } } } } }",
    );
    const child = viewer.customer.subCustomers.find((each: any) => each.invoices.nodes.length > 0);
    const made = await query(
      `mutation ($ids: [ID!]!, $child: ID!) {
        one: downloadInvoices(input: { invoiceIds: $ids, bundle: SEPARATE, format: JSON }) { files { url } }
        zip: downloadInvoices(input: { invoiceIds: $ids, bundle: ZIP, format: JSON }) { files { url } }
        export: exportInvoices(input: { filter: { customers: [$child] } }) { id } }`,
      { ids: child.invoices.nodes.map(({ id }: any) => id), child: child.id },
    );
    const exported = await vi.waitFor(async () => {
      const { invoiceExport } = await query("query ($id: ID!) { invoiceExport(id: $id) { file { url } } }", {
        id: made.export.id,
      });
      expect(invoiceExport.file).not.toBeNull();
      return invoiceExport.file.url as string;
    }, 30_000);
    const urls: string[] = [made.one.files[0].url, made.zip.files[0].url, exported];
    const statuses = () => Promise.all(urls.map(async (url) => (await fetch(url)).status));

    const before = await statuses();
    await write(customers.map((each) => (each.name === child.name ? { ...each, parent: null } : each)));
    await expect.poll(statuses).toEqual([404, 404, 404]);
    await write(customers);

    expect(before).toEqual([200, 200, 200]);
    await expect.poll(statuses).toEqual([200, 200, 200]);
  });
});

/** Whoever was dialled and is neither this service nor a simulator. */
function foreign(dialled: ReadonlySet<string>, app: TestApp): string[] {
  const { flolive, akamai, v6, ddapi } = app.simulators;
  const own = new Set([app, flolive, akamai, v6, ddapi].map(({ url }) => new URL(url).host));
  return [...dialled].filter((each) => !own.has(each) && each !== "name 127.0.0.1");
}
