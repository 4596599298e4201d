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
    const used = cpuMs();
    peak = Math.max(peak, process.memoryUsage.rss());
    process.send?.({ cpuMs: used / slowness(), grewBy: peak - rss });
  }
});
function cpuMs(): number {
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1_000;
}

// A megabyte of JSON is parsed in 10 ms by the machine that the promise was made on: a busy or smaller one takes longer for everything.
const megabyte = JSON.stringify(
  Array.from({ length: 20_000 }, (_, n) => ({ n, name: `name ${n}`, list: [n, [n]] })),
);
function slowness(): number {
  const tookMs = [1, 2, 3].map(() => {
    cpu = process.cpuUsage();
    JSON.parse(megabyte);
    return cpuMs();
  });
  return Math.max(1, Math.min(...tookMs) / 10);
}

process.send?.({ url: app.url, key: app.keyOf("service") });
