import { scalar } from "../tree.ts";
import type { Algebra } from "./algebra.ts";
import { tagOf } from "./operators.ts";
import { asAtom, type Atom, atomsOf, number, one, spread, type Sum, total } from "./sum.ts";

/** A sum with `value` in place of a name: every atom that depends on it is made again. */
export function substituted(algebra: Algebra, sum: Sum, name: string, value: Sum): Sum {
  const touches = ({ free }: Atom) => free.has(name);
  const again = (s: Sum): Sum => {
    if (!s.terms.some((t) => atomsOf(t).some(touches))) return s;
    const parts = s.terms.map((t) => {
      const scalars = t.powers.map(({ atom, exponent }) => algebra.power(remade(atom), number(exponent)));
      const factor = algebra.product([number(t.coefficient), ...scalars]);
      return t.word.length === 0 ? spread(factor, s) : algebra.multiply(factor, word(t.word));
    });
    return total(s, parts);
  };
  const word = (letters: readonly Atom[]) => algebra.product(letters.map(remade));
  const remade = (a: Atom): Sum => {
    if (!touches(a)) return one(a);
    switch (a.kind) {
      case "symbol":
        return a.name === name ? value : one(a);
      case "apply":
        return algebra.apply(a.name, a.args.map(again));
      case "transposed":
        return algebra.transpose(word(a.word));
      case "closed":
        return word(a.word);
      case "trace":
        return algebra.trace(word(a.word));
      case "derivative": {
        const by = a.by.key === name ? asAtom(value) : a.by;
        // by what is no symbol, nothing can be differentiated
        if (by?.kind !== "symbol") {
          throw new RangeError(`Cannot differentiate by ${name}: expected a symbol, got ${value.key}`);
        }
        return algebra.derivative(again(a.body), by);
      }
      case "power":
        return algebra.power(again(a.base), again(a.exponent));
      case "reciprocal":
        return algebra.power(again(a.of), number(-1));
      case "bind": {
        if (a.binder === "E") return algebra.bind(a.binder, a.names, again(a.body));
        // other names while the body is open: nothing that comes in may be caught
        const names = a.names.map((old) => algebra.fresh(tagOf(old)));
        const opened = a.names.reduce(
          (s, old, k) => substituted(algebra, s, old, algebra.symbol(names[k], scalar)),
          a.body,
        );
        return algebra.bind(a.binder, names, again(opened));
      }
      default:
        return one(a);
    }
  };
  return again(sum);
}
