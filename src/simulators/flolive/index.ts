/** A simulated floLIVE: customers, sub-customers, invoices of 12 months in pages, and their files. */
import { addMonths, dayOf, daysInMonth } from "../calendar.ts";
import type { Answer, SimulatorRequest } from "../exchange.ts";
import type { CustomerFact, FloliveInvoiceFact } from "../facts.ts";
import { startServer } from "../server.ts";
import type { RunningSimulator } from "../simulator.ts";
import type { World } from "../world.ts";
import { downloadAnswer } from "./download.ts";
import { listAnswer, objectAnswer, type Refusal, refusalAnswer, refusals } from "./envelope.ts";
import { defaultToken, type FloliveQuirks, type FloliveSimulatorOptions } from "./options.ts";
import { pageOf } from "./page.ts";
import { childRecord, customerRecord, invoiceRecord } from "./records.ts";

/** A running floLIVE whose contradictions can be switched while it runs. */
export interface FloliveSimulator extends RunningSimulator {
  readonly source: { url: string; token: string } & Record<string, unknown>;
  /** Replaces all quirks. */
  setQuirks(quirks: FloliveQuirks): void;
}

const pathPattern = /^\/api\/v2\/customer\/([^/]+)(?:\/(child-customers|invoices|download-invoices))?$/;

/** Starts it on a port of this machine. */
export async function startFlolive(
  world: World,
  options: FloliveSimulatorOptions = {},
): Promise<FloliveSimulator> {
  const { token = defaultToken, requester, files = "both", maxPageSize = 100, ...common } = options;
  const { header, scheme } = options.auth ?? { header: "Authorization", scheme: "Bearer" };
  const paging = options.paging ?? { page: "page", size: "size" };
  const credential = `${scheme} ${token}`.trimStart();
  let quirks = options.quirks ?? {};

  // Eligible are the requester itself and its direct sub-customers; a grandchild's details "failed to be retrieved".
  function whyHidden(customer: CustomerFact | undefined): Refusal | null {
    if (customer === undefined) return refusals.unknownCustomer;
    const parent = customer.parentId === null ? undefined : world.customer(customer.parentId);
    const seenBy = [customer.flolive?.customerId, parent?.flolive?.customerId];
    return requester === undefined || seenBy.includes(requester) ? null : refusals.hiddenCustomer;
  }

  function visibleInvoices(customerId: string): readonly FloliveInvoiceFact[] {
    const all = world.flolive.invoices(customerId);
    if (quirks.olderInvoices === true) return all;
    const since = aYearBefore(world.today);
    return all.filter((invoice) => invoice.createdAt.slice(0, 10) >= since);
  }

  function list(records: object[], query: URLSearchParams): Answer {
    if (quirks.unpaged === true) return listAnswer(records, null, quirks);
    const page = pageOf(records, query, { ...paging, maxPageSize, isStuck: quirks.samePage === true });
    return page === null ? refuse(refusals.invalidRequest) : listAnswer(page.records, page.pageable, quirks);
  }

  const refuse = (refusal: Refusal) => refusalAnswer(refusal, quirks);

  function handle(request: SimulatorRequest): Answer | Promise<Answer> {
    if (request.headers[header.toLowerCase()] !== credential) return refuse(refusals.unauthorized);
    const [, id, resource] = pathPattern.exec(request.path) ?? [];
    if (id === undefined) return notFound(request);
    const isDownload = resource === "download-invoices";
    if (request.method !== (isDownload ? "POST" : "GET"))
      return { status: 405, headers: { allow: "GET, POST" } };
    const customer = world.flolive.customer(decodeURIComponent(id));
    const hidden = whyHidden(customer);
    if (hidden !== null || customer === undefined) return refuse(hidden ?? refusals.unknownCustomer);
    const customerId = customer.flolive?.customerId ?? "";
    switch (resource) {
      case "invoices":
        return list(
          visibleInvoices(customerId).map((fact) => invoiceRecord(fact, quirks)),
          request.query,
        );
      case "child-customers": {
        const children = world.childrenOf(customer.id).filter((child) => child.flolive !== undefined);
        return list(
          children.map((child) => childRecord(child, quirks)),
          request.query,
        );
      }
      case "download-invoices":
        return downloadAnswer(request, visibleInvoices(customerId), files, quirks);
      default:
        return objectAnswer(customerRecord(customer, quirks));
    }
  }

  const server = await startServer({ name: "flolive", handle, ...common });
  const source = {
    url: server.url,
    token,
    ...(options.auth && { auth: options.auth }),
    ...(options.paging && { paging: options.paging }),
  };
  return {
    ...server,
    source,
    setQuirks(next) {
      quirks = next;
    },
  };
}

// What is not an endpoint is the business of the web server before it.
function notFound({ path }: SimulatorRequest): Answer {
  return {
    status: 404,
    headers: { "content-type": "text/html" },
    body: `<html><body><h1>Not Found</h1><p>${encodeURI(path)}</p></body></html>`,
  };
}

function aYearBefore(day: string): string {
  const month = addMonths(day.slice(0, 7), -12);
  return dayOf(month, Math.min(Number(day.slice(8)), daysInMonth(month)));
}
