/** What one operation may still be given of lists whose length no argument says: their price is only assumed before it runs. */
export interface Allowance {
  /** Items. */
  left: number;
  /** The error of the first list that was too long; it is that of all after it. */
  refusal: Error | null;
}

/** Nothing of it is taken yet. */
export function createAllowance(most: number): Allowance {
  return { left: most, refusal: null };
}
