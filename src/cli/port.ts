/** A port as it is written at the command line or in the environment. */
import { UsageMistake } from "./mistake.ts";

/** The number; throws a UsageMistake that names where it stands. */
export function readPort(text: string, name: string): number {
  const port = Number(text);
  if (text.trim() === "" || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageMistake(`${name} must be a number from 0 to 65535; it is "${text}".`);
  return port;
}
