/** The GraphiQL page: whole, without internet, with example tabs, under a content security policy of its own. */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { examples } from "./examples.ts";

interface Page {
  readonly plain: Buffer;
  readonly zipped: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** A key to try, such as the sandbox's. */
export interface GraphiQLKey {
  readonly key: string;
  /** Such as "sandbox-parent". No customer's name: the page is open to everybody. */
  readonly name: string;
}

/**
 * Answers a browser's GET of the endpoint. The page is made at the first request.
 * The first of the keys is put into the headers editor of each tab, and all of them stand above the first example.
 */
export function createGraphiQLPage(
  keys: readonly GraphiQLKey[],
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let made: Promise<Page> | null = null;
  return async (request, response) => {
    made ??= makePage(keys);
    const page = await made;
    const takesGzip = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
    response.writeHead(200, { ...page.headers, ...(takesGzip && { "content-encoding": "gzip" }) });
    response.end(takesGzip ? page.zipped : page.plain);
  };
}

async function makePage(keys: readonly GraphiQLKey[]): Promise<Page> {
  // 30 MB that only those need who look at it.
  const { renderGraphiQL } = await import("@graphql-yoga/render-graphiql");
  const [first] = keys;
  const headerText = JSON.stringify(first === undefined ? {} : { "X-Api-Key": first.key }, null, 2);
  const offer = keys.map(({ key, name }) => `# ${name}: ${key}\n`).join("");
  const html = renderGraphiQL({
    title: "InvoiceGraph",
    // Its own choice for subscriptions would be GET, with the operation in the URL.
    method: "POST",
    defaultTabs: examples.map(({ query, variables }, index) => ({
      query: index === 0 ? offer + query : query,
      variables,
      headers: headerText,
    })),
    headers: headerText,
  });
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = ""]) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  const plain = Buffer.from(html);
  return {
    plain,
    zipped: gzipSync(plain, { level: 5 }),
    headers: {
      "content-type": "text/html; charset=utf-8",
      // Monaco, GraphiQL's editor, starts workers from blobs and writes style elements.
      "content-security-policy": [
        "default-src 'none'",
        `script-src ${scripts.join(" ")} blob:`,
        "worker-src blob:",
        "style-src 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join("; "),
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      vary: "accept, accept-encoding",
    },
  };
}
