/** The one answer to a credential that is not believed, whatever is wrong with it. */
import { Failure } from "../model/errors.ts";

/** UNAUTHENTICATED; `detail` says for the log why, and holds nothing of the credential. */
export function refused(detail: string): Failure {
  return new Failure("UNAUTHENTICATED", { message: "The token is not valid.", detail });
}
