/** Is every source there, does it take our credentials, and do the clocks agree? */
import { toFailure } from "../model/errors.ts";
import type { Call, Source } from "../model/source.ts";
import type { SkewOf } from "./clock.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";
import { remedyFor } from "./remedies.ts";

// EdgeGrid takes timestamps within 30 s; tokens are judged with a tolerance of the same size.
const mostSkewSeconds = 30;
const worryingSkewSeconds = 10;

/** Asks the source its cheapest question. `account` is any linked one. */
export async function checkSource(source: Source, account: string | null, call: Call): Promise<Finding> {
  const subject = `source ${source.id}`;
  const startedAt = performance.now();
  try {
    await source.ping(call, account);
  } catch (thrown) {
    const failed = toFailure(thrown, source.id);
    // It answered, and knows us: what it says of the account is a matter of the links.
    if (!isAboutAccount(failed.code)) {
      const detail = failed.detail === null ? "" : ` (${shortened(failed.detail)})`;
      return failure(subject, `${failed.message.replace(/\.$/, "")}${detail}.`, remedyFor(failed, source.id));
    }
  }
  return ok(subject, `answers and takes the credentials (${Math.round(performance.now() - startedAt)} ms).`);
}

/** Is it only about an account, and not about the source? */
export function isAboutAccount(code: string): boolean {
  return code === "ACCOUNT_NOT_FOUND" || code === "ACCOUNT_NOT_PERMITTED" || code === "ACCOUNT_MISMATCH";
}

/** Compares the clocks of a source that has answered. */
export function checkClock({ id }: Source, skewOf: SkewOf): Finding | null {
  const skew = skewOf(id);
  if (skew === null) return null;
  const subject = `clock and ${id}`;
  const size = Math.abs(skew);
  if (size <= worryingSkewSeconds) return ok(subject, "agree within some seconds.");
  const says = `this machine is ${Math.round(size)} s ${skew > 0 ? "ahead of" : "behind"} the source's Date header.`;
  const remedy = "Let this machine's clock be kept by NTP (timedatectl set-ntp true), or its host's.";
  return size > mostSkewSeconds
    ? failure(subject, `${says} Signatures of EdgeGrid are good for 30 s only.`, remedy)
    : warning(subject, says, remedy);
}

function shortened(detail: string): string {
  const line = detail.replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
