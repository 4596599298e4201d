/** What a load balancer asks: is the process alive, and should it get traffic? */
import type { ServerResponse } from "node:http";
import { plainHeaders } from "../edge/edge.ts";

/** Why a process wants no traffic. */
export type Unready = "draining" | "overloaded" | "directory unavailable" | "no usable source";

/** Answers /livez and /readyz, from memory; false for any other path. `unready`: null when it wants traffic. */
export function answerHealth(path: string, response: ServerResponse, unready: () => Unready | null): boolean {
  if (path !== "/livez" && path !== "/readyz") return false;
  const why = path === "/livez" ? null : unready();
  response.writeHead(why === null ? 200 : 503, {
    ...plainHeaders,
    "content-type": "text/plain; charset=utf-8",
  });
  response.end(`${why ?? "ok"}\n`);
  return true;
}
