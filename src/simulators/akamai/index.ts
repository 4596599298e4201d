/** Akamai's Invoicing API v4 behind its gateway: two lists by usage month, and downloads in JSON, CSV and PDF. */
import { addMonths } from "../calendar.ts";
import type { Answer, SimulatorRequest } from "../exchange.ts";
import type { AkamaiInvoiceFact } from "../facts.ts";
import { startServer } from "../server.ts";
import type { RunningSimulator, SimulatorOptions } from "../simulator.ts";
import type { World } from "../world.ts";
import { toInvoiceCsv, toUsageCsv } from "./download-csv.ts";
import { toDownloadJson } from "./download-json.ts";
import { toPdf } from "./download-pdf.ts";
import { createEdgeGridCheck } from "./edgegrid.ts";
import { contentTypesOf, toListItem } from "./listing.ts";
import { apiProblem, gatewayProblem } from "./problems.ts";
import type { AkamaiQuirk, HasQuirk } from "./quirks.ts";
import { createRateLimit } from "./rate-limit.ts";

export { akamaiFaults } from "./faults.ts";

export interface AkamaiOptions extends SimulatorOptions {
  quirks?: readonly AkamaiQuirk[] | undefined;
  /** When given, every call must carry it. */
  accountSwitchKey?: string | undefined;
  /** An account: 500 by default, as documented. */
  requestsPerMinute?: number | undefined;
  /** The gateway's clock in epoch milliseconds; the real one by default. */
  now?: (() => number) | undefined;
}

const signingHost = "akab-simulated.luna.akamaiapis.net";
const client = {
  clientToken: "akab-client-token-simulated",
  clientSecret: "c2ltdWxhdGVkIGNsaWVudCBzZWNyZXQ=",
  accessToken: "akab-access-token-simulated",
};
const root = "/invoicing-api/v4";
const firstMonth = "2016-04";
const firstComputeMonth = "2024-02";

/** Starts it; requests must be signed for `source.signingHost`. */
export async function startAkamai(world: World, options: AkamaiOptions = {}): Promise<RunningSimulator> {
  const { accountSwitchKey, requestsPerMinute = 500, now = Date.now, quirks = [], ...common } = options;
  const check = createEdgeGridCheck(client, signingHost, now);
  const countRequest = createRateLimit(requestsPerMinute, now);
  const has: HasQuirk = (quirk) => quirks.includes(quirk);

  function handle(request: SimulatorRequest): Answer {
    const { isOver, headers } = countRequest();
    const answer = isOver ? tooMany() : answerTo(request);
    const date = new Date(now()).toUTCString();
    return { ...answer, headers: { date, ...headers, ...answer.headers } };
  }

  function answerTo(request: SimulatorRequest): Answer {
    const refusal = check(request);
    if (refusal !== null) return gatewayProblem(request, signingHost, refusal.status, refusal.detail);
    if (accountSwitchKey !== undefined && request.query.get("accountSwitchKey") !== accountSwitchKey) {
      return accessDenied();
    }
    if (!request.path.startsWith(`${root}/`)) return urlNotFound(request);
    const parts = request.path
      .slice(root.length + 1)
      .split("/")
      .map(decodeURIComponent);
    const [first, contractId = "", second, invoiceId = "", third] = parts;
    const isAccount = first === "invoices" && parts.length === 1;
    const isContract = first === "contracts" && second === "invoices" && parts.length === 3;
    const isDownload =
      first === "contracts" && second === "invoices" && third === "download" && parts.length === 5;
    if (!isAccount && !isContract && !isDownload) return urlNotFound(request);
    if (request.method !== "GET") return apiProblem(405, 4, "Method not supported", request.method);
    if (!isAccount && world.akamai.customerOfContract(contractId) === undefined) return accessDenied();
    if (isDownload) return download(request, contractId, invoiceId);
    return list(request, isAccount ? null : contractId);
  }

  function list({ query, headers }: SimulatorRequest, contractId: string | null): Answer {
    const month = query.get("month");
    if (month === null || !/^\d{4}-(0[1-9]|1[0-2])$/.test(month) || month < firstMonth) {
      const particular = `Field 'month' is invalid. Incorrect value: ${month}`;
      return apiProblem(400, 1, "An incorrect request has been sent", particular);
    }
    if (!accepts(headers.accept, "application/json")) return notAcceptable();
    const factsOf = (each: string) =>
      contractId === null ? world.akamai.invoicesOfAccount(each) : world.akamai.invoices(contractId, each);
    const facts = has("bothMonths") ? [...factsOf(month), ...factsOf(addMonths(month, -1))] : factsOf(month);
    const items = facts.map((fact) => toListItem(fact, has));
    const [one] = items;
    if (contractId !== null && one && has("foreignContract")) {
      items.push({ ...one, invoiceId: 8_234_567_890, contractId: "K-0N7RAK71", accountId: "A-CCT9012" });
    }
    return items.length === 0 && !has("emptyArray") ? { status: 204 } : { body: items };
  }

  function download(request: SimulatorRequest, contractId: string, invoiceId: string): Answer {
    const fact = world.akamai.invoice(contractId, Number(invoiceId));
    if (fact === undefined) return apiProblem(404, 5, "Resource not found", "There is no such invoice");
    const sourceType = request.query.get("sourceType") ?? "REGULAR";
    if (sourceType !== "REGULAR" && sourceType !== "COMPUTE") {
      const particular = `Field 'sourceType' is invalid. Incorrect value: ${sourceType}`;
      return apiProblem(400, 1, "An incorrect request has been sent", particular);
    }
    if (
      !fact.sourceTypes.includes(sourceType) ||
      (sourceType === "COMPUTE" && fact.usageMonth < firstComputeMonth)
    ) {
      return { status: 204 };
    }
    const wanted = contentTypesOf(sourceType).find((type) => accepts(request.headers.accept, type));
    return wanted === undefined ? notAcceptable() : toFile(fact, sourceType, wanted);
  }

  function toFile(fact: AkamaiInvoiceFact, sourceType: "REGULAR" | "COMPUTE", contentType: string): Answer {
    const headers = { "content-type": contentType };
    if (contentType === "application/pdf") return { headers, body: toPdf(fact) };
    if (contentType === "application/json") return { headers, body: toDownloadJson(fact, world, has) };
    return { headers, body: sourceType === "COMPUTE" ? toUsageCsv(fact) : toInvoiceCsv(fact) };
  }

  const server = await startServer({ name: "akamai", handle, ...common });
  const source = {
    url: server.url,
    signingHost,
    ...client,
    ...(accountSwitchKey !== undefined && { accountSwitchKey }),
  };
  return { ...server, source };
}

function accepts(accept: string | undefined, type: string): boolean {
  const [family] = type.split("/");
  const ranges = (accept ?? "*/*").split(",").map((range) => range.split(";")[0]?.trim());
  return ranges.some((range) => range === type || range === "*/*" || range === `${family}/*`);
}

function accessDenied(): Answer {
  return apiProblem(403, 11, "User in current context cannot access resource", "Access is denied");
}

function urlNotFound({ method, path }: SimulatorRequest): Answer {
  return apiProblem(404, 3, "URL not found", `No handler found for ${method} ${path}`);
}

function notAcceptable(): Answer {
  return apiProblem(406, 6, "Not acceptable", "The requested format is not available");
}

function tooMany(): Answer {
  return apiProblem(429, 12, "Too many requests", "The limit of the account is reached");
}
