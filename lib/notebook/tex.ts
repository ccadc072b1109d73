import temml from "temml";

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
  return temml.renderToString(tex, {
    displayMode: display,
    throwOnError: true,
    xml: true,
    wrap: display ? "none" : "tex",
  })
    .replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "");
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

/** A sentence with $mathematics$ and `code` as HTML. */
export function richText(sentence: string): string {
  return glued(
    pieces(sentence).map(({ kind, text }) =>
      kind === "math"
        ? mathml(text)
        : kind === "code"
        ? `<code>${escapeHtml(text)}</code>`
        : kind === "bold"
        ? `<b>${escapeHtml(text)}</b>`
        : escapeHtml(text)
    ).join(""),
  );
}

const greek: Record<string, string> = {
  alpha: "α",
  beta: "β",
  gamma: "γ",
  delta: "δ",
  eta: "η",
  theta: "θ",
  lambda: "λ",
  mu: "μ",
  pi: "π",
  rho: "ρ",
  sigma: "σ",
  tau: "τ",
  phi: "φ",
  varphi: "φ",
  epsilon: "ε",
  varepsilon: "ε",
  omega: "ω",
  psi: "ψ",
  Sigma: "Σ",
  Lambda: "Λ",
  Phi: "Φ",
  Delta: "Δ",
  cdot: "·",
  times: "×",
  pm: "±",
  le: "≤",
  leq: "≤",
  ge: "≥",
  geq: "≥",
  ne: "≠",
  neq: "≠",
  infty: "∞",
  to: "→",
  lVert: "‖",
  rVert: "‖",
  lvert: "|",
  rvert: "|",
  mid: "|",
  Vert: "‖",
  ll: "≪",
  Rightarrow: "⇒",
  top: "ᵀ",
  otimes: "⊗",
  sum: "Σ",
  int: "∫",
  in: "∈",
  log: "log",
  exp: "exp",
  det: "det",
  tr: "tr",
  quad: " ",
  ldots: "…",
  dots: "…",
  left: "",
  right: "",
  sqrt: "√",
};

/** The same sentence as plain text, mathematics spelled with the signs a terminal has. */
export function plainText(sentence: string): string {
  return pieces(sentence).map(({ kind, text }) => kind === "math" ? plainMath(text) : text).join("");
}

/** LaTeX as readable plain text: an approximation for terminals and search. */
export function plainMath(tex: string): string {
  return tex
    .replace(/\\(?:begin|end)\{[a-z]+\}/g, "")
    .replace(/\\(?:text|mathrm|operatorname|mathbf|mathbb|mathcal|bar|dot|tilde|hat)\{([^{}]*)\}/g, "$1")
    .replace(/\\mathcal ([A-Z])/g, "$1").replace(/\\[bB]ig[lr]?/g, "")
    .replace(/\\t?frac\{([^{}]*)\}\{([^{}]*)\}/g, "($1)/($2)")
    .replace(/\\t?frac\s*(\w)(\w)/g, "$1/$2")
    .replace(/\\sqrt\{([^{}]*)\}/g, "√($1)")
    .replace(/\\([A-Za-z]+)/g, (_, name: string) => greek[name] ?? name)
    .replace(/\\[,;!: ]/g, " ").replace(/\\\\/g, "; ").replace(/\\([|{}])/g, (_, c) => c === "|" ? "‖" : c)
    .replace(/[{}]/g, "").replace(/&/g, " ").replace(/\s+/g, " ").trim();
}
