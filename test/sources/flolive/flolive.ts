/** What the floLIVE tests share: a source that speaks to a simulator or to a server of the test's own. */
import { afterEach } from "vitest";
import { connect } from "../../support/connect.ts";
import type { Failure } from "../../../src/model/errors.ts";
import type { Invoice } from "../../../src/model/invoice.ts";
import type { Attachment, Call, Question, Source } from "../../../src/model/source.ts";
import { startServer } from "../../../src/simulators/server.ts";
import type { Handle } from "../../../src/simulators/exchange.ts";
import { type FloliveSimulator, startFlolive } from "../../../src/simulators/flolive/index.ts";
import type { FloliveSimulatorOptions } from "../../../src/simulators/flolive/options.ts";
import { createWorld, type World } from "../../../src/simulators/world.ts";
import { flolive } from "../../../src/sources/flolive/index.ts";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** The world of all these tests: its today is fixed. */
export const world: World = createWorld({ today: "2024-06-20" });

/** The floLIVE account of a customer of the world. */
export function accountOf(customerId: string): string {
  return world.customer(customerId)?.flolive?.customerId ?? "no floLIVE account";
}

/** A source by the configuration entry that a user would write. */
export function sourceFor(entry: Record<string, unknown>): Source {
  const config = flolive.config.parse({ kind: "flolive", ...entry });
  const source = flolive.create({
    id: "sim",
    config,
    connect,
    now: () => Date.parse("2024-06-20T12:00:00Z"),
  });
  open.push(source);
  return source;
}

/** A simulator and a source that speaks to it. */
export async function simulated(
  options: FloliveSimulatorOptions = {},
  entry: Record<string, unknown> = {},
): Promise<{ simulator: FloliveSimulator; source: Source }> {
  const simulator = await startFlolive(world, options);
  open.push(simulator);
  return { simulator, source: sourceFor({ ...simulator.source, ...entry }) };
}

/** A source that speaks to a server which answers as told. */
export async function answered(handle: Handle, entry: Record<string, unknown> = {}) {
  const server = await startServer({ name: "flolive", handle });
  open.push(server);
  return { server, source: sourceFor({ url: server.url, token: "t", ...entry }) };
}

/** A call with five seconds left. */
export function call(leftMs = 5_000): Call {
  return { signal: new AbortController().signal, deadlineAt: Date.now() + leftMs };
}

/** The question for all invoices of an account. */
export function questionOf(source: Source, account: string): Question {
  const [question] = source.invoices?.questions([account], { from: "2024-01-01", to: "2024-06-30" }) ?? [];
  if (question === undefined) throw new Error("no question");
  return question;
}

/** The answer for an account. */
export async function ask(source: Source, account: string, leftMs?: number) {
  return source.invoices!.ask(questionOf(source, account), call(leftMs));
}

/** The invoices of one list entry, as a source reads it from the wire. */
export async function invoicesFrom(content: unknown): Promise<readonly Invoice[]> {
  const body =
    typeof content === "string" ? content : JSON.stringify({ errorCode: "", content, pageable: null });
  const { source } = await answered(() => ({ body }));
  return (await ask(source, accountOf("acme"))).invoices;
}

/** Every file of a batch, read whole. */
export async function filesOf(source: Source, batch: readonly Invoice[], leftMs?: number): Promise<Buffer[]> {
  const files: Buffer[] = [];
  for await (const attachment of source.files!.fetch(batch, "PDF", call(leftMs))) {
    files.push(await bytesOf(attachment));
  }
  return files;
}

/** A file read whole. */
export async function bytesOf({ body }: Pick<Attachment, "body">): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The Failure with which something fails; whatever else happens is thrown. */
export async function failureOf(outcome: Promise<unknown>): Promise<Failure> {
  return outcome.then(
    (value) => {
      throw new Error(`expected a failure, but got ${JSON.stringify(value)}`);
    },
    (thrown: Failure) => thrown,
  );
}
