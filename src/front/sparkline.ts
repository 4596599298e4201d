/** How long the last questions to a source took, as small bars. */
import type { RecentExchange } from "../telemetry/recent.ts";
import { milliseconds, plural } from "./figures.ts";
import { type Html, html } from "./html.ts";

const slots = 60;
const height = 44;

/** One bar for each, the latest at the right; those that failed reach the top and have another colour. */
export function sparkline(exchanges: readonly RecentExchange[], source: string): Html {
  const times = exchanges.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const slowest = times.at(-1) ?? 0;
  const median = times[times.length >> 1] ?? 0;
  const failed = exchanges.filter(({ isFailed }) => isFailed).length;
  const first = slots - exchanges.length;
  const bars = exchanges.map(({ ms, isFailed }, index) => {
    const tall = isFailed ? height : Math.max(2, (ms / Math.max(slowest, 1)) * (height - 4));
    return html`<rect
      class="${isFailed ? "failed" : "bar"}"
      x="${(first + index) * 5}"
      y="${(height - tall).toFixed(1)}"
      width="4"
      height="${tall.toFixed(1)}"
    />`;
  });
  if (exchanges.length === 0)
    return figure([], `Nothing has been asked of ${source} yet.`, "No question yet");
  const said = `${plural(exchanges.length, "question")}: median ${milliseconds(median)}, slowest ${milliseconds(slowest)}, ${failed === 0 ? "none" : failed} failed`;
  return figure(bars, `The last questions to ${source}. ${said}.`, `Last ${said}`);
}

function figure(bars: readonly Html[], label: string, caption: string): Html {
  return html`<figure class="spark">
    <svg viewBox="0 0 ${slots * 5} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}">
      ${bars}
      <path class="base" d="M0 ${height}H${slots * 5}" />
    </svg>
    <figcaption>${caption}</figcaption>
  </figure>`;
}
