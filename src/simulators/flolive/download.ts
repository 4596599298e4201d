/** The answer to download-invoices: one entry for each file, or one zip for several invoices. */
import type { Answer, SimulatorRequest } from "../exchange.ts";
import type { FloliveInvoiceFact } from "../facts.ts";
import { refusalAnswer, refusals } from "./envelope.ts";
import { attachmentJson, invoicePdf, invoicesZip, invoiceXml } from "./files.ts";
import type { FloliveQuirks, FloliveSimulatorOptions } from "./options.ts";

const blobUrl = "blob:http://flo-invoice.storage.flo.int:8080/74c15934-f0a0-437a-92cf-fbd86b0abbb0";

/** Checks the request as strictly as a server would, and answers with the files of invoices that the customer has. */
export async function downloadAnswer(
  request: SimulatorRequest,
  invoices: readonly FloliveInvoiceFact[],
  files: NonNullable<FloliveSimulatorOptions["files"]>,
  quirks: FloliveQuirks,
): Promise<Answer> {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) return { status: 415 };
  const ids = idsIn(request.rawBody.toString("utf8"));
  if (ids === null) return refusalAnswer(refusals.invalidRequest, quirks);
  const wanted = ids.map((id) => invoices.find((invoice) => invoice.id === id));
  const found = wanted.filter((invoice) => invoice !== undefined);
  // The documents call `id` optional, and do not say what none means: here it is as invalid as a wrong one.
  if (found.length === 0 || found.length < wanted.length) {
    return refusalAnswer(refusals.unknownInvoice, quirks);
  }
  const entries =
    quirks.blobUrls === true
      ? [`"${blobUrl}"`]
      : (await filesOf(found, files)).map((file) => attachmentJson(file, quirks.wrappedBase64 === true));
  const content = entries.map((entry) => `{"attachmentData":${entry}}`).join(",");
  return { body: `{"errorCode":"","errorMessage":"","content":[${content}],"pageable":null}` };
}

async function filesOf(
  facts: readonly FloliveInvoiceFact[],
  files: NonNullable<FloliveSimulatorOptions["files"]>,
): Promise<Buffer[]> {
  const [fact, ...others] = facts;
  if (fact === undefined || others.length > 0 || files === "zip") return [await invoicesZip(facts)];
  if (files === "pdf") return [invoicePdf(fact)];
  return files === "xml" ? [invoiceXml(fact)] : [invoicePdf(fact), invoiceXml(fact)];
}

/** The ids of the request's body; null when it is not `{"id": [...]}`. */
function idsIn(text: string): string[] | null {
  try {
    const body: unknown = JSON.parse(text);
    const ids = typeof body === "object" && body !== null && "id" in body ? body.id : null;
    return Array.isArray(ids) && ids.every((id) => typeof id === "string") ? ids : null;
  } catch {
    return null;
  }
}
