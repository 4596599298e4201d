/** Starts the signing proxy for Apollo Router: INVOICES_URL, ROUTER_KEY_ID and ROUTER_SECRET say what for. */
import { serve } from "./serve.ts";
import { createSigningProxy } from "./signing-proxy.ts";

const { INVOICES_URL: target, ROUTER_KEY_ID: id, ROUTER_SECRET: secret, PORT = "4101" } = process.env;
if (target === undefined || id === undefined || secret === undefined)
  throw new Error("Set INVOICES_URL (InvoiceGraph's /subgraph), ROUTER_KEY_ID and ROUTER_SECRET.");
const { url } = await serve(createSigningProxy({ target, key: { id, secret } }), Number(PORT));
process.stdout.write(`Signing what is for ${target} at ${url}\n`);
