/** What an answer is written as: the media type that a client takes best of those that hold JSON. */

/** The two media types of a whole answer. */
export type JsonType = "application/json" | "application/graphql-response+json";

const jsonTypes: readonly JsonType[] = ["application/graphql-response+json", "application/json"];

/**
 * The first range of an Accept header that holds one of them, `application/json` where it holds both; null when none does.
 * No header takes anything. Ranges that want another charset than UTF-8 hold nothing. As Yoga chooses.
 */
export function jsonTypeFor(accept: string | undefined): JsonType | null {
  if (accept === undefined || accept === "" || accept === "*/*" || accept === "application/json")
    return "application/json";
  for (const range of accept.replace(/\s/g, "").toLowerCase().split(",")) {
    const [type = "", ...parameters] = range.split(";");
    const charset = parameters.find((parameter) => parameter.includes("charset="));
    if (charset !== undefined && charset !== "charset=utf-8") continue;
    const held = jsonTypes.findLast((json) => holds(type, json));
    if (held !== undefined) return held;
  }
  return null;
}

function holds(range: string, type: JsonType): boolean {
  const [main, sub] = range.split("/");
  const [ownMain, ownSub] = type.split("/");
  return (main === "*" || main === ownMain) && (sub === "*" || sub === ownSub);
}
