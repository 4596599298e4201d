/** What a load balancer asks: is the process alive, and should it get traffic? */
import type { ServerResponse } from "node:http";
import { plainHeaders } from "./edge.ts";

/** Answers /livez and /readyz; false for any other path. */
export function answerHealth(path: string, response: ServerResponse, isDraining: boolean): boolean {
  if (path !== "/livez" && path !== "/readyz") return false;
  const isReady = path === "/livez" || !isDraining;
  response.writeHead(isReady ? 200 : 503, { ...plainHeaders, "content-type": "text/plain; charset=utf-8" });
  response.end(isReady ? "ok\n" : "draining\n");
  return true;
}
