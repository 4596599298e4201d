/** A little of everything that clients do, and of what they should not do. */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";

/** Who is asked, and with whose keys. */
export interface Target {
  readonly url: string;
  readonly keys: Readonly<Record<string, string>>;
}

/** How often each was done, and what was answered otherwise than it should be. */
export interface Tally {
  readonly done: Map<string, number>;
  readonly wrong: string[];
}

// Whoever accepts GraphQL's own media type is told by the status what became of an operation.
const usual = { "content-type": "application/json", accept: "application/graphql-response+json" };
const lists = [
  "{ invoices(first: 20) { nodes { id number totalAmount lines { description netAmount } } isComplete } }",
  `{ invoices(first: 5, freshness: { maxAge: 0 }, filter: { sources: ["flolive"] }) { nodes { id } } }`,
  "{ viewer { customer { name settings { paysInvoiceFee } invoiceTotals { groups { month count } isComplete } } } }",
  "query Page($first: Int!) { invoices(first: $first) { pageInfo { endCursor } totalCount } }",
];
const someInvoices = `{ invoices(first: 3, filter: { sources: ["flolive"] }) { nodes { id } } }`;
const download = `mutation ($ids: [ID!]!) { downloadInvoices(input: { invoiceIds: $ids, format: PDF }) { status files { url } } }`;
const order = `mutation { exportInvoices(input: { filter: { sources: ["freight"] }, format: CSV }) { id } }`;
const progress = "query ($id: ID!) { invoiceExport(id: $id) { status } }";

/** So many clients at a time for so long, each doing one thing after the other. */
export async function mixedLoad({ url, keys }: Target, ms: number, clients = 8): Promise<Tally> {
  const agent = new Agent({ connections: clients, keepAliveTimeout: 10_000 });
  const tally: Tally = { done: new Map(), wrong: [] };
  const key = keys["sandbox-parent"] ?? "";

  async function post(body: string, headers: Record<string, string> = {}, signal?: AbortSignal) {
    const reply = await request(`${url}/graphql`, {
      method: "POST",
      headers: { ...usual, "x-api-key": key, ...headers },
      body,
      dispatcher: agent,
      ...(signal !== undefined && { signal }),
    });
    return { status: reply.statusCode, text: await reply.body.text() };
  }
  async function ask(query: string, variables: object = {}): Promise<any> {
    const { status, text } = await post(JSON.stringify({ query, variables }));
    if (status !== 200 || text.includes('"errors"')) throw new Error(`${status} ${text.slice(0, 200)}`);
    return JSON.parse(text).data;
  }
  async function refused(status: number, body: string, headers: Record<string, string> = {}): Promise<void> {
    const reply = await post(body, headers);
    if (reply.status !== status) throw new Error(`${reply.status} in place of ${status}: ${reply.text}`);
  }

  let turn = 0;
  const things: readonly (readonly [name: string, share: number, what: () => Promise<unknown>])[] = [
    ["list", 20, () => ask(lists[turn++ % lists.length] as string, { first: 1 + (turn % 20) })],
    [
      "download",
      2,
      async () => {
        const ids = (await ask(someInvoices)).invoices.nodes.map(({ id }: { id: string }) => id);
        const { files } = (await ask(download, { ids })).downloadInvoices;
        const reply = await request(`${url}${new URL(files[0].url).pathname}`, { dispatcher: agent });
        if ((await reply.body.arrayBuffer()).byteLength === 0) throw new Error("an empty file");
      },
    ],
    [
      "export",
      1,
      async () => {
        const { id } = (await ask(order)).exportInvoices;
        for (let tries = 0; tries < 100; tries++) {
          const { status } = (await ask(progress, { id })).invoiceExport ?? { status: "gone" };
          if (status !== "QUEUED" && status !== "RUNNING") return;
          await sleep(50);
        }
        throw new Error("an export that does not end");
      },
    ],
    ["no GraphQL", 1, () => refused(400, JSON.stringify({ query: "{ invoices(" }))],
    ["no such field", 1, () => refused(400, JSON.stringify({ query: `{ field${turn++ % 50} }` }))],
    ["no JSON", 1, () => refused(400, "{")],
    ["no credential", 1, () => refused(401, "{}", { "x-api-key": "nobody's" })],
    ["no such media type", 1, () => refused(415, "x", { "content-type": "text/plain" })],
    ["no time", 1, () => post(JSON.stringify({ query: lists[1] }), { "x-request-timeout-ms": "1" })],
    [
      "leaves early",
      2,
      async () => {
        const leaving = AbortSignal.timeout(Math.floor(Math.random() * 20));
        await post(JSON.stringify({ query: lists[1] }), {}, leaving).catch((thrown: unknown) => {
          if (!leaving.aborted) throw thrown;
        });
      },
    ],
    ["half a request", 1, () => halfRequest(url)],
  ];
  const all = things.flatMap((thing) => Array.from({ length: thing[1] }, () => thing));
  let urn: typeof all = [];
  let isEmptied = false;
  const draw = () => {
    if (urn.length === 0) urn = [...all];
    const [drawn] = urn.splice(Math.floor(Math.random() * urn.length), 1);
    isEmptied ||= urn.length === 0;
    return drawn as (typeof all)[number];
  };

  const endAt = performance.now() + ms;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      // Everything was done once, however slow the machine is.
      while (performance.now() < endAt || !isEmptied) {
        const [name, , what] = draw();
        await what().catch((thrown: unknown) => tally.wrong.push(`${name}: ${String(thrown)}`));
        tally.done.set(name, (tally.done.get(name) ?? 0) + 1);
      }
    }),
  );
  await agent.close();
  return tally;
}

function halfRequest(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{");
      setTimeout(() => socket.destroy(), 5);
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve());
  });
}
