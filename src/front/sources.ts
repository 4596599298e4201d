/** The sources: how each is doing, what it was asked, what the cache gave, how it failed of late. */
import type { SourceHealth } from "../model/health.ts";
import { bytes, count, moment, plural, share } from "./figures.ts";
import { type Html, html } from "./html.ts";
import { sparkline } from "./sparkline.ts";
import type { CacheCounts, SourceView, View } from "./view.ts";

// A sign and a word for each state: colour alone tells nothing to many.
const states = {
  HEALTHY: ["healthy", "●", "Healthy"],
  DEGRADED: ["degraded", "▲", "Degraded"],
  SUSPENDED: ["suspended", "■", "Suspended"],
} as const;

const mostCodes = 6;

/** The section. */
export function sourcesSection({ sources, now }: View): Html {
  return html`<section aria-labelledby="sources">
    <h2 id="sources">Sources</h2>
    <div class="cards">${sources.map((source) => card(source, now))}</div>
  </section>`;
}

/** How many of all answers the cache gave itself. */
export function keptShare({ hits, sharedHits, misses }: CacheCounts): string {
  return share(hits + sharedHits, hits + sharedHits + misses);
}

function card({ id, title, health, recent, drift, cache }: SourceView, now: number): Html {
  const { calls, failed, failures } = recent;
  return html`<article class="card" aria-labelledby="source-${id}">
    <header>
      <h3 id="source-${id}">${id} <span class="kind">${title}</span></h3>
      ${badge(health)}
    </header>
    <p class="standing">${standing(health, now)}</p>
    ${sparkline(recent.exchanges, id)}
    <dl class="figures">
      ${figure("Questions", count(calls), failed === 0 ? "none failed" : `${share(failed, calls)} failed`)}
      ${figure("Retries", count(health?.counters.retries ?? 0), plural(health?.counters.suspensions ?? 0, "suspension"))}
      ${figure("From cache", keptShare(cache), cache.stale === 0 ? "none stale" : `${count(cache.stale)} stale`)}
      ${figure("Received", bytes(recent.bytes), plural(drift.examined, "record"))}
    </dl>
    ${
      failures.length === 0
        ? html`<p class="quiet">No failures since the start.</p>`
        : html`<h4>Failures</h4>
            <ul class="failures">
              ${failures
                .slice(0, mostCodes)
                .map(
                  ({ code, count: times, lastAt }) =>
                    html`<li>
                      <code>${code}</code> ${times === 1 ? "once" : `${count(times)} times`},
                      ${times === 1 ? "" : "last "}${moment(lastAt, now)}
                    </li>`,
                )}
            </ul>`
    }
  </article>`;
}

function badge(health: SourceHealth | null): Html {
  if (health === null || health.counters.calls === 0)
    return html`<p class="badge unasked"><span aria-hidden="true">○</span> Not asked yet</p>`;
  const [name, sign, word] = states[health.state];
  return html`<p class="badge ${name}"><span aria-hidden="true">${sign}</span> ${word}</p>`;
}

function standing(health: SourceHealth | null, now: number): Html {
  if (health === null || health.counters.calls === 0) return html`Breaker closed`;
  const { state, retryAt, since, counters } = health;
  const { underWay, waiting } = counters;
  const busy = `${underWay} under way${waiting === 0 ? "" : `, ${waiting} waiting`}`;
  const breaker =
    state === "SUSPENDED" ? html`Breaker open since ${moment(since, now)}` : html`Breaker closed`;
  const again = retryAt === null ? "" : html`, asked again ${moment(retryAt, now)}`;
  return html`${breaker}${again}, ${busy}`;
}

function figure(name: string, value: string, more: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value} <small>${more}</small></dd>
  </div>`;
}
