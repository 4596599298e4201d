/** What upstream calls of a request are made under: they end when its answer is sent, or when its client leaves. */
import type { ServerResponse } from "node:http";
import { Ending } from "../model/ending.ts";
import type { Call } from "../model/source.ts";

/** The call of one request. */
export function requestCall(response: ServerResponse, more: Omit<Call, "signal">): Call {
  const signal = new Ending();
  response.once("close", () => signal.end());
  return { ...more, signal };
}
