/** Who is let in: the issuer's keys, API keys that end, and the keys that sign links. */
import { createLocalJWKSet, type JSONWebKeySet } from "jose";
import type { AuthConfig } from "../auth/config.ts";
import type { DeliveryConfig } from "../delivery/config.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";

const dayMs = 86_400_000;
const soonDays = 14;
const subjectOfKeys = "token issuer's keys";

/** Fetches the keys that bearer tokens are verified with; null when none are fetched. */
export async function checkIssuer({ jwt }: AuthConfig, signal: AbortSignal): Promise<Finding | null> {
  const url = jwt?.jwksUrl;
  if (url === undefined) return null;
  const remedy =
    "Check auth.jwt.jwksUrl and whether this machine may connect there: no token can be verified.";
  try {
    const response = await fetch(url, { signal });
    if (response.status !== 200) {
      await response.body?.cancel();
      return failure(subjectOfKeys, `${url} answers with HTTP ${response.status}.`, remedy);
    }
    const keys = (await response.json()) as JSONWebKeySet;
    createLocalJWKSet(keys);
    const count = keys.keys.length;
    return count > 0
      ? ok(subjectOfKeys, `${count === 1 ? "1 key is" : `${count} keys are`} published.`)
      : failure(subjectOfKeys, `${url} publishes no key.`, remedy);
  } catch (thrown) {
    const isReached =
      thrown instanceof SyntaxError ||
      (thrown instanceof Error && "code" in thrown && thrown.code === "ERR_JWKS_INVALID");
    return failure(
      subjectOfKeys,
      isReached ? `${url} answers with something that is no key set.` : `${url} cannot be reached.`,
      remedy,
    );
  }
}

/** API keys that have ended, or will before long. */
export function checkApiKeys({ apiKeys }: AuthConfig, now: number): Finding[] {
  return apiKeys.flatMap(({ name, expires }) => {
    if (expires === undefined) return [];
    const leftMs = Date.parse(expires) - now;
    const subject = `API key ${name}`;
    const remedy = "Give its holder a new key and put its SHA-256 into auth.apiKeys, or take the entry out.";
    if (leftMs <= 0) return [warning(subject, `has expired at ${expires} and is refused.`, remedy)];
    if (leftMs > soonDays * dayMs) return [];
    return [warning(subject, `expires at ${expires}, in ${Math.ceil(leftMs / dayMs)} days.`, remedy)];
  });
}

/** Keys for links to files: without them links end with the process, and replicas refuse one another's. */
export function checkLinkKeys({ links }: DeliveryConfig): Finding {
  const subject = "link signing keys";
  const { length } = links.keys;
  if (length > 0) return ok(subject, `${length === 1 ? "1 is" : `${length} are`} configured.`);
  return warning(
    subject,
    "none is configured: links and cursors end with each restart, and replicas refuse those of one another.",
    'Add delivery.links.keys: [{ id: k1, secret: "${LINK_SECRET}" }], with what openssl rand -base64 32 prints.',
  );
}
