import {
  blindFraction,
  blindFractionFormula,
  blindSpot,
  dividePast,
  inputGradientsOfAll,
  isPast,
  type LayerKind,
  mask,
  type MaskKind,
  minkowskiField,
  pathCounts,
  pictureOf,
  type Pixel,
  pixelName,
  pixelNamed,
  pixelsOf,
  propagatedField,
  receptiveField,
  twoStackField,
  wrongPixels,
} from "./mod.ts";
import { answer, countA, listed, oneMove, pixels, seen } from "./claims/answer.ts";
import { setting, targetName } from "./setting.ts";
import { difference, failsUnless } from "../math/difference.ts";
import { define, ledger } from "../proof/claim.ts";
import { mutants } from "./zoo.ts";

/** The ledger of question 2: what stacks of masked convolutions see, by enumeration. */

/** All stacks of `depth` layers, each of type A or B. */
const stacks = (depth: number): MaskKind[][] =>
  depth === 0 ? [[]] : stacks(depth - 1).flatMap((stack): MaskKind[][] => [[...stack, "A"], [...stack, "B"]]);
/** The 30 stacks of one to four layers. */
const shortStacks = [1, 2, 3, 4].flatMap(stacks);
/** A B … B. */
const firstA = (layers: number): MaskKind[] => ["A", ...new Array<MaskKind>(layers - 1).fill("B")];
const names = (list: readonly Pixel[]) => list.map(pixelName).join(" ");
const sign = (grid: number[][]) => grid.map((line) => line.map(Math.sign));
const turned = (grid: number[][]) => grid.toReversed().map((line) => line.toReversed());
const at33 = pixelNamed("33");

/** Every short stack on every n × n grid, with every kernel size. */
const onGrids = (sizes: readonly number[], kernels: readonly number[]) =>
  kernels.flatMap((kernel) => sizes.flatMap((grid) => shortStacks.map((masks) => ({ masks, grid, kernel }))));
/** Every short stack at every pixel of the 5 × 5 grid. */
const atEveryPixel = shortStacks.flatMap((masks) => pixels(5).map((target) => ({ masks, grid: 5, target })));

