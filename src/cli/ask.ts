/** One question to a running service. */

/** What is asked. */
export interface Operation {
  readonly query: string;
  readonly variables: unknown;
  readonly operationName: string | undefined;
}

/** The headers that prove who is asking; none for nobody. */
export type Credential = Readonly<Record<string, string>>;

/** An answer of GraphQL. */
export interface Reply {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}

const timeoutMs = 120_000;

/** Asks; throws a sentence when there is no answer of GraphQL at all. */
export async function ask(url: string, operation: Operation, credential: Credential): Promise<Reply> {
  const endpoint = endpointOf(url);
  const response = await send(endpoint, operation, credential).catch((cause: unknown) => {
    throw new Error(
      `Nothing answers at ${endpoint.href} (${reasonOf(cause)}): start the service with invoicegraph serve, name another with --url, or try --sandbox.`,
      { cause },
    );
  });
  const text = await response.text().catch((cause: unknown) => {
    throw new Error(`${endpoint.href} did not finish its answer (${reasonOf(cause)}): ask again.`, { cause });
  });
  const reply = jsonOf(text);
  if (reply === null)
    throw new Error(
      `${endpoint.href} answered with HTTP ${response.status} and no GraphQL: name the service's own address with --url.`,
    );
  return reply;
}

async function send(endpoint: URL, operation: Operation, credential: Credential): Promise<Response> {
  return await fetch(endpoint, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...credential },
    body: JSON.stringify(operation),
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
}

// What fetch throws says only that it failed, or repeats a header; its cause says why: ECONNREFUSED, a certificate, a redirect.
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "no reason is known";
  const { cause } = thrown;
  if (!(cause instanceof Error)) return thrown.name;
  return "code" in cause ? String(cause.code) : cause.message;
}

function endpointOf(url: string): URL {
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new Error(`"${url}" is no http(s) URL; write one such as https://invoices.example.`);
  const endpoint = new URL(url);
  if (endpoint.pathname === "/") endpoint.pathname = "/graphql";
  return endpoint;
}

function jsonOf(text: string): Reply | null {
  try {
    const json: unknown = JSON.parse(text);
    const isReply = typeof json === "object" && json !== null && ("data" in json || "errors" in json);
    return isReply ? (json as Reply) : null;
  } catch {
    return null;
  }
}
