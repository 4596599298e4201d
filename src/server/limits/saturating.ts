/** Sums and products of counts that stop at the largest safe integer instead of losing digits. */

const most = Number.MAX_SAFE_INTEGER;

/** The sum of two counts. */
export function add(a: number, b: number): number {
  return Math.min(most, a + b);
}

/** The product of two counts. */
export function multiply(a: number, b: number): number {
  return Math.min(most, a * b);
}
