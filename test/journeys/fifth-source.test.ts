/** A fifth upstream is one kind more in the list: schema, loaders, delivery and configuration stay untouched. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { createApp } from "../../src/app.ts";
import { readConfig } from "../../src/config/read.ts";
import { statusFailure } from "../../src/http/failures.ts";
import { readJson } from "../../src/http/json.ts";
import { daysOfMonth, monthOf, monthsIn } from "../../src/model/day.ts";
import { blankInvoice, invoiceId } from "../../src/model/invoice.ts";
import { toAmount } from "../../src/model/money.ts";
import { listen } from "../../src/server/listen.ts";
import { connectionConfig } from "../../src/sources/config.ts";
import { sourceKinds } from "../../src/sources/index.ts";
import type { SourceKind } from "../../src/sources/kind.ts";
import { createLog } from "../../src/telemetry/log.ts";

const config = z.strictObject({ ...connectionConfig });

// What a folder in sources/ would export.
const ledger: SourceKind<z.infer<typeof config>> = {
  kind: "ledger",
  title: "Ledger",
  accountTerm: "a ledger number",
  readAccount: String,
  config,
  create({ id, config: { url }, connect, now }) {
    const connection = connect({ source: id, url });
    return {
      id,
      kind: "ledger",
      invoices: {
        reach: () => [],
        questions: (accounts, range) =>
          accounts.flatMap((account) =>
            monthsIn(range).map((month) => ({
              key: `${account} ${month}`,
              account,
              month,
              covers: daysOfMonth(month),
            })),
          ),
        questionFor: ({ account, key: [issuedOn = ""] }) => ({
          key: `${account} ${monthOf(issuedOn)}`,
          account,
          month: monthOf(issuedOn),
          covers: null,
        }),
        ask: ({ account, month }, call) =>
          connection.ask({ method: "GET", path: `/${account}/${month}` }, call, (reply) => {
            const failure = statusFailure(reply, id);
            if (failure !== null) throw failure;
            const records = readJson(reply.body, id) as { no: string; on: string; sum: number }[];
            return {
              fetchedAt: new Date(now()).toISOString(),
              dropped: [],
              invoices: records.map((raw) => {
                const place = { source: id, account: account ?? "", key: [raw.on, raw.no] };
                return {
                  ...blankInvoice,
                  ...place,
                  id: invoiceId(place),
                  number: raw.no,
                  type: "INVOICE" as const,
                  issuedOn: raw.on,
                  currency: "EUR",
                  currencyOrigin: "GIVEN" as const,
                  totalAmount: toAmount(raw.sum, "EUR"),
                  raw,
                };
              }),
            };
          }),
      },
      ping: async () => {},
      close: () => connection.close(),
    };
  },
};

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

it("is listed, found by its id and downloadable beside the others", async () => {
  const upstream = createServer((request, response) => {
    const isOctober = request.url === "/77/2026-10";
    response.end(JSON.stringify(isOctober ? [{ no: "L-1", on: "2026-10-05", sum: 12.5 }] : []));
  });
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
  closers.push(async () => upstream.close());
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  const read = readConfig(
    {
      sources: { books: { kind: "ledger", url } },
      customers: [{ id: "acme", name: "Acme", accounts: { books: 77 } }],
      auth: {
        apiKeys: [
          {
            name: "test",
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            role: "customer",
            customer: "acme",
          },
        ],
      },
    },
    { kinds: [...sourceKinds, ledger], env: {}, baseDir: process.cwd() },
  );
  if ("mistakes" in read) throw new Error(JSON.stringify(read.mistakes));
  const app = await createApp(read.config, { log: createLog("silent"), publicUrl: () => "http://127.0.0.1" });
  closers.push(() => app.close());
  const listener = await listen(app.handle, "127.0.0.1", 0);
  closers.push(() => listener.stop(0));

  const ask = async (query: string) => {
    const response = await fetch(`${listener.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": "test" },
      body: JSON.stringify({ query }),
    });
    return ((await response.json()) as { data: any }).data;
  };
  const list = await ask(
    `{ invoices(filter: { issuedOn: { from: "2026-09-01", to: "2026-10-31" } }) { totalCount isComplete nodes { id number totalAmount source { id kind } customer { name } } } }`,
  );
  const [invoice] = list.invoices.nodes;
  const file = await ask(
    `mutation { downloadInvoices(input: { invoiceIds: ["${invoice.id}"], format: CSV }) { status files { origin fileName } } }`,
  );

  expect(list.invoices).toMatchObject({ totalCount: 1, isComplete: true });
  expect(invoice).toMatchObject({
    number: "L-1",
    totalAmount: "12.50",
    source: { id: "books", kind: "ledger" },
    customer: { name: "Acme" },
  });
  expect(file.downloadInvoices).toEqual({
    status: "READY",
    files: [{ origin: "RENDERED", fileName: "L-1_invoice.csv" }],
  });
});
