/**
 * The access log: one line for each request at info, one for each question to a source at debug, and one a second at warn for all that
 * were refused in it.
 */
import { type Log, uncensored } from "./log.ts";
import type { Observer, Route } from "./observer.ts";

const refusalsEveryMs = 1_000;

/** Writes the lines that the log's level lets through. */
export function createAccessLog(given: Log): Observer[] {
  const log = uncensored(given);
  const observers: Observer[] = [];
  if (log.isLevelEnabled("warn")) observers.push(refusalLines(log));
  if (log.isLevelEnabled("info")) observers.push(requestLines(log));
  if (log.isLevelEnabled("debug")) observers.push(exchangeLines(log));
  return observers;
}

function requestLines(log: Log): Observer {
  return {
    requestEnded({ id, method, route, operation, type, cost, viewer, codes }, { status, ms, isAborted }) {
      log.info(
        {
          requestId: id,
          method,
          route,
          status,
          ms: rounded(ms),
          ...(type !== null && { operation, type, cost }),
          ...(viewer !== null && { viewer }),
          ...(codes.length > 0 && { errors: codes }),
          ...(isAborted && { aborted: true }),
        },
        "request",
      );
    },
  };
}

function refusalLines(log: Log): Observer {
  const refused = new Map<Route, number>();
  const write = () => {
    for (const [route, count] of refused) log.warn({ route, refused: count }, "too many requests");
    refused.clear();
  };
  return {
    requestRefused(route) {
      if (refused.size === 0) setTimeout(write, refusalsEveryMs).unref();
      refused.set(route, (refused.get(route) ?? 0) + 1);
    },
  };
}

function exchangeLines(log: Log): Observer {
  return {
    exchangeBegan: ({ source, method, path, trace }) => ({
      end({ ms, bytes, answers, status, failure }) {
        const requestId = trace !== undefined && "id" in trace ? { requestId: trace.id } : {};
        const code = failure === null ? {} : { code: failure.code, upstreamCode: failure.upstreamCode };
        log.debug(
          { ...requestId, source, method, path, status, answers, ms: rounded(ms), bytes, ...code },
          "upstream",
        );
      },
    }),
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
