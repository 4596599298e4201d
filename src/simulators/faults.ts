/** Everything that can go wrong between us and an upstream, applied to a request before or in place of the handler. */
import { setTimeout as sleep } from "node:timers/promises";
import { Readable } from "node:stream";
import { constants, createGzip } from "node:zlib";
import type { OutgoingHttpHeaders } from "node:http";
import {
  collectBody,
  encodeAnswer,
  sendAnswer,
  type Answer,
  type AnswerBody,
  type Exchange,
  type Handle,
  type SimulatorRequest,
} from "./exchange.ts";

/** Which requests a fault hits: a part of the path and query, or a test of the request. */
export type FaultMatch = string | ((request: SimulatorRequest) => boolean);

type FaultAction =
  /** Waits, then goes on to the next fault that matches, or to the handler. */
  | { kind: "latency"; ms: number }
  /** An error status; a JSON message as its body unless told. */
  | { kind: "status"; status: number; body?: AnswerBody; headers?: OutgoingHttpHeaders }
  /** Never answers. */
  | { kind: "hang" }
  /** A TCP reset in place of an answer. */
  | { kind: "reset" }
  /** The real answer, slowly. */
  | { kind: "drip"; bytesPerSecond: number }
  /** The real length announced, half of the bytes sent, the connection closed. */
  | { kind: "truncate" }
  /** The real JSON with a comma before every closing bracket, as in V6's samples. */
  | { kind: "sloppy" }
  /** 200 and application/json, but no JSON. */
  | { kind: "garbage" }
  /** 200 and the HTML of a login page. */
  | { kind: "html" }
  /** JSON that never ends, up to `maxBytes` (2 GB unless told), compressed if told: a bomb for who counts wire bytes. */
  | { kind: "endless"; maxBytes?: number; gzip?: boolean }
  | { kind: "redirect"; to: string; status?: number }
  /** A canned answer, verbatim. */
  | { kind: "answer"; body: AnswerBody; status?: number; headers?: OutgoingHttpHeaders };

/** A fault; it hits every request unless `match` narrows it, and for ever unless `times` counts it down. */
export type Fault = FaultAction & { times?: number; match?: FaultMatch };

/** The faults that are switched on. */
export interface FaultBoard {
  set(faults: readonly Fault[]): void;
  /** The faults that hit this request, in order, each counted down: latencies first, at most one of another kind last. */
  take(request: SimulatorRequest): Fault[];
}

export function createFaultBoard(): FaultBoard {
  let armed: { fault: Fault; left: number }[] = [];
  return {
    set(faults) {
      armed = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
    },
    take(request) {
      const taken: Fault[] = [];
      for (const entry of armed) {
        if (entry.left <= 0 || !isHit(entry.fault, request)) continue;
        entry.left -= 1;
        taken.push(entry.fault);
        if (entry.fault.kind !== "latency") break;
      }
      return taken;
    },
  };
}

/** Answers an exchange as the fault says; the handler is asked only by faults that bend the real answer. */
export async function applyFault(fault: FaultAction, exchange: Exchange, handle: Handle): Promise<void> {
  const send = (answer: Answer) => sendAnswer(exchange, encodeAnswer(answer));
  const realAnswer = async () => encodeAnswer(await handle(exchange.request));
  switch (fault.kind) {
    case "latency":
      await sleep(fault.ms, undefined, { signal: exchange.request.signal });
      return;
    case "hang":
      return;
    case "reset":
      exchange.cut("reset");
      return;
    case "status":
      return send({ ...fault, body: fault.body ?? { message: `Answered ${fault.status} as told` } });
    case "answer":
      return send(fault);
    case "redirect":
      return send({ status: fault.status ?? 302, headers: { location: fault.to } });
    case "garbage":
      return send({ body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x00, 0x3c, 0x3f, 0x21, 0x7d, 0x7d]) });
    case "html":
      return send({ headers: { "content-type": "text/html; charset=utf-8" }, body: loginPage });
    case "endless":
      return send({
        headers: fault.gzip === true ? { "content-encoding": "gzip" } : {},
        body: endlessJson(fault.maxBytes ?? 2 * 1024 ** 3, fault.gzip === true),
      });
    case "drip":
      return sendAnswer(exchange, await realAnswer(), fault.bytesPerSecond);
    case "sloppy": {
      const answer = await realAnswer();
      const text = (await collectBody(answer.body)).toString("utf8");
      return sendAnswer(exchange, { ...answer, body: Buffer.from(withTrailingCommas(text)) });
    }
    case "truncate":
      return sendHalf(exchange, await realAnswer());
    default:
      fault satisfies never;
  }
}

function isHit({ match }: Fault, request: SimulatorRequest): boolean {
  if (match === undefined) return true;
  return typeof match === "string" ? request.url.includes(match) : match(request);
}

async function sendHalf(exchange: Exchange, answer: ReturnType<typeof encodeAnswer>): Promise<void> {
  const body = await collectBody(answer.body);
  exchange.record.status = answer.status;
  exchange.response.writeHead(answer.status, { ...answer.headers, "content-length": body.length });
  exchange.response.write(body.subarray(0, Math.floor(body.length / 2)), () => exchange.cut("close"));
}

function withTrailingCommas(json: string): string {
  const stringOrEmptyOrClosing = /"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[}\]]/g;
  return json.replace(stringOrEmptyOrClosing, (found) => (found.length === 1 ? `,${found}` : found));
}

function endlessJson(maxBytes: number, isCompressed: boolean): AsyncIterable<Uint8Array> {
  const chunk = Buffer.from('{"endless":true},'.repeat(4096));
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("[");
    for (let sent = 1; sent < maxBytes; sent += chunk.length) yield chunk;
  }
  if (!isCompressed) return chunks();
  return Readable.from(chunks()).pipe(createGzip({ level: constants.Z_BEST_SPEED }));
}

const loginPage = `<!doctype html>
<html><head><title>Sign in</title></head>
<body><form method="post" action="/login"><input name="user"><input name="password" type="password"></form></body></html>
`;
