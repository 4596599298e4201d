/** The scalars. Output passes through: leaf values are final when an object is built. Input is checked. */
import { GraphQLScalarType, Kind, type ValueNode } from "graphql";
import { GraphQLJSON } from "graphql-scalars";
import type { ScalarHints } from "../execution/hints.ts";
import { isDay, isMonth } from "../model/day.ts";
import { Failure } from "../model/errors.ts";
import { toInstant } from "../model/instant.ts";
import { minorUnits, toCurrency, toDecimal } from "../model/money.ts";
import { badInput } from "./errors.ts";
import { builder } from "./builder.ts";

function textScalar(
  name: string,
  description: string,
  url: string | null,
  parse: (text: string) => string,
): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    description,
    specifiedByURL: url,
    // What the model writes of these are letters, digits and signs that JSON leaves as they are: the executor need not look.
    extensions: { isPlain: true } satisfies ScalarHints,
    serialize: (value) => value,
    parseValue: (value) => parse(mustBeText(name, value)),
    parseLiteral: (node) => parse(mustBeText(name, literalText(node))),
  });
}

// An IntValue or FloatValue literal keeps its own digits, so amount: 0.1 is exact too.
function literalText(node: ValueNode): unknown {
  return node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : null;
}

function mustBeText(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (name === "Decimal" && typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  throw badInput(`${name} is written as a string.`);
}

builder.addScalarType(
  "Decimal",
  textScalar(
    "Decimal",
    'An exact decimal number as a string, such as "185.10" or "-0.005": the upstream\'s own digits, at least as many decimals as the currency has, never an exponent. Parse it with a decimal library, not as a float.',
    null,
    (text) => {
      const decimal = toDecimal(text);
      if (decimal === null)
        throw badInput(`${JSON.stringify(text.slice(0, 40))} is not a decimal number: write it as "123.45".`);
      return decimal;
    },
  ),
);

builder.addScalarType(
  "Currency",
  textScalar(
    "Currency",
    'An ISO 4217 currency code in capitals, such as "EUR".',
    "https://www.iso.org/iso-4217-currency-codes.html",
    (text) => {
      const currency = toCurrency(text);
      if (currency === null || minorUnits(currency) === null) {
        throw badInput(
          `${JSON.stringify(text.slice(0, 40))} is not an ISO 4217 currency code such as "EUR".`,
        );
      }
      return currency;
    },
  ),
);

builder.addScalarType(
  "LocalDate",
  textScalar(
    "LocalDate",
    'A calendar day without a time zone, such as "2026-02-28".',
    "https://ijmacd.github.io/rfc3339-iso8601/",
    (text) => {
      if (!isDay(text))
        throw badInput(
          `${JSON.stringify(text.slice(0, 40))} is not a calendar day: write it as "2026-02-28".`,
        );
      return text;
    },
  ),
);

builder.addScalarType(
  "Month",
  textScalar("Month", 'A calendar month, such as "2026-02".', null, (text) => {
    if (!isMonth(text))
      throw badInput(`${JSON.stringify(text.slice(0, 40))} is not a month: write it as "2026-02".`);
    return text;
  }),
);

builder.addScalarType(
  "DateTime",
  textScalar(
    "DateTime",
    'An instant in UTC, such as "2026-02-28T10:00:00.000Z".',
    "https://scalars.graphql.org/andimarek/date-time.html",
    (text) => {
      const instant = toInstant(text);
      if (instant === null)
        throw badInput(
          `${JSON.stringify(text.slice(0, 40))} is not a date and time: write it as "2026-02-28T10:00:00Z".`,
        );
      return instant;
    },
  ),
);

// JSON.stringify exhausts the stack somewhere beyond 3,000.
const mostLevels = 500;

builder.addScalarType(
  "JSON",
  new GraphQLScalarType({
    ...GraphQLJSON.toConfig(),
    description: "Any JSON value.",
    serialize(value) {
      if (isDeeperThan(value, mostLevels)) {
        throw new Failure("SOURCE_BAD_RESPONSE", {
          message: `The source's value nests deeper than ${mostLevels} levels: it is not given out.`,
          retryable: false,
        });
      }
      return value;
    },
  }),
);

function isDeeperThan(value: unknown, levels: number): boolean {
  let level = [value].filter(isContainer);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === levels) return true;
    level = level.flatMap((each) => Object.values(each).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
