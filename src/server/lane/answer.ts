/** An answer as text: errors, data, and what only this request is told at its end. */
import type { GraphQLError } from "graphql";
import type { Executed } from "../../execution/execute.ts";
import { addedUp, type Written } from "../../execution/text.ts";
import type { ErrorCode } from "../../model/errors.ts";
import { createPace, inTurns } from "../../model/pace.ts";
import { toClientError } from "../../schema/errors.ts";
import type { JsonType } from "../edge/negotiate.ts";
import { headersOf, statusOf } from "../edge/status.ts";
import type { Cost } from "../operations/pipeline.ts";
import type { Bodies } from "./bodies.ts";

/** What an operation was answered with, as far as it is the same for all who ask it. */
export interface Answer {
  /** `{"errors":…,"data":…`, without the closing brace. */
  readonly text: Written;
  /** Of its errors. */
  readonly codes: readonly string[];
  /** Where it holds no data: the status that its first error calls for, which it has under one media type or under both. */
  readonly refusal: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** Is it text that is no GraphQL, or does not fit the schema? */
    readonly isMisfit: boolean;
  } | null;
  /** What was sent of it last, with which end. Here, not in a WeakMap: what one holds outlives its request by many others. */
  sent: { readonly end: string; readonly bodies: Bodies } | null;
}

/** The answer that an execution gave; a promise only where there are so many errors that others have their turn meanwhile. */
export function toAnswer(
  { data, errors }: Executed,
  onSurprise: (original: unknown) => void,
): Answer | Promise<Answer> {
  if (errors.length === 0)
    return { text: addedUp([`{"data":`, data ?? "null"], ""), codes: [], refusal: null, sent: null };
  const told: GraphQLError[] = [];
  const texts: string[] = [];
  // One may stand for many places.
  const distinct = [...new Set(errors)];
  const rested = inTurns(distinct.length, createPace(), (from, to) => {
    for (const error of distinct.slice(from, to)) {
      const client = toClientError(error, onSurprise);
      told.push(client);
      texts.push(textOf(client));
    }
  });
  const answer = (): Answer =>
    data === null
      ? toRefusal(told)
      : { ...withErrors(told, texts, [`,"data":`, data]), refusal: null, sent: null };
  return rested === undefined ? answer() : rested.then(answer);
}

/** The answer to a request of which nothing ran, because of these errors; they are as clients may see them. */
export function toRefusal(errors: readonly GraphQLError[]): Answer {
  const [first] = errors as [GraphQLError];
  const { code, retryAt = null } = first.extensions as { code: ErrorCode; retryAt?: string };
  const isMisfit = code === "GRAPHQL_PARSE_FAILED" || code === "GRAPHQL_VALIDATION_FAILED";
  const headers = isMisfit ? {} : headersOf({ code, retryAt });
  return {
    ...withErrors(errors, errors.map(textOf), []),
    refusal: { status: statusOf(code), headers, isMisfit },
    sent: null,
  };
}

/** The end of the text, which tells what it cost, when that is known. */
export function closed(cost: Cost | null): string {
  if (cost === null) return "}";
  const { requested, limit, remaining } = cost;
  const left = remaining === undefined ? "" : `,"remaining":${remaining}`;
  return `,"extensions":{"cost":{"requested":${requested},"limit":${limit}${left}}}}`;
}

/**
 * The status of an answer in a media type. Under `application/json`, text that is not GraphQL or does not fit the schema is
 * answered with 200, as the specification of GraphQL over HTTP wants it for older clients.
 */
export function statusFor({ refusal }: Answer, type: JsonType): number {
  if (refusal === null || (refusal.isMisfit && type === "application/json")) return 200;
  return refusal.status;
}

function withErrors(
  errors: readonly GraphQLError[],
  texts: readonly string[],
  data: readonly Written[],
): Pick<Answer, "text" | "codes"> {
  return {
    text: addedUp([`{"errors":[${texts.join()}]`, ...data], ""),
    codes: errors.map(({ extensions }) => String(extensions["code"] ?? "INTERNAL")),
  };
}

// Errors of a document are shared with Yoga's door, which is told in them what status to give.
function textOf(error: GraphQLError): string {
  const { extensions = {}, ...plain } = error.toJSON();
  const { http: _, ...told } = extensions;
  return JSON.stringify({ ...plain, extensions: told });
}
