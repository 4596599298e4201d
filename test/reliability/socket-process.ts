/**
 * The service's socket in a process of its own, with the real /readyz and a handler that answers after a while. Each SIGTERM
 * drains it; then, instead of ending, the process listens anew and tells its new URL, because starting takes long.
 */
import { answerHealth } from "../../src/server/health/health.ts";
import { listen } from "../../src/server/listen.ts";

const { graceMs } = JSON.parse(process.argv[2] ?? "") as { readonly graceMs: number };

async function serve(): Promise<void> {
  let isDraining = false;
  const listener = await listen(
    async (request, response) => {
      if (answerHealth(request.url ?? "", response, () => (isDraining ? "draining" : null))) return;
      for await (const _chunk of request);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
      response.end('{"isComplete":true}');
    },
    "127.0.0.1",
    0,
  );
  process.once("SIGTERM", () => {
    isDraining = true;
    void listener.stop(10_000, graceMs).then(serve);
  });
  process.stdout.write(`${JSON.stringify({ url: listener.url, key: "none" })}\n`);
}

await serve();
