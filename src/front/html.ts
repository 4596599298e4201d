/** HTML that cannot be broken out of: every value put into a template is escaped unless it is HTML itself. */

/** Text that is HTML already: only the template below makes it. */
export interface Html {
  readonly html: string;
}

type Value = Html | string | number | null | readonly Value[];

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A template: texts and numbers are escaped, also within attributes in quotes; null is nothing, a list its parts in a row. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  let text = parts[0] ?? "";
  for (const [index, value] of values.entries()) text += textOf(value) + (parts[index + 1] ?? "");
  return { html: text };
}

/** Text of our own that holds no markup to escape, such as a style sheet. */
export function trusted(text: string): Html {
  return { html: text };
}

function textOf(value: Value): string {
  if (value === null) return "";
  if (typeof value === "string" || typeof value === "number")
    return String(value).replace(/[&<>"']/g, (sign) => escapes[sign] ?? "");
  if ("html" in value) return value.html;
  return value.map(textOf).join("");
}
