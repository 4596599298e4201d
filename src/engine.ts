/** What the JavaScript engine is told for a service whose requests are of very different sizes, and that rests between them. */
import { setFlagsFromString } from "node:v8";

/** Both are looked up whenever they matter, so that they may be set while a program runs. */
export function tuneEngine(): void {
  // V8 learns from literals whose objects outlive a collection, as those of a long list do, to allocate them in the old generation from
  // then on: the garbage of short requests, too, which only full collections free.
  setFlagsFromString("--no-allocation-site-pretenuring");
  // After a rest the young generation has 1 MB, and doubles when as much has outlived collections: until then what requests under way
  // hold becomes old, and two full collections follow. This makes it 16 MB at once, which is all that Node 20 gives it unless it is told otherwise.
  setFlagsFromString("--semi-space-growth-factor=16");
}
