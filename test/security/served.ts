/** A service in a process of its own that says what a stretch of time cost it; run by test/security/attacks.test.ts. */
import { startTestApp } from "../support/app.ts";

// The introspection, the page and the limits of production, with the body limit that is the default.
const app = await startTestApp();
let peak = 0;
let cpu = process.cpuUsage();
let rss = 0;
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 5);

process.on("message", (what) => {
  if (what === "start") {
    globalThis.gc?.();
    rss = process.memoryUsage.rss();
    peak = rss;
    cpu = process.cpuUsage();
    process.send?.({ started: true });
  } else if (what === "stop") {
    const { user, system } = process.cpuUsage(cpu);
    peak = Math.max(peak, process.memoryUsage.rss());
    process.send?.({ cpuMs: (user + system) / 1_000, grewBy: peak - rss });
  }
});
process.send?.({ url: app.url, key: app.keyOf("service") });
