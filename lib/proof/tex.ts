import type { Notation } from "./notation.ts";
import { isScalar, parts, type Tree } from "./tree.ts";

const greek = new Set(
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
    .split(" "),
);

/** How a name is typeset where the notation says nothing: f1 → f_1, Xprime → X', lambda0 → \lambda_0, pX → p_X. */
export function nameTex(name: string): string {
  const match = /^(.+?)(Tilde|prime|Prime|star|inv|Inv)$/.exec(name);
  if (match) {
    const inner = nameTex(match[1]);
    const letter = /^\\?[A-Za-z]+/.exec(inner)?.[0] ?? inner;
    switch (match[2].toLowerCase()) {
      case "tilde":
        return `\\tilde{${letter}}${inner.slice(letter.length)}`;
      case "star":
        return `${inner}^\\star`;
      case "inv":
        return `${inner}^{-1}`;
      default:
        return `${inner}'`;
    }
  }
  const [, head, digits = ""] = /^(.*?)(\d*)$/.exec(name)!;
  const [base, ...subs] = head.split("_");
  const split = /^([A-Z])([a-z]+)$|^([a-z])([A-Z][A-Za-z]*)$/.exec(base);
  const known = greek.has(base) || base.length === 1;
  const under = [...known || !split ? [] : [split[2] ?? split[4]], ...subs, digits].filter((part) =>
    part !== ""
  );
  const letter = known
    ? base
    : split && (split[2] ?? split[4]).length === 1
    ? split[1] ?? split[3]
    : undefined;
  if (letter === undefined) {
    const rest = [...subs, digits].filter((part) => part !== "");
    return `\\mathrm{${base}}${script("_", rest.join(","))}`;
  }
  return `${greek.has(letter) ? `\\${letter}` : letter}${script("_", under.join(","))}`;
}

const script = (mark: string, inner: string) =>
  inner === "" ? "" : inner.length === 1 ? `${mark}${inner}` : `${mark}{${inner}}`;

/** How tightly the TeX of a node holds together. */
const SUM = 1, SIGN = 2, KRON = 2.5, PRODUCT = 3, CALL = 4, POWER = 5, NAME = 6;

interface Piece {
  readonly tex: string;
  readonly strength: number;
  /** It ends in something that would swallow what follows: \log x, \sum …. */
  readonly open?: boolean;
  /** It has an exponent or a prime already. */
  readonly raised?: boolean;
}

