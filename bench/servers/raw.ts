/** The measure of all: plain node:http with hand-written code for exactly the bench's operations, the same calls, access check and bytes. */
import { createServer, type IncomingMessage } from "node:http";
import { given, listening } from "../rig/child.ts";
import { type BenchCustomer, customers, keyOf, sha256Of, viewers } from "../world.ts";
import { alone, family, merged, type RawWorld } from "./raw/answers.ts";
import { createAsk, createMemory } from "./raw/calls.ts";

export interface RawOptions {
  readonly upstream: string;
  /** Are normalised answers kept? */
  readonly isWarm: boolean;
  /** What InvoiceGraph adds to each answer beside the data, by viewer. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

const { upstream, isWarm, extensions } = given<RawOptions>();
const byId = new Map(customers.map((customer) => [customer.id, customer]));
const byKey = new Map(viewers.map((id) => [sha256Of(keyOf(id)), byId.get(id) as BenchCustomer]));
const childrenOf = new Map<string, BenchCustomer[]>();
for (const customer of customers) {
  if (customer.parent === null) continue;
  childrenOf.set(customer.parent, [...(childrenOf.get(customer.parent) ?? []), customer]);
}
const world: RawWorld = { ask: createAsk(upstream), keep: createMemory(isWarm), childrenOf };

async function answer(viewer: BenchCustomer, request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { query, variables } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const data = query.startsWith("query Family")
    ? await family(world, viewer, variables.first)
    : query.startsWith("query Own")
      ? await alone(world, viewer)
      : await merged(world, viewer, variables);
  return JSON.stringify({ data, extensions: extensions[viewer.id] });
}

listening(
  createServer((request, response) => {
    // Who sees what: a key belongs to one customer, and only its own and its direct sub-customers' data are ever read.
    const viewer = byKey.get(sha256Of(String(request.headers["x-api-key"])));
    if (viewer === undefined) return void response.writeHead(401).end();
    answer(viewer, request).then(
      (text) => {
        const body = Buffer.from(text);
        response.writeHead(200, {
          "content-type": "application/json; charset=utf-8",
          "content-length": body.length,
        });
        response.end(body);
      },
      (thrown: unknown) => response.writeHead(502).end(String(thrown)),
    );
  }),
);
