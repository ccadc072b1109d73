/** LaTeX as plain text: what terminals, screen readers and graders' pages show where there is no MathML. */

const signs: Readonly<Record<string, string>> = {
  ...{ alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", varepsilon: "ε", eta: "η", theta: "θ" },
  ...{ lambda: "λ", mu: "μ", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", phi: "φ", varphi: "φ", chi: "χ" },
  ...{ psi: "ψ", omega: "ω", Delta: "Δ", Lambda: "Λ", Sigma: "Σ", Phi: "Φ" },
  ...{ cdot: "·", times: "×", pm: "±", mp: "∓", otimes: "⊗", oplus: "⊕", sum: "Σ", int: "∫", partial: "∂" },
  ...{ nabla: "∇", infty: "∞", in: "∈", bigcup: "∪", sqrt: "√", star: "*", top: "ᵀ" },
  ...{ le: "≤", leq: "≤", ge: "≥", geq: "≥", ne: "≠", neq: "≠", ll: "≪", sim: "~", succ: "≻", succeq: "⪰" },
  ...{ to: "→", mapsto: "↦", Rightarrow: "⇒", ldots: "…", dots: "…", quad: " ", qquad: " " },
  ...{ lvert: "|", rvert: "|", mid: "|", lVert: "‖", rVert: "‖", Vert: "‖" },
  ...{ lfloor: "⌊", rfloor: "⌋", lceil: "⌈", rceil: "⌉", left: "", right: "" },
};
/** Marks that stand over a letter, as combining characters. */
const accents: Readonly<Record<string, string>> = {
  hat: "\u0302",
  tilde: "\u0303",
  bar: "\u0304",
  dot: "\u0307",
};
const fonts = ["text", "mathrm", "operatorname", "mathbf", "mathbb", "mathcal"];
const fractions = ["frac", "tfrac", "dfrac"];
/** Braces that are printed, while braces that group are taken away. */
const [OPEN, CLOSE] = ["\uE000", "\uE001"];

/** LaTeX as readable plain text: `\frac{a}{b + c}` is a/(b + c), `v_{k+1}` is v_(k+1). */
export function plainMath(tex: string): string {
  const shown = tex.replace(/\\[bB]ig[lr]?(?![a-z])/g, "").replace(/\\\{/g, OPEN).replace(/\\\}/g, CLOSE)
    .replace(/\\begin\{[a-z]+\}/g, "\\matrix{").replace(/\\end\{[a-z]+\}/g, "}").replace(/\\\|/g, "\\Vert ");
  return spell(shown).replaceAll(OPEN, "{").replaceAll(CLOSE, "}").replace(/\s+/g, " ")
    .replace(/ (?=[,;])/g, "").trim();
}

function spell(tex: string): string {
  let plain = "", rest = tex;
  while (rest !== "") {
    const [head, step] = token(rest);
    rest = rest.slice(head.length);
    if (step) {
      const [text, used] = step(rest);
      plain += text;
      rest = rest.slice(used);
    } else plain += spelled(head, rest);
  }
  return plain;
}

/** What a token makes of what comes behind it: its text, and how much of the rest it takes. */
type Step = (rest: string) => readonly [text: string, used: number];

function token(tex: string): [head: string, step?: Step] {
  const [head, name] = tex.match(/^\\([A-Za-z]+)\s*|^\\[^]|^[^]/)!;
  if (head === "{") return ["", grouped((inner) => inner)];
  if (head === "_" || head === "^") return [head, grouped((inner) => script(head, inner))];
  if (name === undefined) return [head];
  if (fonts.includes(name)) return [head, grouped((inner) => inner)];
  if (name in accents) return [head, grouped((inner) => inner + accents[name])];
  if (name === "matrix") return [head, grouped((inner) => `[${inner.trim()}]`)];
  if (name === "sqrt") return [head, grouped((inner) => `√${bracketed(inner)}`)];
  if (fractions.includes(name)) return [head, fraction];
  return [head];
}

/** One argument: a group in braces, a command with all that it takes, or a single character. */
function argument(tex: string): [inner: string, used: number] {
  const blank = tex.length - tex.trimStart().length, rest = tex.slice(blank);
  if (rest.startsWith("{")) {
    let depth = 0, end = 0;
    do depth += rest[end] === "{" ? 1 : rest[end] === "}" ? -1 : 0; while (++end < rest.length && depth > 0);
    return [rest.slice(1, depth === 0 ? end - 1 : end), blank + end];
  }
  if (rest === "") return ["", blank];
  const [head, step] = token(rest), used = step ? step(rest.slice(head.length))[1] : 0;
  return [rest.slice(0, head.length + used), blank + head.length + used];
}

const grouped = (write: (inner: string) => string): Step => (rest) => {
  const [inner, used] = argument(rest);
  return [write(spell(inner)), used];
};

const fraction: Step = (rest) => {
  const [above, first] = argument(rest), [below, second] = argument(rest.slice(first));
  return [`${bracketed(spell(above))}/${bracketed(spell(below))}`, first + second];
};

/** What stands alone in a script: a number, a letter, a name. */
const isWord = (text: string) => /^[\p{L}\p{M}\d.∞]+$/u.test(text);
/** What stands alone in a fraction: a word, or a function of words. */
const isTerm = (text: string) => /^[\p{L}\p{M}\d._*∂∞]+(\([\p{L}\d_, |]*\))?$/u.test(text);
const bracketed = (text: string, alone = isTerm) => alone(text.trim()) ? text.trim() : `(${text.trim()})`;

function script(mark: string, given: string): string {
  const inner = given.trim(), space = given.endsWith(" ") ? " " : "";
  if (mark === "^" && (inner === "ᵀ" || inner === "*")) return inner + space;
  const power = mark === "^" && /^-?\d$/.test(inner);
  if (power) return inner.replace("-", "⁻").replace(/\d/, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]);
  return mark + bracketed(inner, isWord) + space;
}

/** A token that takes nothing: its sign or its name, parted from a letter that follows. */
function spelled(head: string, rest: string): string {
  if (head === "&") return ", ";
  if (head === "\\\\") return "; ";
  const name = head.match(/^\\([A-Za-z]+)/)?.[1], space = /\s$/.test(head) ? " " : "";
  if (name === undefined) return head.length === 2 || head === "~" ? " " : head;
  if (name in signs) return signs[name] + space;
  return name + (/^[A-Za-z\\\d]/.test(rest) ? " " : space);
}
