/** Short answers that are ready at about the same time are written one right after the other, so that who reads them is woken less often. */
import type { ServerResponse } from "node:http";

interface Ready {
  readonly response: ServerResponse;
  readonly body: string;
}

// Among these the first has not waited for long, however much else the loop has read.
const most = 16;
let ready: Ready[] = [];

/**
 * Ends a response, whose head has been told, with a short text of ASCII: once the loop has looked at all that it has read, or sooner when
 * many are ready.
 */
export function endSoon(response: ServerResponse, body: string): void {
  const count = ready.push({ response, body });
  if (count === 1) setImmediate(endAll);
  else if (count === most) endAll();
}

function endAll(): void {
  const ending = ready;
  ready = [];
  for (const { response, body } of ending) response.end(body, "latin1");
}
