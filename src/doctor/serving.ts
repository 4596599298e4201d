/** What the service shows to the outside: its public URL, what it answers the curious, the operations that it knows. */
import type { AuthConfig } from "../auth/config.ts";
import type { ServerConfig } from "../server/config.ts";
import { loadTrustedDocuments } from "../server/operations/trusted-documents.ts";
import { failure, type Finding, ok, warning } from "./finding.ts";

/** Will links to files work where clients are? */
export function checkPublicUrl({ publicUrl, host, port }: ServerConfig): Finding {
  const subject = "public URL";
  if (publicUrl === undefined) {
    return warning(
      subject,
      `none is configured: links to files begin with http:// and ${host}:${port}, which clients elsewhere cannot open.`,
      "Set server.publicUrl to the https URL under which clients reach this service.",
    );
  }
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === "https:" || hostname === "localhost" || hostname === "127.0.0.1")
    return ok(subject, `${publicUrl}.`);
  return warning(
    subject,
    `${publicUrl} is not https: links to files and credentials can be read on the way.`,
    "Put TLS in front of the service, and set server.publicUrl to its https URL.",
  );
}

/** Is the front page for those whom it is meant for? Null when there is none. */
export function checkFrontPage({ frontPage }: ServerConfig, { apiKeys, jwt }: AuthConfig): Finding | null {
  const subject = "front page";
  if (frontPage === "off") return null;
  if (frontPage === "open") {
    return warning(
      subject,
      "whoever reaches the port sees how the sources are doing.",
      "Set server.frontPage to operators.",
    );
  }
  const mayAnybody =
    jwt !== undefined ||
    apiKeys.some(({ role, scopes }) => role === "CUSTOMER_SERVICE" && scopes.includes("operations"));
  return mayAnybody
    ? ok(subject, "is for operators.")
    : warning(
        subject,
        "no credential may see it.",
        "Give an API key of customer service the scope operations: `scopes: [operations]` in auth.apiKeys.",
      );
}

/** Can the operations that are known beforehand be read? Null when none are configured. */
export async function checkTrustedDocuments({ trustedDocuments }: ServerConfig): Promise<Finding | null> {
  if (trustedDocuments === undefined) return null;
  const subject = "trusted documents";
  try {
    const { size } = await loadTrustedDocuments(trustedDocuments);
    if (size > 0 || !trustedDocuments.required) return ok(subject, `${size} are known.`);
    return failure(
      subject,
      `${trustedDocuments.path} holds none, so that every operation is refused.`,
      "Put the clients' operations there, or set server.trustedDocuments.required to false.",
    );
  } catch (thrown) {
    return failure(
      subject,
      thrown instanceof Error ? thrown.message : "they cannot be read.",
      "Correct server.trustedDocuments.path, or the file.",
    );
  }
}
