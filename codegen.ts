/** Generates typed operations for the tests, as a client would: from schema.graphql and the queries in test/operations. */
import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: ["test/operations/**/*.graphql"],
  generates: {
    "test/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        importExtension: ".ts",
        enumsAsTypes: true,
        scalars: {
          ID: "string",
          Decimal: "string",
          Currency: "string",
          LocalDate: "string",
          Month: "string",
          DateTime: "string",
          JSON: "unknown",
        },
      },
    },
  },
};

export default config;
