/** Puts a request handler behind a socket of this machine. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** A handler that can be reached. */
export interface Served {
  /** Without a path, such as "http://127.0.0.1:4100". */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function serve(handle: RequestListener, port = 0): Promise<Served> {
  const server = createServer(handle);
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", listening);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
