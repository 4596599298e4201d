/** The front page at `/`: who may see it, and how it is sent. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import type { GraphQLSchema } from "graphql";
import { Failure } from "../model/errors.ts";
import { mayUseScope, type Viewer } from "../model/viewer.ts";
import type { ExampleQuery } from "./examples.ts";
import { drawSchema } from "./map/draw.ts";
import { type Fixed, renderPage } from "./page.ts";
import { style } from "./style.ts";
import { look, type Watched } from "./view.ts";

/** Answers a request for the page, or throws the Failure that refuses it. */
export type FrontPage = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface FrontPageOptions extends Watched {
  /** OPERATORS prove themselves; OPEN is for whoever reaches the port, as in the sandbox. */
  readonly access: "OPERATORS" | "OPEN";
  readonly authenticate: (headers: {
    authorization?: string | undefined;
    "x-api-key"?: string | undefined;
  }) => Promise<Viewer>;
  readonly schema: GraphQLSchema;
  readonly examples: readonly ExampleQuery[];
  /** Is GraphiQL served at /graphql? */
  readonly hasGraphiQL: boolean;
}

// Of a customer service credential that may see the page.
const operationsScope = "operations";

const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cache-control": "no-store",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  vary: "authorization, accept-encoding",
} as const;

/** The page. Its map of the schema is drawn at the first look. */
export function createFrontPage(options: FrontPageOptions): FrontPage {
  const { access, authenticate, schema, examples, hasGraphiQL, now } = options;
  const startedAt = now();
  let fixed: Fixed | null = null;
  return async (request, response) => {
    if (access === "OPERATORS" && !(await isOperator(request.headers, authenticate))) {
      refuse(response);
      return;
    }
    if (request.method !== "GET" && request.method !== "HEAD") throw new Failure("METHOD_NOT_ALLOWED");
    fixed ??= { map: drawSchema(schema), examples, hasGraphiQL };
    const page = Buffer.from(renderPage(look(options, startedAt), fixed));
    const takesGzip = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
    const body = takesGzip ? gzipSync(page, { level: 5 }) : page;
    response.writeHead(200, {
      ...headers,
      "content-length": String(body.length),
      ...(takesGzip && { "content-encoding": "gzip" }),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  };
}

// A browser can send no token of its own, but asks for a name and a password: the password is an API key.
async function isOperator(
  { authorization, "x-api-key": apiKey }: IncomingHttpHeaders,
  authenticate: FrontPageOptions["authenticate"],
): Promise<boolean> {
  const basic = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization ?? "")?.[1];
  const password =
    basic === undefined
      ? null
      : Buffer.from(basic, "base64")
          .toString("utf8")
          .replace(/^[^:]*:?/, "");
  try {
    const viewer = await authenticate(
      password === null
        ? { authorization, "x-api-key": typeof apiKey === "string" ? apiKey : undefined }
        : { "x-api-key": password },
    );
    return viewer.role === "CUSTOMER_SERVICE" && mayUseScope(viewer, operationsScope);
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === "UNAUTHENTICATED") return false;
    throw thrown;
  }
}

// The same for no credential, a wrong one, and one that may not.
function refuse(response: ServerResponse): void {
  response.writeHead(401, {
    ...headers,
    "content-type": "text/plain; charset=utf-8",
    "www-authenticate": 'Basic realm="InvoiceGraph operations", charset="UTF-8"',
  });
  response.end(
    `This page is for operators: sign in with any name, and as the password an API key of customer service with the scope "${operationsScope}".\n`,
  );
}
