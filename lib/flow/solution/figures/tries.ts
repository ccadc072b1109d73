import { divergence, normal1d, pushforward } from "../../../math/divergence.ts";
import { invert, tanhShift } from "../../mod.ts";
import { runDown } from "../../two_bumps.ts";
import { type Fragment, reveal } from "../../../show/fragments.ts";
import { bumpyData, grid } from "../../figures/parts.ts";

/** What comes out of the predictions that the notebook asks for, computed. */

const words = (x: number, digits = 2) => x.toFixed(digits).replace("-", "−");
const base = normal1d(0, 1);

/** Where the pulled data are closest to the base. */
export function revealBell(): Fragment {
  const data = bumpyData;
  const kl = (amount: number) => divergence("kl", pushforward(data, invert(tanhShift({ amount }))), base);
  const tried = grid(1, 2, 10).map((a) => ({ a, kl: kl(a) }));
  const best = tried.reduce((x, y) => y.kl < x.kl ? y : x);
  return reveal(
    `Of $a = 1, 1.1, \\ldots, 2$ the divergence is smallest at $a = ${words(best.a, 1)}$: ${
      words(best.kl, 3)
    } nats, against ${words(tried[0].kl, 3)} at 1 and ${words(tried.at(-1)!.kl, 3)} at 2.`,
    "It is not 0 anywhere: no map of this family makes a bell of these data.",
  );
}

/** Where steepest descent ends for two bumps, and where the basins part. */
export function revealDescent(): Fragment {
  const ends = (a: number, mean: number, sd: number) => {
    const end = runDown(a, { mean, sd });
    return end.mean > 0.5
      ? `at the mode, mean ${words(end.mean)}, width ${words(end.sd)}`
      : `in the middle, width ${words(end.sd)}`;
  };
  /** The mean, at width 1, from which the descent just reaches the mode. */
  const border = (a: number) => {
    let [low, high] = [0, a];
    for (let k = 0; k < 9; k++) {
      const mean = (low + high) / 2;
      if (runDown(a, { mean, sd: 1 }).mean > 0.5) high = mean;
      else low = mean;
    }
    return high;
  };
  return reveal(
    `At $a = 2.5$ the first fit ends ${ends(2.5, 2.5, 1)}; the second ${ends(2.5, 1, 2)}.`,
    `At $a = 2.4$ both have only one place to go: the first ends ${ends(2.4, 2.5, 1)}, the second ${
      ends(2.4, 1, 2)
    }.`,
    `With the slider the lines move inwards: at width 1 a fit reaches the mode from a mean of ${
      words(border(2.5))
    } on for $a = 2.5$, and from ${words(border(4))} on for $a = 4$.`,
  );
}
