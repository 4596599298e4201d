/** The way to GraphiQL: each example as a link that opens it there. */
import { type Html, html } from "./html.ts";

/** A query with its variables as JSON, or empty. */
export interface ExampleQuery {
  readonly title: string;
  readonly query: string;
  readonly variables: string;
}

/** The section; without GraphiQL the examples can only be copied. */
export function examplesSection(examples: readonly ExampleQuery[], hasGraphiQL: boolean): Html {
  return html`<section aria-labelledby="examples">
    <h2 id="examples">Ready examples</h2>
    <ul class="examples">
      ${examples.map(
        (example) =>
          html`<li>
            ${link(example, hasGraphiQL)}
            <p>${sayingOf(example)}</p>
            <details>
              <summary>The query<span class="unseen"> of “${example.title}”</span></summary>
              <pre tabindex="0">${queryOf(example)}</pre>
            </details>
          </li>`,
      )}
    </ul>
  </section>`;
}

/** The query by itself: its variables become defaults, for GraphiQL takes none from a link. */
export function selfContained({ query, variables }: ExampleQuery): string {
  let text = query;
  if (variables === "") return text;
  for (const [name, value] of Object.entries(JSON.parse(variables) as Record<string, unknown>))
    text = text.replace(
      new RegExp(`\\$${name}: [\\w![\\]]+`),
      (declared) => `${declared} = ${JSON.stringify(value)}`,
    );
  return text;
}

function link(example: ExampleQuery, hasGraphiQL: boolean): Html {
  if (!hasGraphiQL) return html`<h3>${example.title}</h3>`;
  return html`<h3>
    <a href="/graphql?query=${encodeURIComponent(selfContained(example))}">${example.title}</a>
  </h3>`;
}

function queryOf(example: ExampleQuery): string {
  return selfContained(example)
    .replace(/^(?:#.*\n)+/, "")
    .trim();
}

// The comment that it begins with.
function sayingOf({ query }: ExampleQuery): string {
  return /^# (.*)/.exec(query)?.[1] ?? "";
}
