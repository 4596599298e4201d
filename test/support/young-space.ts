/** The size of the young generation in processes whose growth is measured. */

/** Node 20's own 16 MB: Node 24 lets it grow further, which says nothing of what the code holds. */
export const youngSpace = "--max-semi-space-size=16";
