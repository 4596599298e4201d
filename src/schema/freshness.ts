/** How fresh a list has to be. */
import { Failure } from "../model/errors.ts";
import type { Freshness } from "../model/source.ts";
import { builder } from "./builder.ts";

const FreshnessInput = builder.inputType("FreshnessInput", {
  description:
    "How old the sources' answers may be. It can only ask for fresher data than the service is configured to give.",
  fields: (t) => ({
    maxAge: t.int({
      description:
        "The highest age of a kept answer, in seconds; sources whose answers are older are asked again. 0: always ask. Default: as configured.",
    }),
    staleIfError: t.int({
      description:
        "The highest age, in seconds, of a kept answer that is used when a source fails. 0: use none. Default: as configured.",
    }),
  }),
});

/** The argument of every list and total. */
export const freshnessArg = {
  type: FreshnessInput,
  description: "How old the sources' answers may be. Default: as configured.",
} as const;

/** The argument in milliseconds; throws BAD_INPUT for ages below 0. */
export function toFreshness(
  input: { maxAge?: number | null | undefined; staleIfError?: number | null | undefined } | null | undefined,
): Freshness | undefined {
  if (input === null || input === undefined) return undefined;
  return {
    maxAgeMs: toMs("maxAge", input.maxAge),
    staleIfErrorMs: toMs("staleIfError", input.staleIfError),
  };
}

function toMs(name: string, seconds: number | null | undefined): number | null {
  if (seconds === null || seconds === undefined) return null;
  if (seconds >= 0) return seconds * 1_000;
  throw new Failure("BAD_INPUT", { message: `\`freshness.${name}\` must be 0 or more; it is ${seconds}.` });
}
