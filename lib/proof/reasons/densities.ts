import type { Notation } from "../notation.ts";
import type { Algebra } from "../normal/algebra.ts";
import { tagOf } from "../normal/operators.ts";
import { asAtom, number, type Sum } from "../normal/sum.ts";
import type { Reason } from "./reason.ts";

/** Names that the notation must declare for a reason to speak of them. */
const needs = (...names: readonly string[]) => (notation: Notation): string | undefined => {
  const missing = names.find((name) => !notation.functions.has(name) && !notation.symbols.has(name));
  return missing && `${missing} is not a name of this notation`;
};

export const bayes: Reason = {
  name: "Bayes",
  statement: "p_\\theta(x \\mid z)\\, p(z) = p_\\theta(z \\mid x)\\, p_\\theta(x)",
  refuses: needs("lik", "prior", "post", "evidence"),
  rule: () => ({
    atom(a, algebra) {
      if (a.kind !== "apply" || a.name !== "lik" || !algebra.notation.functions.has("lik")) return undefined;
      const [post, prior] = ["post", "prior"].map((name) => algebra.apply(name, a.args));
      return algebra.product([post, algebra.symbol("evidence"), algebra.power(prior, number(-1))]);
    },
  }),
  check: {
    notation: {
      symbols: { z: "scalar", evidence: "scalar" },
      functions: { lik: ["z"], prior: ["z"], post: ["z"], q: ["z"] },
    },
    follows: [
      ["lik(z) prior(z)", "post(z) evidence"],
      ["E(z, log(lik(z) prior(z) / q(z)))", "E(z, log(post(z) evidence / q(z)))"],
    ],
    broken: [
      ["lik(z)", "post(z)"],
      ["lik(z) prior(z)", "post(z)"],
      ["lik(z) evidence", "post(z) prior(z)"],
    ],
  },
};

const flow = {
  symbols: { x: "scalar", u: "scalar" },
  functions: {
    ...{ pX: ["x"], pU: ["u"], pF: ["x"], pBack: ["u"], F: ["u"], Finv: ["x"], det: ["u"], detInv: ["x"] },
    phi: ["r"],
  },
};

/** F⁻¹(F(u)) = u and F(F⁻¹(x)) = x: the argument under the other map, where it is one. */
const undone = (other: string, [arg]: readonly Sum[]): Sum | undefined => {
  const inner = asAtom(arg);
  return inner?.kind === "apply" && inner.name === other ? inner.args[0] : undefined;
};

const mapped = (algebra: Algebra, name: "F" | "Finv", args: readonly Sum[]): Sum =>
  undone(name === "F" ? "Finv" : "F", args) ?? algebra.apply(name, args);

export const changeOfVariables: Reason = {
  name: "change of variables",
  statement:
    "\\int f(x)\\, dx = \\int f(F(u))\\, \\lvert\\det J_F(u)\\rvert\\, du, \\quad p_{F(U)}(x) = p_U(F^{-1}(x))\\, \\lvert\\det J_{F^{-1}}(x)\\rvert",
  refuses: needs("F", "Finv", "det", "detInv"),
  rule: (notation) => ({
    atom(a, algebra) {
      if (a.kind === "apply" && notation.functions.has(a.name)) {
        const { name, args } = a;
        if (name === "Finv" || name === "F") return undone(name === "F" ? "Finv" : "F", args);
        if (name === "pF") {
          return algebra.multiply(
            algebra.apply("pU", [mapped(algebra, "Finv", args)]),
            algebra.apply("detInv", args),
          );
        }
        if (name === "pBack") {
          return algebra.multiply(
            algebra.apply("pX", [mapped(algebra, "F", args)]),
            algebra.apply("det", args),
          );
        }
      }
      if (a.kind !== "bind" || a.binder !== "integral" || a.names.length !== 1) return undefined;
      const [x] = a.names, from = notation.functions.get("Finv")?.[0], to = notation.functions.get("F")?.[0];
      if (tagOf(x) !== from || to === undefined) return undefined;
      const name = algebra.fresh(to), u = algebra.symbol(name, notation.symbols.get(to));
      const body = algebra.substitute(a.body, x, algebra.apply("F", [u]));
      return algebra.bind("integral", [name], algebra.multiply(body, algebra.apply("det", [u])));
    },
  }),
  check: {
    notation: flow,
    follows: [
      ["pF(x)", "pU(Finv(x)) detInv(x)"],
      ["integral(x, pX(x))", "integral(u, pX(F(u)) det(u))"],
      ["integral(x, log(pU(Finv(x))) pX(x))", "integral(u, log(pU(u)) pBack(u))"],
    ],
    broken: [
      ["pF(x)", "pU(Finv(x))"],
      ["integral(x, pX(x))", "integral(u, pX(F(u)))"],
      ["integral(x, pX(x))", "integral(u, pX(F(u)) / det(u))"],
      ["pBack(u)", "pX(F(u)) / det(u)"],
    ],
  },
};

export const inverseFunctionTheorem: Reason = {
  name: "inverse function theorem",
  statement: "\\lvert\\det J_{F^{-1}}(F(u))\\rvert = 1 / \\lvert\\det J_F(u)\\rvert",
  refuses: needs("F", "Finv", "det", "detInv"),
  rule: () => ({
    atom(a, algebra) {
      if (a.kind !== "apply" || a.name !== "detInv") return undefined;
      const u = undone("F", a.args) ?? algebra.apply("Finv", a.args);
      return algebra.power(algebra.apply("det", [u]), number(-1));
    },
  }),
  check: {
    notation: flow,
    follows: [["detInv(F(u))", "1 / det(u)"], ["detInv(x) det(Finv(x))", "1"]],
    broken: [["detInv(F(u))", "det(u)"], ["detInv(x)", "1 / det(x)"], ["detInv(F(u))", "-det(u)"]],
  },
};

export const definitionOfExpectation: Reason = {
  name: "definition of expectation",
  statement: "\\mathbb{E}_{u \\sim p}\\, g(u) = \\int p(u)\\, g(u)\\, du",
  refuses: ({ spec }) => spec.laws ? undefined : "no law is declared here",
  rule: (notation) => ({
    atom(a, algebra) {
      if (a.kind !== "bind" || a.binder !== "E" || a.names.length !== 1) return undefined;
      const [name] = a.names, law = notation.spec.laws?.[name];
      if (law === undefined || !notation.functions.has(law)) return undefined;
      const fresh = algebra.fresh(name), u = algebra.symbol(fresh, notation.symbols.get(name));
      const body = algebra.substitute(a.body, name, u);
      return algebra.bind("integral", [fresh], algebra.multiply(algebra.apply(law, [u]), body));
    },
  }),
  check: {
    notation: { ...flow, laws: { u: "pU", x: "pX" } },
    follows: [["E(u, log(det(u)))", "integral(u, pU(u) log(det(u)))"], [
      "integral(x, pX(x)^2)",
      "E(x, pX(x))",
    ]],
    broken: [
      ["E(u, det(u))", "integral(u, det(u))"],
      ["E(u, det(u))", "integral(u, pBack(u) det(u))"],
      ["E(x, pX(x))", "integral(x, pX(x))"],
    ],
  },
};
