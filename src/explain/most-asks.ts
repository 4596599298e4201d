/** How long an explanation may become. */

/** Asks that are listed one by one; sums count them all. */
export const mostAsks = 500;
