/** Bad input gets a clear sentence and a code, at every boundary that a newcomer meets. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestApp, startTestApp } from "../support/app.ts";

const root = resolve(import.meta.dirname, "../..");
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const ofAnInvoice = "SW52b2ljZTpmcmVpZ2h0OjAwMTpJOkxUMDAwMDE6MjAyNi0wMS0wMQ";

describe("a query", () => {
  it.each([
    [
      `{ customer(id: "abc") { name } }`,
      "BAD_ID",
      '"abc" is not an id of this API: pass on an `id` exactly as a query returned it.',
    ],
    [
      `{ customer(id: "${ofAnInvoice}") { name } }`,
      "BAD_ID",
      "This is the id of an invoice; the id of a customer is needed here.",
    ],
    [
      `{ invoices(after: "abc") { isComplete } }`,
      "BAD_CURSOR",
      "The cursor is malformed: pass on a cursor exactly as this API gave it out.",
    ],
    [
      `{ customers(after: "abc") { nodes { id } } }`,
      "BAD_CURSOR",
      "The cursor is not one of the customer list: pass on a cursor exactly as this API gave it out.",
    ],
    [`{ invoices(first: 101) { isComplete } }`, "BAD_INPUT", "`first` must be from 0 to 100; it is 101."],
    [
      `{ invoices(first: 1, last: 1) { isComplete } }`,
      "BAD_INPUT",
      "Give either `first` or `last`, not both.",
    ],
    [
      `{ invoices(filter: { issuedOn: { from: "2026-02-30" } }) { isComplete } }`,
      "BAD_INPUT",
      '"2026-02-30" is not a calendar day: write it as "2026-02-28".',
    ],
    [
      `{ invoices(filter: { issuedOn: { from: "2026-03-01", to: "2026-02-01" } }) { isComplete } }`,
      "BAD_INPUT",
      "`issuedOn` ends before it begins: `from` is 2026-03-01, `to` is 2026-02-01.",
    ],
    [
      `{ invoices(filter: { currencies: ["EURO"] }) { isComplete } }`,
      "BAD_INPUT",
      '"EURO" is not an ISO 4217 currency code such as "EUR".',
    ],
    [
      `{ invoices(filter: { totalAmount: { currency: "EUR", min: "1,000" } }) { isComplete } }`,
      "BAD_INPUT",
      '"1,000" is not a decimal number: write it as "123.45".',
    ],
    [
      `{ invoices(filter: { sources: ["fraight"] }) { isComplete } }`,
      "BAD_INPUT",
      'There is no source "fraight"; configured are flolive, cdn, freight, billing.',
    ],
    [
      `{ nodes(ids: [${'"x" '.repeat(101)}]) { id } }`,
      "LIMIT_EXCEEDED",
      "`nodes` takes at most 100 ids at once; there are 101.",
    ],
    [
      `mutation { downloadInvoices(input: { invoiceIds: [] }) { status } }`,
      "BAD_INPUT",
      "Give at least one id in `invoiceIds`.",
    ],
    [`{ viewer { id }`, "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."],
    [`{ viewr { id } }`, "GRAPHQL_VALIDATION_FAILED", 'Cannot query field "viewr" on type "Query".'],
  ])("%s is told %s", async (query, code, message) => {
    const reply = await app.query(query);

    expect(reply.errors?.map((error) => [error.extensions["code"], error.message])).toEqual([
      [code, message],
    ]);
  });

  it("without a credential, or with a wrong one, is told how to send one", async () => {
    const ask = (headers: Record<string, string>) =>
      fetch(`${app.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: `{"query":"{ viewer { id } }"}`,
      });

    const without = await ask({});
    const wrong = await ask({ "x-api-key": "nonsense" });

    expect([without.status, wrong.status]).toEqual([401, 401]);
    expect(without.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(await without.json()).toMatchObject({
      errors: [
        {
          message: "Send a token: Authorization: Bearer …, or an API key: X-Api-Key: ….",
          extensions: { code: "UNAUTHENTICATED" },
        },
      ],
    });
    expect(await wrong.json()).toMatchObject({
      errors: [{ message: "The token is not valid.", extensions: { code: "UNAUTHENTICATED" } }],
    });
  });
});

describe("a start", () => {
  function start(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
    const { INVOICEGRAPH_CONFIG: _config, NODE_ENV: _env, ...clean } = process.env;
    const child = spawn(process.execPath, ["--import", "tsx", "src/main.ts"], {
      cwd: root,
      env: { ...clean, ...env },
    });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, stderr })));
  }

  it("in production without a configuration says what to do", async () => {
    const { code, stderr } = await start({ NODE_ENV: "production" });

    expect(code).toBe(1);
    expect(stderr).toBe(
      "There is no configuration: copy invoicegraph.example.yaml to invoicegraph.yaml, fill it in, and start again with INVOICEGRAPH_CONFIG=invoicegraph.yaml.\n",
    );
  });

  it("with a variable for the configuration that is empty starts nothing, not even the sandbox", async () => {
    const { code, stderr } = await start({ INVOICEGRAPH_CONFIG: "" });

    expect(code).toBe(2);
    expect(stderr).toBe(
      "INVOICEGRAPH_CONFIG is set but empty: name your configuration, such as INVOICEGRAPH_CONFIG=invoicegraph.yaml, or unset it.\n",
    );
  });

  it("with a bad configuration lists every mistake with its place", async () => {
    const folder = mkdtempSync(join(tmpdir(), "invoicegraph-start-"));
    const path = join(folder, "bad.yaml");
    writeFileSync(path, "sources:\n  freight: { kind: v7, url: nonsense }\nserver: { prot: 1 }\n");

    const { code, stderr } = await start({ INVOICEGRAPH_CONFIG: path });
    rmSync(folder, { recursive: true });

    expect(code).toBe(1);
    expect(stderr).toContain(
      "line 2: sources.freight.kind must be one of flolive, akamai, v6, ddapi; did you mean v6?",
    );
    expect(stderr).toContain("line 3: server.prot is not a known key; did you mean port?");
    expect(stderr).not.toContain("    at ");
  });

  it("on a port in use names it and a way out", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as AddressInfo;

    const { code, stderr } = await start({ PORT: String(port) });
    taken.close();

    expect(code).toBe(1);
    expect(stderr).toBe(
      `Port ${port} on 127.0.0.1 is in use: stop the other process, or choose another port with PORT=${port + 1} or \`server.port\`.\n`,
    );
  });
});
