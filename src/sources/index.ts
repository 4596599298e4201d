/** The kinds of upstream that this build can speak to: one line each. */
import { akamai } from "./akamai/index.ts";
import { ddapi } from "./ddapi/index.ts";
import { flolive } from "./flolive/index.ts";
import type { SourceKind } from "./kind.ts";
import { v6 } from "./v6/index.ts";

/** One line for each kind of upstream. */
export const sourceKinds: readonly SourceKind[] = [flolive, akamai, v6, ddapi];
