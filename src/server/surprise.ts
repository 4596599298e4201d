/** Surprises are logged with the id of the request that met them. */
import type { ServerResponse } from "node:http";
import type { Plugin } from "graphql-yoga";
import { toClientErrors } from "../schema/errors.ts";
import { notedRequestId } from "../telemetry/request-id.ts";
import type { RequestContext } from "./yoga/graphql.ts";

/** Gets what clients are not told, and the id of the request where it is known. */
export type OnSurprise = (original: unknown, requestId?: string) => void;

/** For one request: its id is noted on its answer from the beginning. */
export function surprisesOf(onSurprise: OnSurprise, response: ServerResponse): (original: unknown) => void {
  return (original) => onSurprise(original, notedRequestId(response));
}

/** Masks what an execution throws, as Yoga would, but with the request at hand. */
export function masking(onSurprise: OnSurprise): Plugin<RequestContext, RequestContext> {
  return {
    onExecute: ({ args: { contextValue } }) => ({
      onExecuteDone({ result, setResult }) {
        if (Symbol.asyncIterator in result || result.errors === undefined) return;
        const surprised = surprisesOf(onSurprise, contextValue.res);
        setResult({ ...result, errors: toClientErrors(result.errors, surprised) });
      },
    }),
  };
}
