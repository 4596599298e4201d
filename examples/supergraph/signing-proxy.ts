/** Stands between a router that cannot sign (Apollo Router) and InvoiceGraph's subgraph, and signs what passes. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type RouterKey, signedHeaders } from "./sign.ts";

export interface SigningProxyOptions {
  /** InvoiceGraph's /subgraph. */
  readonly target: string;
  readonly key: RouterKey;
}

const maxBytes = 10_000_000;

/**
 * The proxy as a node:http listener. It signs for whoever reaches it, as the viewer in the header Viewer-Claims: let
 * nobody but the router reach it (the loopback of the router's own machine or pod).
 */
export function createSigningProxy({ target, key }: SigningProxyOptions) {
  const { pathname } = new URL(target);

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const claims = request.headers["viewer-claims"];
    if (request.method !== "POST" || typeof claims !== "string") {
      response.writeHead(400).end();
      return;
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        response.writeHead(413).end();
        return;
      }
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    const answer = await fetch(target, {
      method: "POST",
      redirect: "error",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...signedHeaders({ method: "POST", path: pathname, body, claims }, key),
      },
      body,
    });
    response.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "application/json",
    });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    pass(request, response).catch(() => response.writeHead(502).end());
  };
}
