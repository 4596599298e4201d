/** docs/errors.md and the table of codes say the same. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { errorCodes } from "../../src/model/errors.ts";

it("docs/errors.md lists every code with its fault, whether to retry, its meaning and what to do", () => {
  const text = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");

  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (\w+) \| (yes|no) \| (.+?) \| (.+?) \|$/gm)];

  const documented = rows.map(([, code, fault, retryable, meaning]) => [
    code,
    fault,
    retryable === "yes",
    meaning,
  ]);
  expect(documented).toEqual(
    Object.entries(errorCodes).map(([code, { fault, retryable, meaning }]) => [
      code,
      fault,
      retryable,
      meaning,
    ]),
  );
});
