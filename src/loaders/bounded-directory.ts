/** The directory as one request may ask it: never longer than its own deadline. */
import type { Directory } from "../model/directory.ts";
import { Failure } from "../model/errors.ts";
import type { Call } from "../model/source.ts";

/** Does it answer at once? One that is always there does, and asking it many things together saves nothing. */
export function answersFromMemory(directory: Directory): boolean {
  return directory.unavailable === undefined;
}

/** The same directory; its questions throw DEADLINE_EXCEEDED when the request's deadline passes first. */
export function boundedDirectory(directory: Directory, { deadlineAt }: Call): Directory {
  // A timer for each question would cost more than the question.
  if (answersFromMemory(directory)) return directory;

  function bounded<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const leftMs = Math.max(0, deadlineAt - Date.now());
      const timer = setTimeout(() => reject(new Failure("DEADLINE_EXCEEDED")), leftMs);
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  return {
    ...directory,
    customers: (keys) => bounded(directory.customers(keys)),
    owners: (accounts) => bounded(directory.owners(accounts)),
    children: (parentKeys) => bounded(directory.children(parentKeys)),
    page: (after, limit) => bounded(directory.page(after, limit)),
  };
}
