/** The kinds of upstream that this build can speak to: one line each. */
import type { SourceKind } from "./kind.ts";

export const sourceKinds: readonly SourceKind[] = [];
