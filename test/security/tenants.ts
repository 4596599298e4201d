/** A service with five customers as its viewers, and what must never reach each of them: all that is only the others'. */
import { createHash } from "node:crypto";
import { request } from "undici";
import type { CustomerFact } from "../../src/simulators/facts.ts";
import type { World } from "../../src/simulators/world.ts";
import { writeId } from "../../src/model/id.ts";
import { type TestApp, type TestAppOptions, startTestApp } from "../support/app.ts";

/** A parent, its child that has a child of its own, that grandchild, and two without relations among the viewers. */
export const tenants = ["acme", "acme-nordic", "acme-nordic-depot", "northwind", "omnix"] as const;

export type Tenant = (typeof tenants)[number] | "service";

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // Tests read what they asked for; a wrong path fails them.
  readonly json: any;
}

export interface TenantApp extends TestApp {
  /** The world's key of the tenant: `X-Api-Key`. */
  tenantKey(tenant: Tenant): string;
  ask(tenant: Tenant, query: string, variables?: Record<string, unknown>): Promise<Answer>;
}

const keyOf = (tenant: string) => `key-of-${tenant}-0123456789abcdef`;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Starts it; the limits are wide, because these tests ask for everything at once. */
export async function startTenants({ sections, ...options }: TestAppOptions = {}): Promise<TenantApp> {
  const app = await startTestApp({
    ...options,
    sections: (own) => ({
      auth: {
        apiKeys: [
          ...tenants.map((name) => ({ name, sha256: sha256(keyOf(name)), role: "customer", customer: name })),
          { name: "service", sha256: sha256(keyOf("service")), role: "customer_service", scopes: ["raw"] },
        ],
      },
      server: {
        limits: {
          bodyBytes: 10_000_000,
          tokens: 1_000_000,
          depth: 50,
          aliases: 10_000,
          rootFields: 1_000,
          cost: 1e12,
          // Fewer upstream calls for each of some thousand operations.
          months: 2,
        },
      },
      ...sections?.(own),
    }),
  });
  return {
    ...app,
    tenantKey: keyOf,
    ask: (tenant, query, variables = {}) =>
      send(app.url, keyOf(tenant), JSON.stringify({ query, variables })),
  };
}

/** Sends a body to the GraphQL endpoint. Not by fetch: it takes longer than the service does. */
export async function send(url: string, key: string, body: string): Promise<Answer> {
  const {
    statusCode,
    headers,
    body: reply,
  } = await request(`${url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": key },
    body,
  });
  const text = await reply.text();
  return { status: statusCode, text, headers, json: JSON.parse(text) };
}

/** May this tenant see this customer? Written down once more, apart from the code that is tested. */
function isVisible(tenant: Tenant, customer: CustomerFact): boolean {
  return tenant === "service" || customer.id === tenant || customer.parentId === tenant;
}

/** What is recognisable of the customers that a tenant may not see. */
export class Foreign {
  /** Whole values: identities, and values of invoices that no visible customer's invoices have. */
  readonly #values = new Set<string>();
  /** Texts that are long and rare enough to be looked for within others. */
  readonly #marks: string[] = [];

  constructor(tenant: Tenant, world: World) {
    const own = new Set(
      world.customers
        .filter((each) => isVisible(tenant, each))
        .flatMap((each) => leavesOf(factsOf(each, world))),
    );
    for (const customer of world.customers) {
      if (isVisible(tenant, customer)) continue;
      for (const value of recognisable(factsOf(customer, world)))
        if (!own.has(value)) this.#values.add(value);
      for (const value of identityOf(customer)) {
        // A customer number of four digits may also be a ledger code of one's own.
        if (!own.has(value)) this.#values.add(value);
        // The parent's key and id begin those of its children.
        if (value.length >= 8 && !value.startsWith("acme") && value !== globalId(customer))
          this.#marks.push(value);
      }
    }
  }

  /** How many values are looked for. */
  get size(): number {
    return this.#values.size;
  }

  /** The foreign values in an answer, whatever they are hidden in: `path: value`. */
  in(answer: unknown, path = ""): string[] {
    if (Array.isArray(answer)) return answer.flatMap((each, index) => this.in(each, `${path}.${index}`));
    if (typeof answer === "object" && answer !== null)
      return Object.entries(answer).flatMap(([key, value]) => this.in(value, `${path}.${key}`));
    if (typeof answer !== "string" && typeof answer !== "number") return [];
    // What was asked for is echoed here, and nowhere else.
    if (/\.failures\.\d+\.invoiceId$/.test(path)) return [];
    const text = String(answer);
    return this.#isIn(text) || readings(text).some((reading) => this.#isIn(reading))
      ? [`${path}: ${text.slice(0, 80)}`]
      : [];
  }

  #isIn(text: string): boolean {
    return this.#values.has(text) || this.#marks.some((mark) => text.includes(mark));
  }
}

// Global ids, and files in base64, are read for what they hold.
function readings(text: string): string[] {
  if (!/^[\w+/=-]{12,}$/.test(text)) return [];
  const decoded = Buffer.from(text, "base64").toString("utf8");
  const parts = /^(?:Customer|Invoice):/.test(decoded)
    ? decoded.split(":").slice(1).map(decodeURIComponent)
    : [];
  return [decoded, ...parts];
}

function globalId({ id }: CustomerFact): string {
  return writeId("Customer", [id]);
}

function identityOf(customer: CustomerFact): string[] {
  const { id, name, flolive, akamai, v6, ddapi } = customer;
  return [id, name, globalId(customer), flolive?.customerId, akamai?.accountId]
    .concat(akamai?.contractIds, v6?.code, ddapi === undefined ? undefined : String(ddapi.number))
    .filter((value) => value !== undefined);
}

function factsOf(customer: CustomerFact, world: World): object[] {
  const { flolive, akamai, v6, address } = customer;
  const invoices: object[] = [
    ...(flolive === undefined ? [] : world.flolive.invoices(flolive.customerId)),
    ...(akamai?.contractIds ?? []).flatMap((id) =>
      world.months.flatMap((month) => world.akamai.invoices(id, month)),
    ),
    ...(v6 === undefined
      ? []
      : world.months.flatMap((month) => world.v6.invoicesCreatedInMonth(month))
    ).filter((invoice) => invoice.customerCode === v6?.code),
  ];
  return [...invoices, address];
}

function leavesOf(value: unknown): string[] {
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap(leavesOf)
    : [String(value)];
}

// What identifies an invoice or its addressee; days, rates and amounts may be anybody's.
const identifying = new Set(["id", "number", "invoiceId", "orderId", "line1"]);

function recognisable(value: unknown, key = ""): string[] {
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([name, each]) =>
      recognisable(each, /^\d+$/.test(name) ? key : name),
    );
  const text = String(value);
  return identifying.has(key) && text.length >= 6 ? [text] : [];
}
