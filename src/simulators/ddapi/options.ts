/** What a simulated DDAPI can be told: how callers prove themselves, and which of the deployments' oddities it shows. */
import type { SimulatorOptions } from "../simulator.ts";

/** The document names no scheme: each of the usual ones. */
export type DdapiAuth =
  | { scheme: "none" }
  | { scheme: "basic"; username: string; password: string }
  | { scheme: "bearer"; token: string }
  | { scheme: "header"; name: string; value: string };

export interface DdapiQuirks {
  /** How an unknown customer is answered; 404 by default, "empty" is a 200 without a body. */
  missingCustomer?: "404" | "204" | "null" | "empty";
  /** Some deployments add the field ReverseTax. */
  reverseTax?: boolean;
  /** The JSON formatter is switched off: XML whatever the caller accepts. */
  xmlOnly?: boolean;
  /** Every field but CustomerNumber is null. */
  allNull?: boolean;
  /** Numbers and booleans as JSON strings. */
  valuesAsText?: boolean;
  /** The serialiser writes keys in camel case. */
  camelCase?: boolean;
  /** FreeDeliveryMonth as a number of months. */
  freeDeliveryMonthAsNumber?: boolean;
  /** A byte order mark before JSON and XML. */
  byteOrderMark?: boolean;
  /** Answers with the settings of this customer, whoever was asked for. */
  answersFor?: number;
  /** The recipient's number is 0 where there is none. */
  noRecipientAsZero?: boolean;
}

export interface DdapiSimulatorOptions extends SimulatorOptions {
  /** A header `X-Api-Key` by default. */
  auth?: DdapiAuth;
  quirks?: DdapiQuirks;
}

export const defaultAuth: DdapiAuth = { scheme: "header", name: "X-Api-Key", value: "ddapi-sandbox-key" };
