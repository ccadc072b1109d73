import { escapeHtml, plainText, richText } from "./tex.ts";

/** A fragment of HTML with its twin in plain text. */
export interface Fragment {
  readonly kind: "fragment";
  readonly html: string;
  readonly text: string;
  /** The same once the notebook's file has been read: only in a kernel. */
  readonly refined?: () => Promise<Fragment>;
}

/**
 * A drawing in the page's own colours, light or dark: as wide as there is room, up to its width. Where it shrinks its
 * letters shrink less, so they are sized in `em`.
 *
 * @param drawing width, height: of its viewBox; svg: what stands in the svg element, coloured by `currentColor` and
 *   the page's variables, e.g. `var(--syw-accent)`; caption: a sentence that says what to see; description: the
 *   drawing in words, for who can't see it
 */
export function picture(
  { width, height, svg, caption, description }: {
    width: number;
    height: number;
    svg: string;
    caption: string;
    description: string;
  },
): Fragment {
  return {
    kind: "fragment",
    html:
      `<svg class="syw-picture" role="img" aria-label="${
        escapeHtml(plainText(description))
      }" viewBox="0 0 ${width} ${height}" style="max-width:${width}px;--syw-wide:${width}">${svg}</svg>` +
      `<div class="syw-caption">${richText(caption)}</div>`,
    text: `${plainText(caption)} ${plainText(description)}`,
  };
}

/**
 * Numbers as a table.
 *
 * @param table caption and column names: mathematics between $…$; rows: as many entries as there are columns;
 *   words: whether it is a table of sentences, aligned on the left
 */
export function numberTable(
  { caption, columns, rows, words: sentences = false }: {
    caption: string;
    columns: readonly string[];
    rows: readonly (readonly (string | number)[])[];
    words?: boolean;
  },
): Fragment {
  const words = (entry: string | number) => String(entry).replace(/(^|\de)-(?=[\d.∞I])/g, "$1−");
  // a column of words is aligned like words
  const said = columns.map((_, k) =>
    rows.every((row) => /^(?![\d+−-]).*\p{L}{2}/u.test(String(row[k]).replace(/\$[^$]*\$/g, "")))
  );
  const line = (tag: string, entries: readonly (string | number)[]) =>
    `<tr>${
      entries.map((entry, k) =>
        `<${tag}${said[k] ? ' class="syw-said"' : ""}${
          tag === "td" && sentences ? ` data-name="${escapeHtml(plainText(columns[k]))}"` : ""
        }>${richText(words(entry))}</${tag.slice(0, 2)}>`
      ).join("")
    }</tr>`;
  return {
    kind: "fragment",
    html:
      `<div class="syw-scroll" role="region" tabindex="0" aria-label="${escapeHtml(plainText(caption))}">` +
      `<table class="syw-data${sentences ? " syw-words" : ""}"><caption>${
        richText(caption)
      }</caption><thead>${line('th scope="col"', columns)}</thead><tbody>${
        rows.map((row) => line("td", row)).join("")
      }</tbody></table></div>`,
    text: [
      plainText(caption),
      ...[columns, ...rows].map((row) => row.map((entry) => plainText(words(entry))).join("\t")),
    ].join("\n"),
  };
}

/** What comes out of a “try it”, folded until the reader has made a prediction; mathematics between $…$. */
export function reveal(...sentences: readonly string[]): Fragment {
  return {
    kind: "fragment",
    html: `<details><summary>What comes out</summary>${
      sentences.map((sentence) => `<p>${richText(sentence)}</p>`).join("")
    }</details>`,
    text: `What comes out: ${sentences.map(plainText).join(" ")}`,
  };
}
