/** Five viewers subscribe to every customer: nothing of those that they may not see comes back, not even when it changes. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeId } from "../../src/model/id.ts";
import type { World } from "../../src/simulators/world.ts";
import { Foreign, type TenantApp, startTenants, tenants } from "../security/tenants.ts";
import { type Pieces, askInPieces } from "./pieces.ts";

const query = `subscription ($id: ID!) { invoicesChanged(customerId: $id) {
  customer { id key name parent { key name } accounts { reference } settings { recipient { name } } }
  changes { kind id invoice { number customer { key name } billTo { name accountReference address } } }
  sources { source { id } status count errors { message } dropped }
} }`;

let app: TenantApp;
beforeAll(async () => {
  app = await startTenants({
    months: 2,
    sections: () => ({ live: { intervalSeconds: 1, perViewer: 1_000 } }),
  });
});
afterAll(() => app.close());

function recordsOf(world: World, flolive: { readonly customerId: string } | undefined): any[] {
  return flolive === undefined ? [] : (world.flolive.invoices(flolive.customerId) as any[]);
}

// On a busy machine a source may miss its second, which is an event as well.
async function untilChanged(pieces: Pieces): Promise<any[]> {
  const events: any[] = [];
  do events.push(await pieces.next());
  while (events.at(-1).data.invoicesChanged.changes.length === 0);
  return events;
}

it.each(tenants)("%s is told of its own and its direct sub-customers only", async (tenant) => {
  const { world } = app.simulators;
  const foreign = new Foreign(tenant, world);
  const listen = (id: string): Promise<Pieces> =>
    askInPieces({
      url: app.url,
      key: app.tenantKey(tenant),
      accept: "text/event-stream",
      query,
      variables: { id: writeId("Customer", [id]) },
    });
  const listenings = await Promise.all(
    world.customers.map(async ({ id }) => ({ id, pieces: await listen(id) })),
  );
  const firsts = await Promise.all(
    listenings.map(async (each) => ({ ...each, event: await each.pieces.next() })),
  );

  // Something changes for everybody whom floLIVE knows.
  const changing = world.customers.filter(({ flolive }) => recordsOf(world, flolive).length > 0);
  for (const { flolive } of changing) {
    const records = recordsOf(world, flolive);
    records.push({ ...records.at(-1), id: randomUUID(), number: `77${records.length}` });
  }
  const open = firsts.filter(({ event }) => event.errors === undefined);
  const later = await Promise.all(
    open
      .filter(({ id }) => changing.some((customer) => customer.id === id))
      .map(({ pieces }) => untilChanged(pieces)),
  );
  for (const { pieces } of firsts) await pieces.leave();

  const visible = world.customers.filter(({ id, parentId }) => id === tenant || parentId === tenant);
  expect(open.map(({ id }) => id)).toEqual(visible.map(({ id }) => id));
  const refusals = firsts.filter(({ event }) => event.errors !== undefined);
  expect(new Set(refusals.map(({ event }) => JSON.stringify(event))).size).toBe(1);
  expect(refusals[0]?.event.errors[0].extensions.code).toBe("NOT_FOUND");
  expect(later).toHaveLength(visible.filter((customer) => changing.includes(customer)).length);
  expect(foreign.in([firsts.map(({ event }) => event.data), later.flat().map(({ data }) => data)])).toEqual(
    [],
  );
});
