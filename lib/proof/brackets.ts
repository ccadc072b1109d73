import { joined, negate, over, sum, times, two, without } from "./nodes.ts";
import { builtins, isScalar, parts, sameShape, type Tree, withParts } from "./tree.ts";

/** a b + c for a (b + c), or the other way round; f(a) + b or f(a) + f(b) for f(a + b), f(a) b for f(a b). */
export function* brackets(tree: Tree): Generator<{ kind: "bracket" | "factor"; tree: Tree }> {
  const kind = "bracket" as const, { shape } = tree;
  if (tree.op === "multiply") {
    for (const [k, factor] of tree.factors.entries()) {
      if (factor.op !== "add") continue;
      for (const [i, term] of factor.terms.entries()) {
        if (!sameShape(term.shape, shape)) continue;
        const rest = joined("add", without(factor.terms, i), factor.shape);
        yield { kind, tree: sum({ ...tree, factors: tree.factors.with(k, rest) }, term) };
      }
    }
  }
  if (tree.op === "add") {
    for (const [i, term] of tree.terms.entries()) {
      const minus = term.op === "negate", bare = minus ? term.of : term;
      if (bare.op !== "multiply") continue;
      const last = bare.factors.at(-1)!;
      for (const [k, other] of tree.terms.entries()) {
        if (k === i || !sameShape(other.shape, last.shape)) continue;
        const wider = { ...bare, factors: bare.factors.with(-1, sum(last, minus ? negate(other) : other)) };
        yield {
          kind,
          tree: joined("add", without(tree.terms.with(i, minus ? negate(wider) : wider), k), shape),
        };
      }
    }
  }
  const isPower = tree.op === "power";
  if (!isPower && !(tree.op === "apply" && builtins.has(tree.name) && tree.args.length === 1)) return;
  const [of] = parts(tree), minus = of.op === "negate", inner = minus ? of.of : of;
  if (!isScalar(of.shape) && tree.op === "apply") return;
  const again = (part: Tree) => withParts(tree, [minus ? negate(part) : part, ...parts(tree).slice(1)]);
  if (inner.op === "add") {
    for (const [i, term] of inner.terms.entries()) {
      yield { kind, tree: sum(again(joined("add", without(inner.terms, i), inner.shape)), term) };
    }
    yield { kind, tree: sum(...inner.terms.map(again)) };
  }
  if (inner.op === "multiply" && isScalar(shape)) {
    for (const [i, factor] of inner.factors.entries()) {
      yield { kind, tree: times(factor, again(joined("multiply", without(inner.factors, i), inner.shape))) };
    }
  }
  if (isScalar(of.shape) && !isPower) {
    yield { kind: "factor", tree: again(times(two, inner)) };
    yield { kind: "factor", tree: again(over(inner, two)) };
  }
}
