/** The connections that tests of sources use: like those of the service, but retries wait for the shortest time, 100 ms. */
import { createConnector } from "../../src/http/connector.ts";
import type { Failure } from "../../src/model/errors.ts";

export const { connect } = createConnector({ random: () => 0 });

/**
 * How many requests it takes a source to give up with this failure: three where asking again may help, one where not, where
 * the time was used up by the first, and where the source says when to come back (which in these tests is too late).
 */
export function attemptsUntil({ code, retryable, retryAt }: Failure): number {
  return retryable && retryAt === null && code !== "SOURCE_TIMEOUT" ? 3 : 1;
}
