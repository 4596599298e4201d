/** Opens sockets to a source, of which undici is told when they were reset. */
import { buildConnector } from "undici";

/**
 * What undici's pools open sockets with. A body without a length ends with its connection, and undici takes it as whole even where that was reset,
 * because of what macOS does: here it fails, as in browsers and curl. undici's own code for a lost socket says so, by which requests that wait go on.
 */
export function createSocketOpener(timeoutMs: number): buildConnector.connector {
  const open = buildConnector({ timeout: timeoutMs });
  return (options, callback) =>
    open(options, (...opened) => {
      // Before undici listens, so that it is told afterwards.
      opened[1]?.on("error", markReset);
      callback(...opened);
    });
}

function markReset(error: NodeJS.ErrnoException): void {
  if (error.code === "ECONNRESET") error.code = "UND_ERR_SOCKET";
}
