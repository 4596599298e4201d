/** What upstream calls of a request are made under: they end when its answer is sent, or when its client leaves. */
import { setMaxListeners } from "node:events";
import type { ServerResponse } from "node:http";
import type { Call } from "../model/source.ts";

// The reason that abort() makes by itself; made once, because a stack costs more than anything else at the end of a request.
const over = new DOMException("This operation was aborted", "AbortError");

/** The call of one request. Its signal is made when somebody wants to listen: what is answered from memory never does. */
export function requestCall(response: ServerResponse, more: Omit<Call, "signal">): Call {
  let ended: AbortController | null = null;
  let isOver = false;
  response.once("close", () => {
    isOver = true;
    ended?.abort(over);
  });
  return {
    ...more,
    get signal() {
      if (ended === null) {
        ended = new AbortController();
        // Every upstream call listens to it; Node warns beyond ten.
        setMaxListeners(0, ended.signal);
        if (isOver) ended.abort(over);
      }
      return ended.signal;
    },
  };
}
