/** A simulated DDAPI, an ASP.NET Web API: how customers are invoiced, its currencies and terms of payment. */
import type { IncomingHttpHeaders } from "node:http";
import type { Answer, SimulatorRequest } from "../exchange.ts";
import { startServer } from "../server.ts";
import type { RunningSimulator } from "../simulator.ts";
import type { World } from "../world.ts";
import { denied, type HttpError, invalidNumber, noRoute } from "./errors.ts";
import { negotiate } from "./negotiate.ts";
import { type DdapiAuth, type DdapiQuirks, type DdapiSimulatorOptions, defaultAuth } from "./options.ts";
import { currencyRecord, settingsRecord, termsRecord } from "./records.ts";
import { type DdapiContent, writeJson, writeXml, writeXmlError } from "./write.ts";

/** A running DDAPI whose oddities can be switched while it runs. */
export interface DdapiSimulator extends RunningSimulator {
  /** The entry under `sources:`. */
  readonly source: { url: string; auth: DdapiAuth };
  /** Replaces all quirks. */
  setQuirks(quirks: DdapiQuirks): void;
}

/** What a route found: content of a type, an error, or nothing at all. */
type Outcome =
  | { type: string; content: DdapiContent }
  | { status: number; error?: HttpError; headers?: Record<string, string> };

/** Starts it on a port of this machine. */
export async function startDdapi(world: World, options: DdapiSimulatorOptions = {}): Promise<DdapiSimulator> {
  const { auth = defaultAuth, quirks: firstQuirks = {}, ...common } = options;
  let quirks = firstQuirks;

  function settings(query: URLSearchParams): Outcome {
    const given = [...query].find(([name]) => name.toLowerCase() === "customernumber")?.[1] ?? null;
    const number = given === null ? null : readInt32(given);
    if (number === null) return { status: 400, error: invalidNumber("customerNumber", given) };
    const fact = world.ddapi.settings(quirks.answersFor ?? number);
    if (fact !== undefined) return { type: "CustomerInvoiceResponse", content: settingsRecord(fact, quirks) };
    switch (quirks.missingCustomer ?? "404") {
      case "204":
        return { status: 204 };
      case "null":
        return { type: "CustomerInvoiceResponse", content: null };
      case "empty":
        return { status: 200 };
      default:
        return { status: 404, error: { Message: `Customer ${number} was not found.` } };
    }
  }

  function currency(text: string): Outcome {
    const id = readInt32(text);
    if (id === null) return { status: 400, error: invalidNumber("id", text) };
    const fact = world.ddapi.currencies.find((each) => each.id === id);
    return fact === undefined
      ? { status: 404, error: { Message: `Currency ${id} was not found.` } }
      : { type: "CurrencyResponse", content: currencyRecord(fact) };
  }

  function route({ method, path, query, headers, url }: SimulatorRequest): Outcome {
    if (!isAllowed(headers, auth)) return { status: 401, error: denied, headers: challenge(auth) };
    // ASP.NET's routes do not tell upper from lower case.
    const lower = path.toLowerCase();
    const currencyId = /^\/api\/currencies\/([^/]+)$/.exec(lower)?.[1];
    const isKnown =
      lower === "/api/customers/invoice" ||
      lower === "/api/invoice/termsofpayment" ||
      currencyId !== undefined;
    if (!isKnown) return { status: 404, error: noRoute(url) };
    if (method !== "GET") {
      return {
        status: 405,
        error: { Message: `The requested resource does not support http method '${method}'.` },
      };
    }
    if (lower === "/api/customers/invoice") return settings(query);
    if (currencyId !== undefined) return currency(decodeURIComponent(currencyId));
    const content = world.ddapi.termsOfPayment.map((fact) => termsRecord(fact, quirks));
    return { type: "TermsOfPaymentResponse", content };
  }

  function handle(request: SimulatorRequest): Answer {
    const outcome = route(request);
    const type = negotiate(request.headers.accept, quirks.xmlOnly === true);
    const headers = { "content-type": `${type}; charset=utf-8` };
    const isXml = type.endsWith("/xml");
    const mark = quirks.byteOrderMark === true ? "\uFEFF" : "";
    if ("type" in outcome) {
      const text = isXml ? writeXml(outcome.content, outcome.type) : writeJson(outcome.content, quirks);
      return { headers, body: mark + text };
    }
    const { status, error } = outcome;
    if (error === undefined) return { status };
    const body = isXml ? writeXmlError(error) : error;
    return { status, headers: { ...headers, ...outcome.headers }, body };
  }

  const server = await startServer({ name: "ddapi", handle, ...common });
  return {
    ...server,
    source: { url: server.url, auth },
    setQuirks(next) {
      quirks = next;
    },
  };
}

function isAllowed(headers: IncomingHttpHeaders, auth: DdapiAuth): boolean {
  switch (auth.scheme) {
    case "none":
      return true;
    case "basic": {
      const pair = Buffer.from(`${auth.username}:${auth.password}`).toString("base64");
      return headers.authorization === `Basic ${pair}`;
    }
    case "bearer":
      return headers.authorization === `Bearer ${auth.token}`;
    default:
      return headers[auth.name.toLowerCase()] === auth.value;
  }
}

function challenge(auth: DdapiAuth): Record<string, string> {
  if (auth.scheme === "basic") return { "www-authenticate": 'Basic realm="DDAPI"' };
  return auth.scheme === "bearer" ? { "www-authenticate": "Bearer" } : {};
}

function readInt32(text: string): number | null {
  const number = Number(text);
  return /^\s*[+-]?\d+\s*$/.test(text) && Math.abs(number) <= 2_147_483_647 ? number : null;
}
