import { normal1d } from "../../math/divergence/density.ts";
import { pushforward } from "../../math/divergence/pushforward.ts";
import { type Fragment, reveal } from "../../show/fragments.ts";
import { tanhShift } from "../scalar.ts";
import { grid } from "./parts.ts";

const words = (x: number) => x.toFixed(2).replace("-", "−");
const base = normal1d(0, 1);

/** Where the density of u + a tanh u gets its second bump. */
export function revealBump(): Fragment {
  const bumps = (amount: number) => {
    const { logDensity } = pushforward(base, tanhShift({ amount }));
    const p = grid(-6, 6, 2401).map(logDensity);
    return p.filter((y, i) => i > 0 && i + 1 < p.length && y > p[i - 1] && y > p[i + 1]).length;
  };
  const last = grid(0, 3, 60).filter((a) => bumps(a) < 2).at(-1)!;
  const lower = Math.exp(pushforward(base, tanhShift({ amount: 2 })).logDensity(0) - base.logDensity(0));
  return reveal(
    `Counted on a fine grid, the density of $x$ has one bump up to $a = ${
      words(last)
    }$ and two from there on.`,
    `The map is steepest at $u = 0$, where its slope is $1 + a$. Mass is spread out there: for $a = 2$ the density at 0 is ${
      words(lower)
    } times the base's.`,
  );
}
