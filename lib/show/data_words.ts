import { escapeHtml, richText } from "./tex.ts";

/** Plain data as a reader takes it in: a sentence stands as it is, a record is "name = value", a list [a, b]. */
export function dataWords(data: unknown): string {
  if (typeof data === "string") return richText(data);
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    return `<code>${escapeHtml(listWords(data))}</code>`;
  }
  return Object.entries(data).map(([name, value]) =>
    `${/[$ ]/.test(name) ? richText(name) : `<code>${escapeHtml(name)}</code>`} = ${
      typeof value === "string" && /[$ ]/.test(value)
        ? richText(value)
        : `<code>${escapeHtml(listWords(value))}</code>`
    }`
  ).join(", ");
}

/** [1, 1/2, {re: 0, im: 1}]: JSON without its quotes, numbers to six digits (the verdict's data has them all). */
const listWords = (data: unknown) =>
  JSON.stringify(data, (_, x) => typeof x === "number" ? Number(x.toPrecision(6)) : x).replace(/"/g, "")
    .replace(/,/g, ", ").replace(/:/g, ": ");
