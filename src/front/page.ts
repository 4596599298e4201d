/** The front page as one HTML document that asks for nothing else. */
import { driftSection } from "./drift.ts";
import { type ExampleQuery, examplesSection } from "./examples.ts";
import { bytes, count, duration, plural } from "./figures.ts";
import { type Html, html, trusted } from "./html.ts";
import type { SchemaMap } from "./map/draw.ts";
import { keptShare, sourcesSection } from "./sources.ts";
import { style } from "./style.ts";
import type { View } from "./view.ts";

/** What stays the same from one look to the next. */
export interface Fixed {
  readonly map: SchemaMap;
  readonly examples: readonly ExampleQuery[];
  readonly hasGraphiQL: boolean;
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%23245c5a'/%3E%3Cpath d='M4 4h5v3h3v5H4z' fill='%23fff'/%3E%3C/svg%3E";

/** The whole document. */
export function renderPage(view: View, { map, examples, hasGraphiQL }: Fixed): string {
  const at = new Date(view.now).toISOString();
  const { html: text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>InvoiceGraph: how the sources are doing</title>
        <link rel="icon" href="${icon}" />
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">To the sources</a>
        <header class="top">
          <div>
            <h1>InvoiceGraph</h1>
            <p>One GraphQL API over ${plural(view.sources.length, "source")} of invoices.</p>
          </div>
          <nav aria-label="Page">
            ${hasGraphiQL ? html`<a class="button" href="/graphql">Open GraphiQL</a>` : null}<a
              class="button plain"
              href="/"
              >Refresh</a
            >
            <p class="asof">As of <time datetime="${at}">${at.slice(11, 19)} UTC</time></p>
          </nav>
        </header>
        <main id="main" tabindex="-1">
          ${overview(view)} ${sourcesSection(view)} ${driftSection(view)}
          <section aria-labelledby="map">
            <h2 id="map">The schema</h2>
            <p>
              Every type that leads on to others. Solid lines lead on, dotted ones lead back; names in
              brackets are lists.
            </p>
            <div class="scroll" role="region" aria-label="Map of the schema, scrolls sideways" tabindex="0">
              ${map.picture}
            </div>
            <details>
              <summary>The same in words</summary>
              ${map.words}
            </details>
          </section>
          ${examplesSection(examples, hasGraphiQL)}
        </main>
        <footer>
          <p>
            Figures are those of this process alone, since it started ${duration(view.now - view.startedAt)}
            ago, and are gone when it ends; <code>telemetry.metrics</code> keeps them.
          </p>
        </footer>
      </body>
    </html> `;
  return text;
}

function overview({ sources, cache }: View): Html {
  const asked = sources.filter(({ health }) => (health?.counters.calls ?? 0) > 0);
  const well = asked.filter(({ health }) => health?.state === "HEALTHY").length;
  const calls = sources.reduce((sum, { recent }) => sum + recent.calls, 0);
  const failed = sources.reduce((sum, { recent }) => sum + recent.failed, 0);
  const differences = sources.reduce((sum, { drift }) => sum + drift.entries.length, 0);
  return html`<section aria-labelledby="glance">
    <h2 id="glance" class="unseen">At a glance</h2>
    <dl class="tiles">
      ${tile("Sources", asked.length === 0 ? count(sources.length) : `${well} of ${asked.length}`, asked.length === 0 ? "not asked yet" : "healthy")}
      ${tile("Questions to them", count(calls), failed === 0 ? "none failed" : `${count(failed)} failed`)}
      ${tile("From cache", keptShare(cache), `${plural(cache.entries, "answer")}, ${bytes(cache.bytes)}`)}
      ${tile("Drift", count(differences), differences === 1 ? "difference" : "differences")}
    </dl>
  </section>`;
}

function tile(name: string, value: string, more: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value} <small>${more}</small></dd>
  </div>`;
}
