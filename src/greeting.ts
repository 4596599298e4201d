/** What the sandbox says when it is up. */
import type { Sandbox } from "./sandbox.ts";

/** The text: where GraphiQL and the front page are, which keys there are, and a query to paste. */
export function sandboxGreeting(url: string, { tokens, config, simulators }: Sandbox): string {
  const sources = config.sources.map(({ id, kind }) => `${id} (${kind.title})`).join(", ");
  const width = Math.max(...tokens.map(({ key }) => key.length));
  return `
InvoiceGraph sandbox: ${config.customers.length} customers over four simulated upstreams, ${sources}.
Everything in it is made up, and nothing leaves this machine.

  GraphiQL   ${url}/graphql
  Overview   ${url}/

API keys for the header X-Api-Key, new at each start (GraphiQL opens with the first):
${tokens.map(({ key, title }) => `  ${key.padEnd(width)}  ${title}`).join("\n")}

A query to paste:
  curl -s ${url}/graphql -H 'content-type: application/json' -H 'X-Api-Key: ${tokens[0]?.key ?? ""}' \\
    -d '{"query":"{ invoices(first: 5) { totalCount isComplete nodes { number type issuedOn totalAmount currency customer { name } source { id } } } }"}'

The simulators: ${[simulators.flolive, simulators.akamai, simulators.v6, simulators.ddapi].map((each) => each.url).join(" ")}
Real upstreams: INVOICEGRAPH_CONFIG=invoicegraph.yaml npm start (see invoicegraph.example.yaml). Stop with Ctrl+C.
`;
}
