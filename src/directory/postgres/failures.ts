/** What goes wrong with a database: what it means for the caller, and a sentence for operators. */
import pg from "pg";
import { Failure } from "../../model/errors.ts";

/** Did the database answer, if only with a refusal? Then its connection can be used again. */
export function isAnswer(thrown: unknown): thrown is pg.DatabaseError {
  return thrown instanceof pg.DatabaseError && thrown.severity !== "FATAL" && thrown.severity !== "PANIC";
}

/** Was a connection lost that another one may stand in for? Not after a time-out: the time is used up. */
export function isLost(thrown: unknown): boolean {
  if (isAnswer(thrown)) return false;
  return !(thrown instanceof Error && /time-?out|timed out/i.test(thrown.message));
}

/** What a caller is told; a mistake in our own question stays a surprise. */
export function toUnavailable(thrown: unknown): unknown {
  if (thrown instanceof Failure || isOurMistake(thrown)) return thrown;
  return new Failure("DIRECTORY_UNAVAILABLE", { detail: sentenceOf(thrown), cause: thrown });
}

// SQLSTATE classes 22 (data) and 42 (syntax, names), but for tables and rights that an operator has yet to give.
function isOurMistake(thrown: unknown): boolean {
  if (!isAnswer(thrown)) return false;
  const { code = "" } = thrown;
  return /^(?:22|42)/.test(code) && !isMissing(code) && code !== "42501";
}

// A table, a column, a function.
function isMissing(code: string): boolean {
  return code === "42P01" || code === "42703" || code === "42883";
}

/** Why the database cannot be asked, for operators: never with a password in it. */
export function sentenceOf(thrown: unknown): string {
  if (thrown instanceof pg.DatabaseError) {
    const { code = "", message } = thrown;
    if (isMissing(code)) return "the tables are not there: run invoicegraph migrate";
    if (code === "57014") return "the database gave the question up, because it took too long";
    return `the database says: ${message} (${code})`;
  }
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : null;
  if (code === "ECONNREFUSED") return "nothing listens there (ECONNREFUSED)";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `its host's name has no address (${code})`;
  if (code !== null) return `the connection failed (${code})`;
  const message = thrown instanceof Error ? thrown.message : "";
  if (/time-?out|timed out/i.test(message)) return "the database did not answer in time";
  return message === "" ? "the connection failed" : `the connection failed: ${message}`;
}
