/** The world of the bench: who asks, which customers there are, and what every server is told about the upstream. */
import { createHash } from "node:crypto";
import { everywhere, floliveAccount } from "./upstream/bodies.ts";

/** A customer as every server's configuration has it. */
export interface BenchCustomer {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly accounts: Readonly<Record<string, readonly (string | number)[]>>;
}

/** The API key of a customer. */
export function keyOf(customer: string): string {
  return `bench-key-of-${customer}`;
}

/** A key's SHA-256, as configurations hold it. */
export function sha256Of(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** The holding with twenty customers of 100 invoices, the same with 1,000 each, one of 10, and one that all four upstreams know. */
export const customers: readonly BenchCustomer[] = [
  ...family("holding", 100),
  ...family("giant", 1_000),
  { id: "small", name: "Small", parent: null, accounts: { flolive: [floliveAccount(10, 1)] } },
  {
    id: "everywhere",
    name: "Everywhere",
    parent: null,
    accounts: {
      flolive: [floliveAccount(60, 1)],
      cdn: [everywhere.contract],
      freight: [everywhere.customerCode],
      billing: [everywhere.customerNumber],
    },
  },
];

/** Those who ask: each its own customer. */
export const viewers = ["holding", "giant", "small", "everywhere"];

function family(id: string, invoices: number): BenchCustomer[] {
  const members = Array.from({ length: 20 }, (_, place) => ({
    id: `${id}-${String(place).padStart(2, "0")}`,
    name: `Member ${place} of ${id}`,
    parent: id,
    accounts: { flolive: [floliveAccount(invoices, place + 1)] },
  }));
  return [{ id, name: id, parent: null, accounts: { flolive: [floliveAccount(0, invoices)] } }, ...members];
}

/** Secrets that the upstream never checks; signing with them costs as much as with real ones. */
export const secrets = {
  floliveToken: "bench-flolive-token",
  clientToken: "akab-client-token-bench",
  clientSecret: "YmVuY2ggY2xpZW50IHNlY3JldA==",
  accessToken: "akab-access-token-bench",
  v6Key: "bench-v6-key",
  ddapiKey: "bench-ddapi-key",
};

/** The `sources` section of InvoiceGraph's configuration. */
export function sourcesAt(upstream: string) {
  return {
    flolive: {
      kind: "flolive",
      url: `${upstream}/flolive/api/v2`,
      token: secrets.floliveToken,
      paging: { pageSize: 1_000 },
    },
    cdn: {
      kind: "akamai",
      url: `${upstream}/akamai`,
      signingHost: "akab-bench.luna.akamaiapis.net",
      clientToken: secrets.clientToken,
      clientSecret: secrets.clientSecret,
      accessToken: secrets.accessToken,
    },
    freight: { kind: "v6", url: `${upstream}/v6`, apiKey: secrets.v6Key, currency: "AUD" },
    billing: {
      kind: "ddapi",
      url: `${upstream}/ddapi`,
      auth: { scheme: "header", name: "X-Api-Key", value: secrets.ddapiKey },
    },
  };
}