export const claims = ledger(
  define("2.0.a", {
    statement:
      "Mask A is 1 at the entries before its centre in raster order, mask B at the centre too. For odd $k$, with indices from 1, the centre is $\\bigl(\\tfrac{k+1}{2}, \\tfrac{k+1}{2}\\bigr)$, and $M^B - M^A$ is 1 there and 0 elsewhere",
    evidence: "exact",
    subject: { mask },
    // every entry of the masks of size 1, 3, …, 11
    cases: [1, 3, 5, 7, 9, 11].flatMap((k) => pixels(k).map(([i, j]) => ({ k, i: i + 1, j: j + 1 }))),
    error: ({ mask }, { k, i, j }) => {
      const [a, b] = [mask("A", k), mask("B", k)].map((M) => M[i - 1][j - 1]), centre = (k + 1) / 2;
      return Math.max(
        difference(a, +(i < centre || i === centre && j < centre)),
        difference(b, +(i < centre || i === centre && j <= centre)),
        difference(b - a, +(i === centre && j === centre)),
      );
    },
    mutants: mutants["2.0.a"],
  }),
  define("2.0.b", {
    statement:
      "The receptive field of an output pixel is the set of input pixels with a path to it. Three routes give it: the offsets of all layers added up and clipped to the grid (on grids of more than $\\lfloor k/2 \\rfloor$ columns; on narrower ones this can be too much), the field passed on from layer to layer, and the derivatives of a real network whose weights are positive",
    evidence: "exact",
    subject: {
      byOffsets: minkowskiField,
      byLayers: propagatedField,
      byNetwork: inputGradientsOfAll,
    },
    // all stacks of at most four layers
    cases: [...onGrids([3, 5], [3]), ...onGrids([5], [5])],
    error: ({ byOffsets, byLayers, byNetwork }, stack) => {
      // weights of 1: each derivative is the number of paths, exactly
      const slopes = byNetwork(stack);
      const apart = pixels(stack.grid).map((target, t) => {
        const paths = pathCounts({ ...stack, target });
        return Math.max(
          difference(slopes[t], paths),
          difference(byLayers({ ...stack, target }), sign(paths)),
          difference(byOffsets({ ...stack, target }), sign(paths)),
        );
      });
      // two columns, k = 5: a pixel whose path would have to leave the grid
      const narrow = { masks: ["A" as const, "A" as const], grid: 2, kernel: 5, target: [1, 0] as Pixel };
      const { missing, extra } = wrongPixels(byOffsets(narrow), byLayers(narrow));
      return Math.max(...apart, failsUnless(missing === 0 && extra === 1));
    },
    mutants: mutants["2.0.b"],
  }),
  define("2.1", {
    statement: `A, then A: pixel ${targetName} sees the ${seen.AA.length} pixels ${
      listed(seen.AA)
    }. Neither ${oneMove().join(" nor ")} is among them: a path makes exactly two moves`,
    ...answer("A", "A"),
    mutants: mutants["2.1"],
    printed: {
      text: "Four grids as the answer, whose shading is lost in the text: no pixel is marked in any of them.",
      counterexample: { "pixels marked": 0, "pixels that A, A sees": seen.AA.length },
      error: () => difference(0, pixelsOf(receptiveField({ ...setting, masks: ["A", "A"] })).length),
    },
  }),
  define("2.2", {
    statement: `A, then B: pixel ${targetName} sees the ${seen.AB.length} pixels ${listed(seen.AB)}`,
    ...answer("A", "B"),
    mutants: mutants["2.2"],
  }),
  define("2.3", {
    statement: `B, then A: pixel ${targetName} sees the same ${seen.AB.length} pixels as with A, then B`,
    ...answer("B", "A"),
    mutants: mutants["2.3"],
  }),
  define("2.4", {
    statement: `B, then B: pixel ${targetName} sees these ${seen.AB.length} pixels and itself`,
    ...answer("B", "B"),
    mutants: mutants["2.4"],
  }),
  define("2.5", {
    statement:
      "The order of the layers does not matter: only how many are of type A and how many of type B. Borders change nothing about it: no path that is needed has to leave the grid",
    evidence: "exact",
    subject: { field: receptiveField },
    cases: onGrids([1, 2, 3, 5, 7], [3, 5]),
    error: ({ field }, stack) => {
      const sorted = stack.masks.toSorted();
      return Math.max(
        ...pixels(stack.grid).map((target) =>
          difference(field({ ...stack, target }), field({ ...stack, masks: sorted, target }))
        ),
      );
    },
    mutants: mutants["2.5"],
  }),
  define("2.6", {
    statement:
      "A field holds no pixel at or after its target in raster order exactly when at least one layer is of type A; a stack of B alone also sees the target, and nothing after it",
    evidence: "exact",
    subject: { field: receptiveField, isCausal: (masks: readonly LayerKind[]) => countA(masks) > 0 },
    cases: [
      ...atEveryPixel,
      ...shortStacks.flatMap((masks) => pixels(3).map((target) => ({ masks, grid: 3, target }))),
    ],
    error: ({ field, isCausal }, stack) => {
      const ahead = pixelsOf(field(stack)).filter((p) => !isPast(p, stack.target));
      return failsUnless(names(ahead) === (isCausal(stack.masks) ? "" : pixelName(stack.target)));
    },
    mutants: mutants["2.6"],
  }),
  define("2.7", {
    statement:
      "A path moves in every layer of type A and may rest in those of type B: $L$ layers, $a$ of them of type A, see what some $A^m$ with $a \\le m \\le L$ sees. Each A in the place of a B therefore takes pixels away: at 33, $A^3$ leaves 11–14, 21, 22, and $A^8$ nothing. Hence a single A, by custom the first",
    evidence: "exact",
    further: true,
    subject: { field: receptiveField, fewestMoves: countA },
    cases: atEveryPixel,
    error: ({ field, fewestMoves }, stack) => {
      const powers = stack.masks.map((_, l) =>
        field({ ...stack, masks: new Array<MaskKind>(l + 1).fill("A") })
      );
      const onItself = field({ ...stack, masks: [] });
      const union = [onItself, ...powers].slice(fewestMoves(stack.masks))
        .reduce((a, b) => a.map((line, i) => line.map((x, j) => x | b[i][j])));
      const alone = (layers: number) =>
        names(pixelsOf(field({ grid: 5, target: at33, masks: new Array<MaskKind>(layers).fill("A") })));
      return Math.max(
        difference(field(stack), union),
        failsUnless(alone(3) === "11 12 13 14 21 22" && alone(8) === ""),
      );
    },
    mutants: mutants["2.7"],
  }),
  define("2.8", {
    statement:
      "However deep $A B^{L-1}$ is, it never sees the pixel $r$ rows up and $c$ columns to the right if $c > r \\lfloor k/2 \\rfloor$, though the same layers without masks do. At 33, with $k = 3$, this blind spot is 25 for every $L \\ge 2$. A vertical and a horizontal stack together have none",
    evidence: "exact",
    further: true,
    subject: { blind: blindSpot, slope: (k: number) => k >> 1, twoStacks: twoStackField },
    cases: [3, 5].flatMap((kernel) =>
      [2, 3, 4, 5, 6, 7, 8].flatMap((layers) =>
        pixels(5).map((target) => ({ masks: firstA(layers), grid: 5, kernel, target }))
      )
    ),
    error: ({ blind, slope, twoStacks }, stack) => {
      const { target, kernel, grid, masks } = stack, layers = masks.length, reach = layers * (kernel >> 1);
      const past = pixels(grid).filter((p) => isPast(p, target));
      const within = past.filter(([i, j]) => target[0] - i <= reach && Math.abs(target[1] - j) <= reach);
      const wedge = within.filter(([i, j]) =>
        i < target[0] && j - target[1] > slope(kernel) * (target[0] - i)
      );
      const cured = twoStacks({ layers, grid, kernel, target });
      return Math.max(
        failsUnless(names(blind(stack)) === names(wedge)),
        failsUnless(within.every(([i, j]) => cured[i][j] === 1)),
        failsUnless(pixelsOf(cured).every((p) => isPast(p, target))),
      );
    },
    mutants: mutants["2.8"],
  }),
  define("2.9", {
    statement:
      "Of the past that the layers would see without masks, $A B^{L-1}$ misses the fraction $\\frac{L-1}{4(Lr+1)}$, $r = \\lfloor k/2 \\rfloor$: for $k = 3$ it is 0, 1/12, 1/8, 3/20, … and tends to a quarter",
    evidence: "exact",
    further: true,
    subject: { fraction: blindFractionFormula },
    cases: [[3, 16], [5, 8], [7, 5]].flatMap(([kernel, deepest]) =>
      Array.from({ length: deepest }, (_, l) => ({ layers: l + 1, kernel }))
    ),
    error: ({ fraction }, depth) => difference(blindFraction(depth), fraction(depth)),
    mutants: mutants["2.9"],
  }),
  define("2.10", {
    statement:
      "At the border A, then B sees: from 11 nothing, so that this output is a constant; from 13: 11, 12; from 15: 13, 14; from 51: 31, 32, 33, 41, 42; from 55: 33–35, 43–45, 53, 54. An earlier pixel that is not seen is either too far for two layers, which more layers B cure, or blind, which nothing cures",
    evidence: "exact",
    further: true,
    subject: { divide: dividePast },
    cases: pixels(5),
    error: ({ divide }, target) => {
      const listed: Record<string, string> = {
        "11": "",
        "13": "11 12",
        "15": "13 14",
        "51": "31 32 33 41 42",
        "55": "33 34 35 43 44 45 53 54",
      };
      const { seen, tooShallow, blind } = divide({ masks: ["A", "B"], grid: 5, target });
      const now = receptiveField({ masks: ["A", "B"], grid: 5, target });
      const later = receptiveField({ masks: firstA(12), grid: 5, target });
      const byEye = listed[pixelName(target)] ?? names(seen);
      return Math.max(
        failsUnless(names(seen) === names(pixelsOf(now)) && names(seen) === byEye),
        failsUnless([...seen, ...tooShallow].every(([i, j]) => later[i][j] === 1)),
        failsUnless(blind.every(([i, j]) => later[i][j] === 0)),
        failsUnless(seen.length + tooShallow.length + blind.length === 5 * target[0] + target[1]),
      );
    },
    mutants: mutants["2.10"],
  }),
  define("2.11", {
    statement:
      "“Without kernel flipping” matters: a true convolution turns every field by 180° and shows no pixel before the target, only later ones and, for B alone, the target itself",
    evidence: "exact",
    subject: { field: receptiveField },
    cases: atEveryPixel,
    error: ({ field }, stack) => {
      const flipped = field({ ...stack, flip: true }), [row, column] = stack.target;
      return Math.max(
        difference(flipped, turned(field({ ...stack, target: [4 - row, 4 - column] }))),
        failsUnless(pixelsOf(flipped).every((p) => !isPast(p, stack.target))),
      );
    },
    mutants: mutants["2.11"],
  }),
  define("2.12", {
    statement:
      "Two layers are meant, the second being the output. On the 5 × 5 grid a third layer B would change none of the four answers, since the grid cuts off what it adds; a third A or an unmasked layer would, and on larger grids B too. Next to an unmasked layer even the order matters, at borders",
    evidence: "exact",
    subject: { field: receptiveField },
    cases: stacks(2).flatMap((two) => [5, 7, 9, 11].map((grid) => ({ two, grid }))),
    error: ({ field }, { two, grid }) => {
      const centre: Pixel = [grid >> 1, grid >> 1];
      const at = (target: Pixel, ...masks: LayerKind[]) => pictureOf(field({ masks, grid, target })).join();
      const changes = (third: LayerKind) => at(centre, ...two, third) !== at(centre, ...two);
      const corner: Pixel = [0, grid - 1];
      return Math.max(
        failsUnless(changes("B") === grid > 5 && changes("A") && changes("none")),
        failsUnless(at(corner, "A", "A", "none") !== at(corner, "none", "A", "A")),
      );
    },
    mutants: mutants["2.12"],
    printed: {
      text: "A network with two hidden layers; strictly read, its output is a third layer.",
      counterexample: {
        "pixels that A, A sees":
          pixelsOf(receptiveField({ masks: ["A", "A"], grid: 5, target: at33 })).length,
        "with an unmasked third layer": pixelsOf(
          receptiveField({ masks: ["A", "A", "none"], grid: 5, target: at33 }),
        ).length,
      },
      error: () =>
        difference(
          receptiveField({ masks: ["A", "A"], grid: 5, target: at33 }),
          receptiveField({ masks: ["A", "A", "none"], grid: 5, target: at33 }),
        ),
    },
  }),
);
