import {
  allPixels,
  inputGradientsOfAll,
  mask,
  minkowskiField,
  pathCounts,
  type Pixel,
  pixelsOf,
  propagatedField,
  wrongPixels,
} from "../mod.ts";
import { targetName } from "../setting.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { define } from "../../proof/claim.ts";
import { misconceptions } from "../misconceptions.ts";
import {
  allPathsOf,
  centreRowOnly,
  changed,
  countedFromZero,
  deadUnits,
  firstRowCut,
  masks,
  reversed,
  type Taps,
} from "../misconceptions/defects.ts";
import { answer, listed, oneMove, seen } from "./answer.ts";
import { names, onGrids, sign } from "./stacks.ts";

/** 2.0–2.4: the masks, three routes to a field, and the four answers. */

const exchangedKinds: Taps = (kind, k) => mask(kind === "A" ? "B" : "A", k);

/** Every wrong picture, and the wrong masks, under which the right picture is wrong. */
const wrong = (known: readonly { name: string; answer(): string[] }[]) => ({
  "masks that zero in the centre row only": { mask: centreRowOnly },
  "the first row is cut off": { mask: firstRowCut },
  "the order of the pixels is reversed": { mask: reversed },
  ...Object.fromEntries(known.map(({ name, answer }) => [name, { picture: answer() }])),
});

export const fields = [
  define("2.0.a", {
    statement:
      "Mask A is 1 at the entries before its centre in raster order, mask B at the centre too. For odd $k$, with indices from 1, the centre is $\\bigl(\\tfrac{k+1}{2}, \\tfrac{k+1}{2}\\bigr)$, and $M^B - M^A$ is 1 there and 0 elsewhere (every entry for $k \\le 11$)",
    evidence: "exact",
    subject: { mask },
    // every entry of the masks of size 1, 3, …, 11
    cases: [1, 3, 5, 7, 9, 11].flatMap((k) => allPixels(k).map(([i, j]) => ({ k, i: i + 1, j: j + 1 }))),
    error: ({ mask }, { k, i, j }) => {
      const [a, b] = [mask("A", k), mask("B", k)].map((M) => M[i - 1][j - 1]), centre = (k + 1) / 2;
      return Math.max(
        difference(a, +(i < centre || i === centre && j < centre)),
        difference(b, +(i < centre || i === centre && j <= centre)),
        difference(b - a, +(i === centre && j === centre)),
      );
    },
    mutants: {
      ...masks,
      "indices start at 0": { mask: countedFromZero },
      "A and B exchanged": { mask: exchangedKinds },
    },
  }),
  define("2.0.b", {
    statement:
      "The receptive field of an output pixel is the set of input pixels with a path to it: passed on from layer to layer it is the same as where the derivatives of a real network with positive weights are not 0 (all stacks of up to four layers)",
    evidence: "exact",
    subject: { byLayers: propagatedField, byNetwork: inputGradientsOfAll },
    // all stacks of at most four layers
    cases: [...onGrids([3, 5], [3]), ...onGrids([5], [5])],
    error: ({ byLayers, byNetwork }, stack) => {
      // weights of 1: each derivative is the number of paths, exactly
      const slopes = byNetwork(stack);
      const apart = allPixels(stack.grid).map((target, t) => {
        const paths = pathCounts({ ...stack, target });
        return Math.max(
          difference(slopes[t], paths),
          difference(byLayers({ ...stack, target }), sign(paths)),
        );
      });
      return Math.max(...apart);
    },
    mutants: {
      "weights of both signs with a ReLU: dead units lose pixels": { byNetwork: deadUnits },
      ...Object.fromEntries(
        Object.entries(masks).map(([name, { mask }]) => [name, { byNetwork: allPathsOf(mask) }]),
      ),
      "layers without masks": { byLayers: changed((masks) => masks.map(() => "none")) },
    },
  }),
  define("2.0.c", {
    aside: true,
    statement:
      "A shorter route: add up the offsets of all layers and clip once to the grid. On grids of more than $\\lfloor k/2 \\rfloor$ columns this is the field (all stacks of up to four layers, on grids of 2, 3 and 5)",
    evidence: "exact",
    subject: { byOffsets: minkowskiField },
    cases: [...onGrids([2, 3, 5], [3]), ...onGrids([3, 5], [5])],
    error: ({ byOffsets }, stack) =>
      Math.max(
        ...allPixels(stack.grid).map((target) =>
          difference(byOffsets({ ...stack, target }), propagatedField({ ...stack, target }))
        ),
      ),
    mutants: {
      "the offsets of one layer only": {
        byOffsets: (options) => minkowskiField({ ...options, masks: options.masks.slice(0, 1) }),
      },
      "every layer of type B": {
        byOffsets: (options) => minkowskiField({ ...options, masks: options.masks.map(() => "B") }),
      },
    },
  }),
  define("2.0.d", {
    aside: true,
    statement:
      "On narrower grids that route can give too much, never too little: with $k = 5$ on two columns A, A at 21 would see 12, whose path has to leave the grid",
    evidence: "exact",
    /** What A, A at 21 would see too much, and whether nothing is ever missing. */
    subject: { tooMuch: "12", byOffsets: minkowskiField },
    cases: onGrids([2], [5]),
    error: ({ tooMuch, byOffsets }, stack) => {
      const apart = allPixels(2).map((target) =>
        wrongPixels(byOffsets({ ...stack, target }), propagatedField({ ...stack, target }))
      );
      const target: Pixel = [1, 0], isAA = stack.masks.join("") === "AA";
      const right = propagatedField({ ...stack, target });
      const extra = pixelsOf(byOffsets({ ...stack, target })).filter(([i, j]) => right[i][j] === 0);
      return Math.max(
        failsUnless(apart.every(({ missing }) => missing === 0)),
        isAA ? failsUnless(names(extra) === tooMuch) : 0,
      );
    },
    mutants: {
      "it is the field on every grid": { tooMuch: "" },
      "another pixel": { tooMuch: "11" },
      "the field itself": { byOffsets: propagatedField },
      "too little": {
        byOffsets: (options) => minkowskiField({ ...options, masks: ["A", ...options.masks] }),
      },
    },
  }),
  define("2.0.e", {
    aside: true,
    statement:
      "The source answers with four grids whose shading is not in its text. The four fields here are computed, and hold for this year's grid, kernel and target",
    evidence: "editorial",
  }),
  define("2.1", {
    statement: `A, then A: pixel ${targetName} sees the ${seen.AA.length} pixels ${
      listed(seen.AA)
    }. Neither ${oneMove().join(" nor ")} is among them: a path makes exactly two moves`,
    ...answer("A", "A"),
    mutants: wrong(misconceptions.fieldAA),
  }),
  define("2.2", {
    statement: `A, then B: pixel ${targetName} sees the ${seen.AB.length} pixels ${listed(seen.AB)}`,
    ...answer("A", "B"),
    mutants: wrong(misconceptions.fieldAB),
  }),
  define("2.3", {
    statement: `B, then A: pixel ${targetName} sees the same ${seen.AB.length} pixels as with A, then B`,
    ...answer("B", "A"),
    mutants: wrong(misconceptions.fieldBA),
  }),
  define("2.4", {
    statement: `B, then B: pixel ${targetName} sees these ${seen.AB.length} pixels and itself`,
    ...answer("B", "B"),
    mutants: wrong(misconceptions.fieldBB),
  }),
];
