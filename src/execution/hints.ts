/** What a schema tells the executor in the `extensions` of its types and fields: promises that it relies on without looking. */

/** Of a field. */
export interface FieldHints {
  /**
   * What it gives follows from its object alone, so that a text with it may be given to everybody. Never of a field that asks the
   * context for more at once: it would show one viewer another's. What comes by a promise is never remembered.
   */
  readonly isLasting?: true;
  /** The arrays that it gives never change: the text of one is remembered, where all below it follows from the array alone. */
  readonly listLasts?: true;
  /** It is this property of its object as soon as another one is true; until then it has to be asked. */
  readonly propertyOnce?: PropertyOnce;
  /** Its texts hold nothing that JSON escapes, whatever a source sends. */
  readonly isPlain?: true;
}

/** Of an object type. */
export interface ObjectHints {
  /** Its objects never change: the text of one is remembered. */
  readonly isLasting?: true;
}

/** Of a scalar. */
export interface ScalarHints {
  /** Its texts hold nothing that JSON escapes, whatever a source sends. */
  readonly isPlain?: true;
}

/** The property `name` of an object whose property `isTrue` is true. */
export interface PropertyOnce {
  readonly isTrue: string;
  readonly name: string;
}
