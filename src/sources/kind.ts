/** The contract of a folder in sources/: what the registry needs to know of a kind. */
import type { z } from "zod";
import type { Connect, ConnectionOptions } from "../http/connection.ts";
import type { DriftRecorder } from "../model/drift.ts";
import type { Source } from "../model/source.ts";

/** What a source is given when it is made. */
export interface SourceSetup<Config> {
  /** The configured name. */
  readonly id: string;
  readonly config: Config;
  readonly connect: Connect;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told what the upstream says otherwise than its documents. Default: nobody. */
  readonly drift?: DriftRecorder;
}

/** One kind of upstream. Without its parameter it is any kind: a list of kinds cannot name all their configurations. */
export interface SourceKind<Config = any> {
  readonly kind: string;
  /** The name people know, such as "floLIVE". */
  readonly title: string;
  /** What a customer's reference is in this kind of source, for the configuration's documentation. */
  readonly accountTerm: string;
  /** Throws a sentence when a reference cannot be one, such as letters for a number. Returns it in its one form. */
  readonly readAccount: (reference: string | number) => string;
  /** The kind's own part of the configuration. */
  readonly config: z.ZodType<Config, unknown>;
  readonly create: (setup: SourceSetup<Config>) => Source;
}

export type { Connect, ConnectionOptions };
