/** The state of an export as it is kept outside: what is not one of ours is nothing. */
import { expect, it } from "vitest";
import { Failure } from "../../src/model/errors.ts";
import { readExportState, writeExportState } from "../../src/redis/export-state.ts";
import { jobOf } from "../support/export-job.ts";

const range = { from: "2026-01-01", to: "2026-01-31" };
const retryAt = "2026-02-01T00:00:00.000Z";
const job = jobOf("one", {
  sources: [
    {
      source: "freight",
      status: "PARTIAL",
      errors: [new Failure("SOURCE_RATE_LIMITED", { source: "freight", retryAt })],
      fetchedAt: retryAt,
      asked: range,
      covered: range,
      missing: [{ range, cause: "FAILED", reason: "freight failed to answer." }],
      dropped: [],
      count: 3,
    },
  ],
});

it("is read as it was written", () => {
  const read = readExportState(writeExportState(job), "one");

  expect(read).toMatchObject({
    id: "one",
    sources: [{ asked: range, covered: range, missing: [{ range }] }],
  });
  expect(read?.sources[0]?.errors[0]).toMatchObject({ code: "SOURCE_RATE_LIMITED", retryAt });
});

it.each([
  ["a day", '"from":"2026-01-01"', '"from":"a\\",\\"to\\":\\"b"'],
  ["an instant", `"retryAt":"${retryAt}"`, '"retryAt":"soon"'],
  ["a time of fetching", `"fetchedAt":"${retryAt}"`, '"fetchedAt":"\\"}"'],
])("is nothing where %s in it is none", (_title, ours, theirs) => {
  const text = writeExportState(job);

  const read = readExportState(text.replaceAll(ours, theirs), "one");

  expect(text).toContain(ours);
  expect(read).toBeNull();
});
