/** What changed between two versions of the graph: for clients, for supergraphs, and by which names. */
import {
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  print,
  visit,
} from "graphql";

/** Changes in sentences, and the names of everything that was added or taken away. */
export interface SchemaChanges {
  /** What existing operations or supergraphs can fail on. */
  readonly breaking: readonly string[];
  /** What existing clients may not expect, such as a new value of an enum. */
  readonly dangerous: readonly string[];
  /** Schema coordinates that only one of the two has, such as `Invoice.dueOn`; what is below a new type is left out. */
  readonly names: readonly string[];
}

/** Compares two SDLs. */
export function compareSchemas(released: string, current: string): SchemaChanges {
  const [before, after] = [released, current].map((sdl) =>
    buildSchema(sdl, { assumeValid: true, assumeValidSDL: true }),
  );
  if (before === undefined || after === undefined) throw new Error("There are two schemas.");
  const [namesBefore, namesAfter] = [coordinatesOf(before), coordinatesOf(after)];
  const differing = [
    ...[...namesBefore].filter((name) => !namesAfter.has(name)),
    ...[...namesAfter].filter((name) => !namesBefore.has(name)),
  ];
  return {
    breaking: [
      ...findBreakingChanges(before, after).map(({ description }) => description),
      ...breakingForSupergraphs(released, current),
    ],
    dangerous: findDangerousChanges(before, after).map(({ description }) => description),
    names: differing.filter(
      (name) => !differing.some((other) => name.startsWith(`${other}.`) || name.startsWith(`${other}(`)),
    ),
  };
}

/** Every deprecation whose reason is missing or graphql-js's own, as schema coordinates. */
export function deprecationsWithoutReason(sdl: string): string[] {
  const found: string[] = [];
  visit(parse(sdl), {
    Directive(node, _key, _parent, _path, ancestors) {
      if (node.name.value !== "deprecated") return;
      const reason = node.arguments?.find(({ name }) => name.value === "reason")?.value;
      if (reason?.kind === Kind.STRING && reason.value.trim() !== "") return;
      const names = ancestors.flatMap((each) =>
        "name" in each && each.name?.kind === Kind.NAME ? [each.name.value] : [],
      );
      found.push(names.join("."));
    },
  });
  return found;
}

// Keys that other subgraphs join on, and fields that a supergraph shows: graphql-js knows neither.
function breakingForSupergraphs(released: string, current: string): string[] {
  const [before, after] = [directivesIn(released), directivesIn(current)];
  return [
    ...[...before]
      .filter((use) => / @key\(/.test(use) && !after.has(use))
      .map((use) => `${use} was removed.`),
    ...[...before]
      .filter((use) => use.endsWith(" @shareable") && !after.has(use))
      .map((use) => `${use} was removed.`),
    ...[...after]
      .filter((use) => use.endsWith(" @inaccessible") && !before.has(use))
      .map((use) => `${use} was added.`),
  ];
}

function directivesIn(sdl: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const definition of parse(sdl).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const { name, directives = [], fields = [] } = definition;
    for (const directive of directives) found.add(`${name.value} ${print(directive)}`);
    for (const field of fields)
      for (const directive of field.directives ?? [])
        found.add(`${name.value}.${field.name.value} ${print(directive)}`);
  }
  return found;
}

function coordinatesOf(schema: GraphQLSchema): ReadonlySet<string> {
  const found = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    found.add(type.name);
    if (isEnumType(type)) for (const { name } of type.getValues()) found.add(`${type.name}.${name}`);
    if (isInputObjectType(type))
      for (const name of Object.keys(type.getFields())) found.add(`${type.name}.${name}`);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, args } of Object.values(type.getFields())) {
      found.add(`${type.name}.${name}`);
      for (const argument of args) found.add(`${type.name}.${name}(${argument.name}:)`);
    }
  }
  return found;
}
