/** InvoiceGraph as if telemetry had never been written: what watches requests and exchanges is replaced before it is loaded. */
import { register } from "node:module";

const replaced = {
  "/src/telemetry/requests.js": new URL("no-telemetry.js", import.meta.url).href,
  "/src/telemetry/exchanges.js": new URL("no-telemetry.js", import.meta.url).href,
};
const hooks = `
  const replaced = ${JSON.stringify(Object.entries(replaced))};
  export async function resolve(specifier, context, next) {
    const found = await next(specifier, context);
    const [, url] = replaced.find(([ending]) => found.url.endsWith(ending)) ?? [];
    return url === undefined ? found : { url, format: "module", shortCircuit: true };
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
await import("./ours.js" as string);
