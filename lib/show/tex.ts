import temml from "temml";
import { said } from "./language.ts";
import { plainMath } from "./plain_math.ts";
import { readable } from "./readable.ts";

export { plainMath } from "./plain_math.ts";

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text made safe for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => escapes[c]);
}

/**
 * LaTeX as MathML, readable by a screen reader, drawn without a script. A formula in a line of text consists of rows
 * that end behind its relations and signs: where it is too long for the line, it can be broken there.
 *
 * @param tex in the common subset of MathJax, KaTeX and temml
 * @throws SyntaxError-like Error for LaTeX that can't be parsed
 */
export function mathml(tex: string, { display = false }: { display?: boolean } = {}): string {
  const drawn = temml.renderToString(tex, {
    displayMode: display,
    throwOnError: true,
    xml: true,
    wrap: display ? "none" : "tex",
  })
    .replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
    // under a root a letter without ascender is as high as others: else Chromium draws the bar through it
    .replaceAll("<msqrt>", '<msqrt><mspace height="0.75em" depth="0.1em"></mspace>');
  return readable(drawn);
}

/** Splits a sentence at $…$, `…` and **…**. */
function pieces(sentence: string): { kind: "text" | "math" | "code" | "bold"; text: string }[] {
  return sentence.split(/(\$[^$]+\$|`[^`]+`|\*\*[^*]+\*\*)/).filter((part) => part !== "").map((part) =>
    part.length > 1 && part.startsWith("$") && part.endsWith("$")
      ? { kind: "math", text: part.slice(1, -1) }
      : part.length > 1 && part.startsWith("`") && part.endsWith("`")
      ? { kind: "code", text: part.slice(1, -1) }
      : part.length > 4 && part.startsWith("**") && part.endsWith("**")
      ? { kind: "bold", text: part.slice(2, -2) }
      : { kind: "text", text: part }
  );
}

/** Keeps a formula on one line with the comma behind it and the bracket before it: browsers part them. */
export function glued(html: string): string {
  return html.replace(
    /([([“‘]*)(<math\b[^]*?<\/math>)((?:[^\s<>&()]|\)){0,12})/g,
    (all, before: string, formula: string, after: string) =>
      before + after === "" || /display="block"/.test(formula)
        ? all
        : `<span style="white-space:nowrap">${all}</span>`,
  );
}

/** A sentence with $mathematics$ and `code` as HTML, in the reader's language. */
export function richText(sentence: string): string {
  return glued(
    pieces(said(sentence)).map(({ kind, text }) =>
      kind === "math"
        ? mathml(text)
        : kind === "code"
        ? `<code>${escapeHtml(text)}</code>`
        : kind === "bold"
        ? `<b>${escapeHtml(text)}</b>`
        : escapeHtml(text.replace(/(^|[\s([=])-(?=[\d.])/g, "$1−"))
    ).join(""),
  );
}

/** The same sentence as plain text, mathematics spelled with the signs a terminal has. */
export function plainText(sentence: string): string {
  return pieces(said(sentence)).map(({ kind, text }) => kind === "math" ? plainMath(text) : text).join("");
}

const greek = /^(?:alpha|beta|gamma|delta|epsilon|eta|theta|lambda|mu|sigma|tau|phi|psi|omega)$/;

/** A condition as a line names it, e.g. `d^2 + lambda0 ≥ 0`, typeset; as it is where it can't be. */
export function conditionHtml(text: string): string {
  if (/\p{L}{2} \p{L}{2}/u.test(text)) return escapeHtml(text);
  const tex = text.replace(/([\p{L}]+)_?(\d+|min|max)?/gu, (_, name: string, index?: string) => {
    const letters = greek.test(name) ? `\\${name}` : name.length > 1 ? `\\mathrm{${name}}` : name;
    return index === undefined ? letters : `${letters}_{\\mathrm{${index}}}`;
  });
  try {
    return mathml(tex);
  } catch {
    return escapeHtml(text);
  }
}
