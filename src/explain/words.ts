/** What a source is asked for, in words for people and as a key. */
import type { Ask } from "../model/forecast.ts";

/** An id that stands for the one that an account's record names. */
export function assumedId(account: string): string {
  return `?${account}`;
}

function isAssumed(id: string): boolean {
  return id.startsWith("?");
}

/** The path with a name in place of an id that stands for another. */
export function templateOf(path: string): string {
  return path.replace(/%3F[^/]*/g, "{id}");
}

/** Such as "invoices of account C-1ABC234 in 2026-10". Names no account but those that were asked for. */
export function wordsOf(ask: Ask): string {
  switch (ask.for) {
    case "invoices": {
      const { account, month } = ask.question;
      const whose = account === null ? "all accounts" : `account ${account}`;
      return `invoices of ${whose}${month === null ? "" : ` in ${month}`}`;
    }
    case "details":
      return `details of invoice ${ask.invoice.number ?? ask.invoice.key.join(" ")}`;
    case "files": {
      const [first] = ask.invoices;
      const count = ask.invoices.length;
      return `${ask.format} files of ${count} ${count === 1 ? "invoice" : "invoices"} of account ${first?.account ?? "?"}`;
    }
    case "settings":
      return `invoice settings of account ${ask.account}`;
    case "currency":
      return isAssumed(ask.id) ? `the currency of account ${ask.id.slice(1)}` : `currency ${ask.id}`;
    case "paymentTerms":
      return "payment terms";
    case "profile":
      return `profile of account ${ask.account}`;
    case "children":
      return `accounts below account ${ask.account}`;
  }
}

/** Unique within a source; equal for what has the same answer. */
export function keyOf(ask: Ask): string {
  switch (ask.for) {
    case "invoices":
      return `invoices ${ask.question.key}`;
    case "details":
      return `details ${ask.invoice.id}`;
    case "files":
      return `files ${ask.format} ${ask.invoices.map(({ id }) => id).join(" ")}`;
    default:
      return wordsOf(ask);
  }
}
