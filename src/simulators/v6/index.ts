/** A simulated V6, the invoice API of one transport company: a ping, and the invoices created within a range of days. */
import type { Answer, SimulatorRequest } from "../exchange.ts";
import type { V6InvoiceFact } from "../facts.ts";
import { startServer } from "../server.ts";
import type { RunningSimulator } from "../simulator.ts";
import type { World } from "../world.ts";
import { badRequest, errorAnswer, invalidKey, missingKey, type V6Error } from "./errors.ts";
import { writeInvoices } from "./invoices.ts";
import { defaultKeys, type V6Key, type V6Quirks, type V6SimulatorOptions } from "./options.ts";
import { readRange } from "./query.ts";

const base = "/v6-api/rest";

/** A running V6 whose contradictions can be switched while it runs. */
export interface V6Simulator extends RunningSimulator {
  /** The entry under `sources:`, with the key of the first user. */
  readonly source: { url: string; apiKey: string; currency: string };
  /** Replaces all quirks. */
  setQuirks(quirks: V6Quirks): void;
}

/** Starts it on a port of this machine. */
export async function startV6(world: World, options: V6SimulatorOptions = {}): Promise<V6Simulator> {
  const { keys = defaultKeys(world), quirks: firstQuirks = {}, ...common } = options;
  const customers = new Map(world.customers.map((customer) => [customer.id, customer]));
  let quirks = firstQuirks;

  function invoices(user: V6Key, query: URLSearchParams): Answer {
    const range = readRange(query);
    if (!("from" in range)) return errorAnswer(badRequest(range), quirks);
    const created = world.v6.invoicesCreatedBetween(range.from, range.to);
    const seen =
      user.role === "CUSTOMER" ? created.filter((each) => each.customerCode === user.customerCode) : created;
    return { body: writeInvoices(seen, (fact: V6InvoiceFact) => customers.get(fact.customerId), quirks) };
  }

  function handle(request: SimulatorRequest): Answer {
    const user = authenticate(request.headers.authorization, keys);
    if ("httpStatusCode" in user) return errorAnswer(user, quirks);
    const { path, method } = request;
    if (path !== `${base}/ping` && path !== `${base}/invoices`) {
      return errorAnswer({ httpStatusCode: 404, msg: "Not Found" }, quirks);
    }
    if (method !== "GET") return errorAnswer({ httpStatusCode: 405, msg: "Method Not Allowed" }, quirks);
    if (!acceptsJson(request.headers.accept)) {
      return errorAnswer({ httpStatusCode: 406, msg: "Not Acceptable" }, quirks);
    }
    // The document shows no body of a ping.
    return path === `${base}/ping`
      ? { body: { httpStatusCode: 200, msg: "OK" } }
      : invoices(user, request.query);
  }

  const server = await startServer({ name: "v6", handle, ...common });
  return {
    ...server,
    source: { url: `${server.url}${base}`, apiKey: keys[0]?.key ?? "", currency: world.v6.currency },
    setQuirks(next) {
      quirks = next;
    },
  };
}

function authenticate(header: string | undefined, keys: readonly V6Key[]): V6Key | V6Error {
  const given = /^apikey +(\S+)$/i.exec(header?.trim() ?? "")?.[1];
  if (given === undefined) return missingKey;
  const user = keys.find((each) => each.key === given);
  return user === undefined || (user.state ?? "active") !== "active" ? invalidKey : user;
}

function acceptsJson(accept: string | undefined): boolean {
  return accept === undefined || /(?:application|\*)\/(?:json|\*)/i.test(accept);
}
