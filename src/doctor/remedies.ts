/** What an operator can do about a source that fails, by the failure's code. */
import type { Failure } from "../model/errors.ts";

/** One sentence for this source's failure. */
export function remedyFor({ code }: Failure, source: string): string {
  const entry = `sources.${source}`;
  switch (code) {
    case "SOURCE_UNREACHABLE":
      return `Check ${entry}.url and whether this machine may connect there: name resolution, firewall, proxy.`;
    case "SOURCE_TIMEOUT":
      return `Ask whoever runs it whether it is slow or down; if it is always slow, raise ${entry}.timeoutMs.`;
    case "SOURCE_DISCONNECTED":
      return `Check that ${entry}.url names the right port and scheme, and that no proxy between cuts connections.`;
    case "SOURCE_UNAUTHORIZED":
      return `Put the right credentials into ${entry}, and see that they are not expired or revoked.`;
    case "SOURCE_RATE_LIMITED":
      return "Wait, and see who else uses the same credentials; then ask the upstream for a higher limit.";
    case "SOURCE_UNAVAILABLE":
    case "SOURCE_ERROR":
      return "It says itself that it is out of order: wait, or tell whoever runs it.";
    case "SOURCE_BAD_RESPONSE":
    case "SOURCE_REJECTED":
      return `Check that ${entry}.url is the base URL of the API and not of a web page, and that ${entry}.kind is right.`;
    case "SOURCE_TOO_LARGE":
      return `Raise ${entry}.maxBytes.`;
    default:
      return `Look at the log with LOG_LEVEL=debug, and check ${entry}.`;
  }
}
