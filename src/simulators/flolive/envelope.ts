/** floLIVE's envelope: successes, pages, the documents' refusals, and refusals as canned faults. */
import type { Answer } from "../exchange.ts";
import type { Fault } from "../faults.ts";
import { toJsonText } from "../json-text.ts";
import type { FloliveQuirks } from "./options.ts";

export interface Refusal {
  readonly errorCode: string;
  readonly errorMessage: string;
  /** Where the refusal has one of its own; otherwise 200, or what the quirks say. */
  readonly status?: number;
}

export interface Pageable {
  readonly page: number;
  readonly size: number;
  readonly totalPages: number;
  readonly totalElements: number;
}

/** The documents' refusals; of the families AUTH and GLOBAL they name one code, the other two are made up. */
export const refusals = {
  unavailable: { errorCode: "GLOBAL_1001", errorMessage: "Service unavailable. Please try again" },
  invalidRequest: { errorCode: "GLOBAL_1002", errorMessage: "Invalid request" },
  unauthorized: { errorCode: "AUTH_1001", errorMessage: "Authentication failed", status: 401 },
  unknownCustomer: { errorCode: "CUSTOMER_1002", errorMessage: "Customer does not exist" },
  hiddenCustomer: { errorCode: "CUSTOMER_1006", errorMessage: "Failed to retrieve customer details" },
  unknownInvoice: { errorCode: "CUSTOMER_1040", errorMessage: "Requested invoice ID\\s invalid" },
} as const satisfies Record<string, Refusal>;

/** A success whose content is a list. */
export function listAnswer(content: object[], pageable: Pageable | null, quirks: FloliveQuirks): Answer {
  const written =
    content.length === 0
      ? emptyContent(quirks)
      : content.length === 1 && quirks.singleAsObject === true
        ? content[0]
        : content;
  return { body: { errorCode: "", errorMessage: "", content: written, pageable } };
}

/** A success whose content is one object. */
export function objectAnswer(content: object): Answer {
  return { body: { errorCode: "", errorMessage: "", content, pageable: null } };
}

/** A refusal as the quirks have it written. */
export function refusalAnswer(refusal: Refusal, quirks: FloliveQuirks): Answer {
  const { errorCode, errorMessage, status = quirks.refusalStatus ?? 200 } = refusal;
  const body = quirks.bulkRefusals === true ? bulkBody(refusal) : envelope(errorCode, errorMessage);
  const text = toJsonText(body);
  return { status, body: quirks.illegalEscape === true ? text.replaceAll("\\\\", "\\") : text };
}

/** A fault: a refusal of this code, inside HTTP 200 unless told. */
export function refuseWith(errorCode: string, errorMessage = "As told", status = 200): Fault {
  return { kind: "answer", status, body: envelope(errorCode, errorMessage) };
}

/** A fault: the documents' failure sample, word for word: the `bulk[]` envelope of another API. */
export const bulkSample: Fault = {
  kind: "answer",
  body: {
    bulk: [
      {
        errorCode: "SUBSCRIBER_1009",
        errorMessage: "Top-up failure. Balance not found",
        requestId: "",
        subscriberIdentifiers: { type: "IMSI", value: "222013090961963" },
        content: {
          subscriberOfferingId: "ff74dca6-8e7f-4b85-a42b-13860913b370",
          charge: 20.5,
          currency: "EUR",
          expirationDate: "25042023",
          allowance: [{ currency: "MB", value: 20 }],
        },
      },
    ],
    pageable: { page: 0, size: 10, totalPages: 1, totalElements: 1 },
  },
};

function envelope(errorCode: string, errorMessage: string): object {
  return { errorCode, errorMessage, content: "", pageable: null };
}

function bulkBody({ errorCode, errorMessage }: Refusal): object {
  const succeeded = { errorCode: "", errorMessage: "", requestId: "1", content: {} };
  return {
    bulk: [succeeded, { errorCode, errorMessage, requestId: "2", content: null }],
    pageable: { page: 0, size: 10, totalPages: 1, totalElements: 2 },
  };
}

function emptyContent({ emptyContent: how }: FloliveQuirks): unknown {
  switch (how) {
    case "text":
      return "";
    case "null":
      return null;
    case "object":
      return {};
    case "absent":
      return undefined;
    default:
      return [];
  }
}
