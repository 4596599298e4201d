/** V6's two endpoints, one function each. */
import type { Connect, ConnectionOptions } from "../../http/connection.ts";
import type { ElementBatch } from "../../http/json-elements.ts";
import type { ClosedRange, Day } from "../../model/day.ts";
import type { Comparison } from "../../model/documented.ts";
import type { Secret } from "../../model/secret.ts";
import type { Call } from "../../model/source.ts";
import { checkPing, readRecords } from "./reply.ts";
import { ShapeReader } from "./shape-reader.ts";

export interface V6Client {
  /** Proves that the API answers and takes the key. */
  ping(call: Call): Promise<void>;
  /** The raw records of all invoices that were created within the days, both included, of every customer the key sees, as they arrive. */
  invoices(createdOn: ClosedRange, call: Call): AsyncIterable<ElementBatch>;
  close(): Promise<void>;
}

/**
 * A client that sends `Authorization: ApiKey …` with every request. Records of long lists may be compared with `comparison` as they
 * are read; `onRepair` is told of lists that are not strict JSON.
 */
export function createClient(
  connect: Connect,
  options: ConnectionOptions & { readonly maxBytes: number },
  apiKey: Secret,
  comparison: Comparison,
  onRepair: () => void = () => {},
): V6Client {
  const { source, maxBytes } = options;
  const authorize = () => ({ authorization: `ApiKey ${apiKey.reveal()}` });
  const connection = connect({ ...options, authorize });
  return {
    ping: (call) =>
      connection.ask({ method: "GET", path: "/ping" }, call, (reply) => checkPing(reply, source)),
    invoices({ from, to }, call) {
      const query = { fromDate: queryDay(from), toDate: queryDay(to) };
      return connection.stream({ method: "GET", path: "/invoices", query }, call, (reply) => {
        // Short lists need none.
        let shapes: ShapeReader | null = null;
        const read = (array: Buffer) => (shapes ??= new ShapeReader(source, comparison)).read(array);
        return readRecords(reply, source, maxBytes, onRepair, read);
      });
    },
    close: () => connection.close(),
  };
}

/** 2018-01-24 as V6's queries want it: 24012018. */
function queryDay(day: Day): string {
  return day.slice(8, 10) + day.slice(5, 7) + day.slice(0, 4);
}
