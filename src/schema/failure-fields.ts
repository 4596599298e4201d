/** What every failure that is data says, whatever failed. */
import type { Failure } from "../model/errors.ts";
import type { FieldBuilder } from "./builder.ts";

/** The fields of a failure: its code, its sentence, and whether asking again can help. */
export function failureFields<Shape extends Pick<Failure, "code" | "message" | "retryable">>(
  t: FieldBuilder<Shape>,
) {
  return {
    code: t.string({
      nullable: false,
      description: "A code from the error table in docs/errors.md.",
      resolve: ({ code }) => code,
    }),
    message: t.string({
      nullable: false,
      description: "A human-readable sentence.",
      resolve: ({ message }) => message,
    }),
    retryable: t.boolean({
      nullable: false,
      description: "Whether trying again may succeed.",
      resolve: ({ retryable }) => retryable,
    }),
  };
}
