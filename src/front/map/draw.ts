/** Draws the map of the schema as inline SVG, and tells the same in words. */
import type { GraphQLSchema } from "graphql";
import { type Html, html } from "../html.ts";
import { readGraph, type Row } from "./graph.ts";
import { type Layout, layOut, type Placed, rowMiddle, sizes } from "./layout.ts";

export interface SchemaMap {
  readonly picture: Html;
  /** A list of all types with the fields that lead on. */
  readonly words: Html;
}

/** The picture and its words. */
export function drawSchema(schema: GraphQLSchema): SchemaMap {
  const boxes = readGraph(schema);
  const layout = layOut(boxes);
  const places = [...layout.places.values()];
  const roots = boxes.filter(({ isRoot }) => isRoot).map(({ name }) => name);
  return {
    picture: html`<svg
      class="map"
      viewBox="0 0 ${layout.width} ${layout.height}"
      width="${layout.width}"
      height="${layout.height}"
      role="img"
      aria-labelledby="map-title map-words"
    >
      <title id="map-title">Map of the schema</title>
      <desc id="map-words">
        ${boxes.length} types and the fields that lead from one to the next, beginning with
        ${roots.join(", ")}. The list below tells the same.
      </desc>
      <g class="links">
        ${places.map((place) => place.box.rows.map((row, index) => drawLink(place, row, index, layout)))}
      </g>
      ${places.map((place) => drawBox(place, layout))}
    </svg>`,
    words: html`<dl class="types">
      ${boxes.map(
        ({ name, description, rows }) =>
          html`<div>
            <dt>${name}</dt>
            <dd>
              ${firstSentence(description)}
              ${rows.length === 0 ? "" : "Leads to: "}${rows.map(({ field, type, isList }) => `${field} (${isList ? "list of " : ""}${type})`).join(", ")}
            </dd>
          </div>`,
      )}
    </dl>`,
  };
}

function drawBox({ box, x, y, height }: Placed, { places }: Layout): Html {
  const { name, description, rows, values, isRoot } = box;
  const right = sizes.box - 10;
  return html`<g class="${isRoot ? "box root" : "box"}" transform="translate(${x} ${y.toFixed(1)})"
    ><title>${name}: ${firstSentence(description)}</title>
    <rect width="${sizes.box}" height="${height}" rx="7" /><path
      class="head"
      d="M0 7a7 7 0 0 1 7-7h${sizes.box - 14}a7 7 0 0 1 7 7v${sizes.head - 7}H0z"
    /><text class="name" x="10" y="19">${name}</text> ${rows.map((row, index) => {
      const at = rowMiddle(index) + 4;
      return html`<text x="10" y="${at}">${row.field}</text
        ><text class="${places.has(row.type) ? "to" : "leaf"}" x="${right}" y="${at}"
          >${typeName(row)}</text
        >`;
    })}${values === 0 ? null : html`<text class="leaf" x="${right}" y="${height - 8}">${values} ${values === 1 ? "value" : "values"}</text>`}</g
  >`;
}

function typeName({ type, isList, field }: Row): string {
  const room = 32 - field.length - (isList ? 2 : 0);
  const name = type.length > room ? `${type.slice(0, Math.max(4, room - 1))}…` : type;
  return isList ? `[${name}]` : name;
}

// Forwards into the left side of the box, otherwise round into its right side.
function drawLink(from: Placed, { type }: Row, index: number, { places }: Layout): Html | null {
  const to = places.get(type);
  if (to === undefined || to === from) return null;
  const x = from.x + sizes.box;
  const y = from.y + rowMiddle(index);
  const headY = to.y + sizes.head / 2;
  const isForward = to.column > from.column;
  const endX = isForward ? to.x : to.x + sizes.box;
  const reach = isForward ? Math.max(30, (endX - x) / 2) : 28 + Math.min(26, Math.abs(headY - y) / 12);
  const curve = isForward
    ? `M${x} ${n(y)}C${x + reach} ${n(y)} ${endX - reach} ${n(headY)} ${endX} ${n(headY)}`
    : `M${x} ${n(y)}C${x + reach} ${n(y)} ${endX + reach} ${n(headY)} ${endX} ${n(headY)}`;
  const tip = isForward ? `M${endX} ${n(headY)}l-7 -4v8z` : `M${endX} ${n(headY)}l7 -4v8z`;
  return html`<path class="${isForward ? "link" : "link back"}" d="${curve}" /><path
      class="${isForward ? "tip" : "tip back"}"
      d="${tip}"
    />`;
}

function n(value: number): string {
  return value.toFixed(1);
}

function firstSentence(description: string): string {
  return (/^[^]*?[.!?](?=\s|$)/.exec(description)?.[0] ?? description).replace(/\s+/g, " ");
}
