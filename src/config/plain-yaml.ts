/** YAML of plain lines, read many times as fast as with places; whatever is not plain is left to `readYaml`. */
import { FAILSAFE_SCHEMA, load, Type } from "js-yaml";

// Plain lines are items and keys whose values begin and end on them, and text that goes on from the line before, without
// aliases, tags or variables. Of such lines js-yaml and yaml make the same (a test compares them over generated texts);
// js-yaml takes tabs, brackets left open at the margin and some more that yaml refuses.
const line = new RegExp(linePattern(), "y");

// A document may begin with a line of its own.
const head = /^(?: *(?:#.*)?\n)*---\r?\n/;

// What YAML 1.2 reads as anything but text. Only the usual forms are taken: of `001`, `0x1F` or `~` it must be known how
// they were written.
const usual = /^(?:null|true|false|0|-?[1-9]\d{0,14})$/;
const notText = /^(?:~|null|true|false|[-+]?\.?\d[\d.]*(?:e[-+]?\d+)?|0[ox][\da-f]+|[-+]?\.(?:inf|nan))$/i;

class Unusual extends Error {}

const schema = FAILSAFE_SCHEMA.extend({
  implicit: [
    new Type("tag:yaml.org,2002:null", {
      kind: "scalar",
      resolve(text: string) {
        if (usual.test(text)) return true;
        if (notText.test(text)) throw new Unusual();
        return false;
      },
      construct: (text: string): unknown => JSON.parse(text),
    }),
  ],
});

/** The value of a text; null when its lines are not all plain or it is wrong. */
export function readPlainYaml(text: string): { readonly value: unknown } | null {
  const body = text.replace(head, "");
  try {
    return isPlain(body) ? { value: load(body, { schema }) ?? null } : null;
  } catch {
    // Not only js-yaml's errors: a line of a million references is too much for the pattern.
    return null;
  }
}

function isPlain(text: string): boolean {
  line.lastIndex = 0;
  while (line.lastIndex < text.length) if (!line.test(text)) return false;
  return true;
}

function linePattern(): string {
  const control = String.raw`\x00-\x1F\x7F-\x9F\u2028\u2029\uFEFF`;
  const escape = String.raw`\\(?:["\\/nrt ]|x[\dA-Fa-f]{2}|u(?![Dd][89A-Fa-f])[\dA-Fa-f]{4})`;
  const quoted = String.raw`"(?:[^"\\${control}]|${escape})*"|'(?:[^'${control}]|'')*'`;
  const begin = String.raw`(?:(?=-\d)|(?![-?:,[\]{}#&*!|>'"%@\x60~=<.$]))`;
  const blockWord = String.raw`(?:[^\s:#${control}]|:(?=\S))(?:[^\s:${control}]|:(?=\S))*`;
  const flowWord = String.raw`[^\s:#,[\]{}${control}][^\s:,[\]{}${control}]*`;
  const key = String.raw`(?:[A-Za-z_][\w.-]*|${quoted})`;
  const words = `${begin}${blockWord}(?: +${blockWord})*`;
  const entry = `(?:${quoted}|${begin}${flowWord}(?: +${flowWord})*)`;
  const list = String.raw`\[ *(?:${entry} *(?:, *${entry} *)*)?\]`;
  const mapOf = (value: string) => String.raw`\{ *(?:${key}: +${value} *(?:, *${key}: +${value} *)*)?\}`;
  const map = mapOf(`(?:${list}|${entry})`);
  const value = `(?:${mapOf(`(?:${map}|${list}|${entry})`)}|${list}|${quoted}|${words})`;
  const content = `(?:(?:- +)+${value}|(?:- +)*${key}:(?: +${value})?|${words})`;
  return String.raw` *(?:${content}(?: +(?=#)| *(?=\r?\n|$)))?(?:#[^${control}]*)?(?:\r?\n|$)`;
}
