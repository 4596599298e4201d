/** schema.graphql composes with other subgraphs, by two independent composers. */
import { readFileSync } from "node:fs";
import { composeServices as composeByApollo } from "@apollo/composition";
import { composeServices as composeByTheGuild } from "@theguild/federation-composition";
import { buildSchema, isObjectType, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { withScopes } from "../../examples/supergraph/with-scopes.ts";
import { subgraphsOf } from "../../examples/supergraph/compose.ts";

const sdl = readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8");
const urls = { invoices: "http://invoices/", crm: "http://crm/", support: "http://support/" };
const composers = [
  ["Apollo's composer", composeByApollo],
  ["The Guild's composer", composeByTheGuild],
] as const;

type Subgraphs = ReturnType<typeof subgraphsOf>;

function compose(composer: (typeof composers)[number][1], subgraphs: Subgraphs) {
  const { supergraphSdl, errors } = composer(subgraphs);
  return { supergraphSdl, errors: errors?.map(({ message }) => message) ?? [] };
}

function ownerOf(supergraphSdl: string | undefined, type: string, field: string): string {
  const supergraph = buildSchema(supergraphSdl ?? "", { assumeValid: true });
  const found = supergraph.getType(type);
  const node = isObjectType(found) ? found.getFields()[field]?.astNode : undefined;
  return JSON.stringify(
    node?.directives
      ?.filter(({ name }) => name.value === "join__field")
      .flatMap(({ arguments: given }) => given?.filter(({ name }) => name.value === "graph"))
      .map((argument) => (argument?.value.kind === "EnumValue" ? argument.value.value : null)),
  );
}

describe.each(composers)("%s", (_, composer) => {
  it("composes the graph alone", () => {
    const { supergraphSdl, errors } = compose(composer, subgraphsOf(sdl, urls).slice(0, 1));

    expect(errors).toEqual([]);
    expect(supergraphSdl).toContain("type Invoice");
  });

  it("composes it with a CRM that owns names and a support desk that joins on accounts", () => {
    const { supergraphSdl, errors } = compose(composer, subgraphsOf(sdl, urls));

    expect(errors).toEqual([]);
    expect(ownerOf(supergraphSdl, "Customer", "name")).toBe(`["CRM"]`);
    expect(ownerOf(supergraphSdl, "Customer", "region")).toBe(`["CRM"]`);
    expect(ownerOf(supergraphSdl, "SourceAccount", "tickets")).toBe(`["SUPPORT"]`);
    expect(ownerOf(supergraphSdl, "Customer", "invoices")).toBe(`["INVOICES"]`);
    for (const directive of ["@listSize(", "@cost(", "@tag(", "@inaccessible"])
      expect(supergraphSdl).toContain(directive);
  });

  it("composes it beside another subgraph with `node`, PageInfo and DayRange of its own", () => {
    const other = parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@inaccessible"])
      type Query { node(id: ID!): Node @shareable @inaccessible  parcels: ParcelConnection! }
      interface Node { id: ID! }
      type Parcel implements Node @key(fields: "id") { id: ID! on: DayRange }
      type ParcelConnection { nodes: [Parcel!]! pageInfo: PageInfo! }
      type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
      type DayRange @shareable { from: LocalDate! to: LocalDate! }
      scalar LocalDate
    `);

    const { errors } = compose(composer, [
      ...subgraphsOf(sdl, urls),
      { name: "parcels", url: "http://parcels/", typeDefs: other },
    ]);

    expect(errors).toEqual([]);
  });

  it("composes it with @authenticated and @requiresScopes, for routers that enforce them", () => {
    const { supergraphSdl, errors } = compose(composer, subgraphsOf(withScopes(sdl), urls));

    expect(errors).toEqual([]);
    expect(supergraphSdl).toContain("@authenticated");
    expect(supergraphSdl).toContain(`@requiresScopes(scopes: [["raw"]])`);
  });

  it("refuses a subgraph that takes fields over without saying so", () => {
    const other = parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      type Query { carriers: [Customer!]! }
      type Customer @key(fields: "id") { id: ID! name: String! }
    `);

    const { errors } = compose(composer, [
      ...subgraphsOf(sdl, urls).slice(0, 1),
      { name: "other", url: "http://other/", typeDefs: other },
    ]);

    expect(errors.join()).toContain("Customer.name");
  });
});
