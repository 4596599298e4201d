/** Ports for servers that must be told theirs, or come back on it. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below those that systems give to connections and to port 0 (from 32,768 on Linux): while a server is away nobody gets its
// port by chance. A Redis cluster's bus is ten thousand higher, and below them too.
const [first, end] = [12_000, 22_000];
const given = new Set<number>();

/** A port of 127.0.0.1 that is free, and that this process has not given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(first, end);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
