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
      description: "A code of the error table in docs/errors.md.",
      resolve: ({ code }) => code,
    }),
    message: t.string({
      nullable: false,
      description: "One sentence for people.",
      resolve: ({ message }) => message,
    }),
    retryable: t.boolean({
      nullable: false,
      description: "Can asking again help?",
      resolve: ({ retryable }) => retryable,
    }),
  };
}
