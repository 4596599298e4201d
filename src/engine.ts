/** What the JavaScript engine is told for a service whose requests are of very different sizes. */
import { setFlagsFromString } from "node:v8";

/**
 * Allocates what short requests need in the young generation, also after long ones. V8 learns from literals whose objects outlive a
 * collection, as those of a long list do, to allocate them in the old generation from then on: the garbage of short requests, too, which
 * only full collections free. Read whenever code is compiled, so that it may be set while a program runs.
 */
export function tuneEngine(): void {
  setFlagsFromString("--no-allocation-site-pretenuring");
}
