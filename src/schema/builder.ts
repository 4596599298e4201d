/** The schema builder: its plugins, scalars and context. */
import SchemaBuilder from "@pothos/core";
import DirectivePlugin from "@pothos/plugin-directives";
import FederationPlugin from "@pothos/plugin-federation";
import type { Context } from "../context.ts";

interface Text {
  Input: string;
  Output: string;
}

export interface SchemaTypes {
  Context: Context;
  Scalars: {
    ID: Text;
    Decimal: Text;
    Currency: Text;
    LocalDate: Text;
    Month: Text;
    DateTime: Text;
    JSON: { Input: unknown; Output: unknown };
  };
}

/** The builder's own view of the types, for functions that make fields for several types. */
export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

/** What makes the fields of an object type with this shape. */
export type FieldBuilder<Shape> = PothosSchemaTypes.ObjectFieldBuilder<Types, Shape>;

export const builder = new SchemaBuilder<SchemaTypes>({ plugins: [DirectivePlugin, FederationPlugin] });

builder.queryType({ description: "The entry points for reading." });
