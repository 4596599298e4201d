/** The doctor: looks at everything that a configuration names, side by side, and changes nothing. */
import { setMaxListeners } from "node:events";
import type { Config } from "../config/read.ts";
import type { SourceConfig } from "../config/sources.ts";
import { createConnector } from "../http/connector.ts";
import type { Call } from "../model/source.ts";
import { watchClocks } from "./clock.ts";
import { findCustomers, type FoundCustomers } from "./customers.ts";
import { type Finding, ok, skipped } from "./finding.ts";
import { checkApiKeys, checkIssuer, checkLinkKeys } from "./identity.ts";
import { checkLinks, linksOf } from "./links.ts";
import { checkFrontPage, checkPublicUrl, checkTrustedDocuments } from "./serving.ts";
import { checkClock, checkSource } from "./sources.ts";
import { checkFileStore, checkRedis } from "./storage.ts";

export interface ExamineOptions {
  /** Linked accounts looked up in each source, at most. */
  readonly accounts: number;
  /** For each source, and for each other service, in milliseconds. */
  readonly timeoutMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Every finding: the configuration first, then the sources, then the rest. */
export async function examine(config: Config, options: ExamineOptions): Promise<Finding[]> {
  const { timeoutMs, now } = options;
  const directory = await findCustomers(config, timeoutMs);
  const { customers } = directory;
  const known = customers === null ? "" : ` and ${customers.length} customers`;
  const findings = await Promise.all([
    [ok("configuration", `names ${config.sources.length} sources${known}.`)],
    directory.findings,
    ...config.sources.map((source) => examineSource(source, customers, options)),
    checkFileStore(config.delivery, timeoutMs),
    checkLinkKeys(config.delivery),
    config.redis === null ? null : checkRedis(config.redis),
    checkIssuer(config.auth, AbortSignal.timeout(timeoutMs)),
    checkApiKeys(config.auth, now()),
    checkPublicUrl(config.server),
    checkFrontPage(config.server, config.auth),
    checkTrustedDocuments(config.server),
  ]);
  return findings.flat().filter((finding) => finding !== null);
}

async function examineSource(
  { id, kind, config: own }: SourceConfig,
  customers: FoundCustomers["customers"],
  { accounts: most, timeoutMs, now }: ExamineOptions,
): Promise<Finding[]> {
  const { connect, skewOf } = watchClocks(createConnector().connect, now);
  const source = kind.create({ id, config: own, connect, now });
  try {
    const links = linksOf(id, customers ?? []);
    const reach = await checkSource(source, links[0]?.reference ?? null, callFor(timeoutMs));
    const clock = checkClock(source, skewOf);
    const isThere = reach.status === "OK";
    if (isThere && customers === null)
      return [
        reach,
        ...(clock === null ? [] : [clock]),
        skipped(`links to ${id}`, "who is linked cannot be read."),
      ];
    const found = isThere
      ? await checkLinks(source, links, { call: callFor(timeoutMs), most, now: now() })
      : [];
    return [reach, ...(clock === null ? [] : [clock]), ...found];
  } finally {
    await source.close();
  }
}

function callFor(timeoutMs: number): Call {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return { signal, deadlineAt: Date.now() + timeoutMs };
}