/** The tree in LaTeX, without needless brackets: the common subset of MathJax, KaTeX and temml. */
export function texOf(tree: Tree, notation: Notation): string {
  const symbolTex = (name: string) => notation.tex.get(name) ?? nameTex(name);
  const bracketed = (inner: string) => tall(inner) ? `\\left(${inner}\\right)` : `(${inner})`;
  /** Brackets that group: square ones around round ones. */
  const grouped = (inner: string) => {
    if (!inner.includes("(")) return bracketed(inner);
    return tall(inner) ? `\\left[${inner}\\right]` : `\\bigl[${inner}\\bigr]`;
  };
  const within = (part: Tree, least: number, isLast = true): string => {
    const { tex, strength, open } = piece(part);
    return strength < least || open && !isLast ? grouped(tex) : tex;
  };
  /** What an exponent can stand on. */
  const raisable = (part: Tree): string => {
    const { tex, strength, raised } = piece(part);
    if (strength < NAME) return grouped(tex);
    return raised ? `{${tex}}` : tex;
  };

  const piece = (node: Tree): Piece => {
    switch (node.op) {
      case "number":
        return node.bottom === 1n
          ? { tex: String(node.top), strength: NAME }
          : { tex: `\\tfrac{${node.top}}{${node.bottom}}`, strength: POWER };
      case "symbol": {
        const tex = symbolTex(node.name);
        return { tex, strength: NAME, raised: /['^]/.test(tex) };
      }
      case "identity":
        return { tex: "I", strength: NAME };
      case "imaginary":
        return { tex: "i", strength: NAME };
      case "apply":
        return applied(node);
      case "add":
        return {
          tex: node.terms.map((term, k) => {
            const minus = term.op === "negate", body = minus ? term.of : term;
            const tex = body.op === "add" ? grouped(piece(body).tex) : within(body, KRON);
            return k === 0 ? (minus ? `-${tex}` : tex) : `${minus ? "-" : "+"} ${tex}`;
          }).join(" "),
          strength: SUM,
          open: piece(node.terms[node.terms.length - 1]).open,
        };
      case "negate":
        return { tex: `-${within(node.of, KRON)}`, strength: SIGN, open: piece(node.of).open };
      case "multiply":
        return product(node.factors);
      case "divide":
        return { tex: `\\frac{${piece(node.top).tex}}{${piece(node.bottom).tex}}`, strength: POWER };
      case "power":
        return power(node);
      case "transpose":
        return { tex: `${raisable(node.of)}^\\top`, strength: POWER, raised: true };
      case "matrix":
        return {
          tex: `\\begin{pmatrix} ${
            node.rows.map((row) => row.map((x) => piece(x).tex).join(" & ")).join(" \\\\ ")
          } \\end{pmatrix}`,
          strength: NAME,
        };
      case "bind":
        return binder(node);
      case "derivative":
        return derivative(node);
    }
  };

  const product = (factors: readonly Tree[]): Piece => {
    const texts = factors.map((factor, k) => {
      const isLast = k === factors.length - 1;
      // a product in brackets was written so
      return factor.op === "multiply" ? grouped(piece(factor).tex) : within(factor, CALL, isLast);
    });
    const tex = texts.reduce((before, text, k) => {
      const joint = /^[\d]|^\\tfrac/.test(text) || isFraction(factors[k - 1]) && isFraction(factors[k])
        ? " \\cdot "
        : isCall(factors[k - 1]) || isCall(factors[k]) || factors[k].op === "bind"
        ? " \\, "
        : " ";
      return before + joint + text;
    });
    return { tex, strength: PRODUCT, open: piece(factors[factors.length - 1]).open };
  };
  const isFraction = (node: Tree) => node.op === "divide";
  const isCall = (node: Tree): boolean =>
    node.op === "apply" && !["norm", "abs", "inv", "sqrt"].includes(node.name) ||
    node.op === "derivative" || node.op === "power" && isCall(node.base);

  const power = ({ base, exponent }: Tree & { op: "power" }): Piece => {
    if (exponent.op === "number" && exponent.top === 1n && exponent.bottom === 2n && isScalar(base.shape)) {
      return { tex: `\\sqrt{${piece(base).tex}}`, strength: NAME };
    }
    const up = script("^", piece(exponent).tex.replace("\\tfrac", "\\frac"));
    const call = base.op === "apply" ? piece(base) : undefined;
    const tex = call && call.strength >= POWER && !call.raised ? call.tex : raisable(base);
    return { tex: `${tex}${up}`, strength: POWER, raised: true };
  };

  const applied = ({ name, args }: Tree & { op: "apply" }): Piece => {
    if (notation.functions.has(name)) return declared(name, args);
    const inner = piece(args[0]).tex;
    switch (name) {
      case "sqrt":
        return { tex: `\\sqrt{${inner}}`, strength: NAME };
      case "abs":
        return { tex: fenced("\\lvert", inner, "\\rvert"), strength: NAME };
      case "norm":
        return { tex: fenced("\\lVert", inner, "\\rVert"), strength: NAME };
      case "inv":
        return { tex: `${raisable(args[0])}^{-1}`, strength: POWER, raised: true };
      case "kron": {
        const sides = args.map((arg, k) => k === 0 ? within(arg, KRON, false) : within(arg, PRODUCT));
        return { tex: sides.join(" \\otimes "), strength: KRON, open: true };
      }
      case "exp":
        if (isShort(args[0])) return { tex: `e^{${inner}}`, strength: POWER, raised: true };
        return { tex: `\\exp ${bracketed(inner)}`, strength: POWER };
      case "max":
      case "min":
        return { tex: `\\${name}(${inner}, ${piece(args[1]).tex})`, strength: POWER };
      default: {
        const sign =
          ({ tr: "\\operatorname{tr}", vec: "\\operatorname{vec}", diag: "\\operatorname{diag}" } as Record<
            string,
            string
          >)[name] ?? `\\${name}`;
        const bare = piece(args[0]);
        const alone = args[0].op === "divide" || args[0].op === "symbol" || args[0].op === "matrix" ||
          args[0].op === "number" && bare.strength === NAME ||
          args[0].op === "apply" && bare.strength >= POWER ||
          args[0].op === "power" && args[0].base.op === "apply" && !bare.open;
        return alone
          ? { tex: `${sign} ${bare.tex}`, strength: CALL, open: true }
          : { tex: `${sign}${bracketed(bare.tex)}`, strength: POWER };
      }
    }
  };
  const isShort = (node: Tree): boolean =>
    node.op === "number" || node.op === "symbol" ||
    (node.op === "negate" || node.op === "multiply") && parts(node).every(isShort);

  /** `lik(z)` by its template in the notation, or its name with its arguments in brackets. */
  const declared = (name: string, args: readonly Tree[]): Piece => {
    const parameters = notation.functions.get(name)!;
    const template = notation.tex.get(`${name}(${parameters.join(", ")})`);
    if (template === undefined) {
      const inner = args.map((arg) => piece(arg).tex).join(", ");
      return { tex: `${symbolTex(name)}${bracketed(inner)}`, strength: NAME, raised: true };
    }
    const values = new Map(parameters.map((parameter, k) => [nameTexIn(parameter), piece(args[k]).tex]));
    const tex = template.replace(/\\[A-Za-z]+|[A-Za-z]+'?|[^]/g, (word) => values.get(word) ?? word);
    return { tex, strength: NAME, raised: true };
  };
  const nameTexIn = (parameter: string) => symbolTex(parameter);

  const binder = ({ binder: kind, names, body }: Tree & { op: "bind" }): Piece => {
    const list = names.map(symbolTex).join(", "),
      special = notation.tex.get(`${kind}(${names.join(", ")})`) ?? notation.tex.get(kind);
    const inner = piece(body);
    if (kind === "integral") {
      const measure = names.map((name) => `\\, d${symbolTex(name)}`).join("");
      const tex = inner.strength < PRODUCT ? bracketed(inner.tex) : inner.tex;
      return { tex: `${special ?? "\\int"} ${tex} ${measure}`, strength: CALL, open: false };
    }
    if (kind === "sum") {
      const tex = inner.strength < PRODUCT ? bracketed(inner.tex) : inner.tex;
      return { tex: `${special ?? `\\sum_{${list}}`} ${tex}`, strength: CALL, open: true };
    }
    const sign = special ?? `\\mathbb{E}_{${list}}`;
    const ofNorm = body.op === "power" ? body.base : body;
    return ofNorm.op === "apply" && ofNorm.name === "norm" && !notation.functions.has("norm")
      ? { tex: `${sign} ${inner.tex}`, strength: CALL, open: true }
      : { tex: `${sign} \\left[${inner.tex}\\right]`, strength: NAME, raised: true };
  };

  const derivative = ({ body, by }: Tree & { op: "derivative" }): Piece => {
    const of = symbolTex(by), sign = by === "t" ? "d" : "\\partial";
    const below = `${sign} ${of}`;
    if (body.op === "symbol") {
      const special = notation.tex.get(`d(${body.name}, ${by})`);
      return special !== undefined
        ? { tex: special, strength: NAME, raised: /['^]/.test(special) }
        : { tex: `\\frac{${sign} ${symbolTex(body.name)}}{${below}}`, strength: POWER };
    }
    const inner = piece(body), tex = inner.strength < CALL ? bracketed(inner.tex) : inner.tex;
    return { tex: `\\frac{${sign}}{${below}} ${tex}`, strength: CALL, open: true };
  };

  return piece(tree).tex;
}

const tall = (tex: string) => /\\frac|\\begin|\\left|\\sum|\\int/.test(tex);

const fenced = (left: string, inner: string, right: string) =>
  tall(inner) ? `\\left${left} ${inner} \\right${right}` : `${left} ${inner} ${right}`;
