/** What the failure of a source means for what was kept of its answers. */
import { Failure } from "../model/errors.ts";

/** Only the source's own trouble lets an older answer stand in: refused credentials or a withdrawn account do not. */
export function isOutage(thrown: unknown): thrown is Failure {
  return thrown instanceof Failure && (thrown.fault === "source" || thrown.code === "SOURCE_BUSY");
}

/** The source says that it has no such thing, or not for us. */
export function isGone(thrown: unknown): boolean {
  return (
    thrown instanceof Failure &&
    (thrown.code === "SOURCE_UNAUTHORIZED" || (thrown.fault === "caller" && thrown.code !== "CANCELLED"))
  );
}
