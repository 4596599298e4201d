/** What floLIVE tells of an account: its profile, and the sub-customers directly below it. */
import { Failure } from "../../model/errors.ts";
import type { AccountReader } from "../../model/source.ts";
import { type FloliveClient, onlyRecord } from "./client.ts";
import { badResponse } from "./failures.ts";
import { isOfOther, toChild, toProfile } from "./map.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A customer's UUID, trimmed and in lower case; throws a sentence when it is none. */
export function readAccount(reference: string | number): string {
  const text = String(reference).trim().toLowerCase();
  if (!isAccount(text)) {
    throw new Error("must be a floLIVE customer UUID, such as 62e8ba66-3a2d-4919-ae16-f87f35845a4b");
  }
  return text;
}

/** Is it a customer's UUID in its one form? */
export function isAccount(text: string): boolean {
  return uuid.test(text);
}

/** Reads profiles and children of one configured floLIVE. */
export function accountReader(client: FloliveClient, source: string): AccountReader {
  return {
    async profile(account, call) {
      const record = await client.customer(account, call).then(
        (envelope) => onlyRecord(envelope, source),
        (thrown: unknown) => {
          if (thrown instanceof Failure && thrown.code === "ACCOUNT_NOT_FOUND") return null;
          throw thrown;
        },
      );
      if (record !== null && isOfOther(record, account)) throw new Failure("ACCOUNT_MISMATCH", { source });
      return record === null ? null : toProfile(record, account);
    },
    async children(account, call) {
      const { pages, isRepeated } = await client.childCustomers(account, call);
      // There is no other way to say that some are missing.
      if (isRepeated) throw badResponse(source, "a page of sub-customers that came before");
      return pages.flatMap(({ records }) => records.map(toChild)).filter((child) => child !== null);
    },
  };
}
