/** What a directory tells operators while it works. */

/** Something an operator should know. */
export interface Notice {
  readonly level: "info" | "warn";
  /** One sentence. */
  readonly message: string;
}
