/** The size of the young generation in processes whose growth is measured. */

/**
 * 4 MB on Node 22 and newer, whose own lets garbage pile up far longer than that of Node 20: what is measured is what the
 * code holds. Node 20 is measured as it is.
 */
export const youngSpace =
  Number(process.versions.node.split(".")[0]) > 20 ? "--max-semi-space-size=4" : "--max-semi-space-size=16";
