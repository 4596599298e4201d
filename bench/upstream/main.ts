/** The bench's upstream, a process of its own: every body is made once and then sent as it is, so that nearly nothing of it is measured. */
import { createServer, type ServerResponse } from "node:http";
import { listening } from "../rig/child.ts";
import { bodyOf } from "./bodies.ts";

const notFound = Buffer.from("{}");
const bodies = new Map<string, Buffer>();
let calls = 0;
// While waves are counted, answers wait until no more questions come.
let held: (() => void)[] | null = null;
let waves = 0;
let timer: NodeJS.Timeout | undefined;

function bodyAt(url: string): Buffer {
  let body = bodies.get(url);
  if (body === undefined) {
    const { pathname, searchParams } = new URL(url, "http://upstream");
    const [, kind = "", ...path] = pathname.split("/");
    body = Buffer.from(JSON.stringify(bodyOf(kind, `/${path.join("/")}`, searchParams)) ?? notFound);
    bodies.set(url, body);
  }
  return body;
}

function send(url: string, response: ServerResponse): void {
  const body = bodyAt(url);
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

function release(): void {
  waves += 1;
  const answers = held ?? [];
  held = [];
  for (const answer of answers) answer();
}

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  const url = request.url ?? "/";
  if (url === "/calls") return void response.end(String(calls));
  if (url === "/waves") {
    response.end(String(waves));
    held = null;
    return;
  }
  if (url === "/hold") {
    held = [];
    waves = 0;
    return void response.end();
  }
  // What a collector of traces is sent is read and dropped.
  if (request.method === "POST") return void request.resume().on("end", () => response.end("{}"));
  calls += 1;
  if (held === null) return send(url, response);
  held.push(() => send(url, response));
  clearTimeout(timer);
  timer = setTimeout(release, 100);
});

listening(server);
