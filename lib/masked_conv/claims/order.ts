import {
  allPixels,
  isPast,
  type LayerKind,
  type MaskKind,
  type Pixel,
  pixelName,
  pixelNamed,
  pixelsOf,
  receptiveField,
  type StackOptions,
} from "../mod.ts";
import { plus, product } from "../../math/dense.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { identity } from "../../math/matrix.ts";
import type { Matrix } from "../../math/types.ts";
import { define } from "../../proof/claim.ts";
import { changed, type Field, fieldOf, keptRows, reversed } from "../misconceptions/defects.ts";
import { countA } from "./answer.ts";
import { atEveryPixel, jacobian, names, onGrids, power, shortStacks, stacks } from "./stacks.ts";

/** 2.5–2.7, 2.11, 2.12: which order of layers, and which kind of convolution. */

const at33 = pixelNamed("33");
const turned = (grid: number[][]) => grid.toReversed().map((line) => line.toReversed());

const mirrored = (change: (pixel: Readonly<Pixel>, grid: number) => Pixel): Field => (options) => {
  if (!options.flip) return receptiveField(options);
  const { grid } = options;
  const straight = receptiveField({ ...options, flip: false, target: change(options.target, grid) });
  return straight.map((line, i) =>
    line.map((_, j) => {
      const [row, column] = change([i, j], grid);
      return straight[row][column];
    })
  );
};

const withMasks = (change: (masks: readonly LayerKind[]) => LayerKind[]) => ({
  jacobian: (stack: StackOptions) => jacobian({ ...stack, masks: change(stack.masks) }),
});
const A: MaskKind[] = ["A"], B: MaskKind[] = ["B"];
const isStrictlyLower = (J: Matrix) => J.every((row, t) => row.every((x, p) => p < t || x === 0));
const diagonal = (J: Matrix) => J.map((row, t) => row[t]);

/** Two layers of any types, on grids of four sizes. */
const pairsOnGrids = stacks(2).flatMap((two) => [5, 7, 9, 11].map((grid) => ({ two, grid })));
/** Whether a third layer changes what two see at the centre. */
const changedBy = (field: Field, { two, grid }: typeof pairsOnGrids[number], third: LayerKind): boolean => {
  const target: Pixel = [grid >> 1, grid >> 1];
  const at = (masks: LayerKind[]) => names(pixelsOf(field({ masks, grid, target })));
  return at([...two, third]) !== at(two);
};

export const order = [
  define("2.5", {
    statement:
      "The order of the layers does not matter, at any depth and at borders too. As matrices over the grid's pixels $J_B = J_A + I$: a layer B moves as A does, or rests. So $a$ layers A and $b$ layers B have the Jacobian $J_A^a (J_A + I)^b$ in whatever order, since powers of one matrix commute",
    evidence: "exact",
    subject: {
      jacobian,
      product: (JA: Matrix, a: number, b: number): Matrix =>
        product(power(JA, a), power(plus(JA, identity(JA.length)), b)),
    },
    cases: onGrids([1, 2, 3, 5], [3, 5]),
    error: ({ jacobian: found, product }, { masks, grid, kernel }) => {
      const JA = jacobian({ masks: A, grid, kernel }), a = countA(masks);
      return Math.max(
        difference(jacobian({ masks: B, grid, kernel }), plus(JA, identity(grid ** 2))),
        difference(found({ masks, grid, kernel }), product(JA, a, masks.length - a)),
      );
    },
    mutants: {
      "no layer ever rests": { product: (JA, a, b) => power(JA, a + b) },
      "every layer may rest": { product: (JA, a, b) => power(plus(JA, identity(JA.length)), a + b) },
      "A and B exchanged": {
        product: (JA, a, b) => product(power(JA, b), power(plus(JA, identity(JA.length)), a)),
      },
      "type B without its mask": withMasks((masks) => masks.map((kind) => kind === "B" ? "none" : kind)),
      "the first layer alone": withMasks((masks) => masks.slice(0, 1)),
      "the output layer without its mask": withMasks((masks) => [...masks.slice(0, -1), "none"]),
    },
  }),
  define("2.6", {
    statement:
      "A field holds no pixel at or after its target in raster order exactly when at least one layer is of type A; a stack of B alone also sees the target, and nothing after it. At any depth: in raster order $J_A$ is zero on its diagonal and above, $J_A + I$ has ones on it, and products keep this",
    evidence: "exact",
    subject: {
      field: receptiveField,
      isCausal: (masks: readonly LayerKind[]) => countA(masks) > 0,
    },
    cases: [
      ...atEveryPixel,
      ...shortStacks.flatMap((masks) =>
        [3, 5].flatMap((kernel) => allPixels(3).map((target) => ({ masks, grid: 3, kernel, target })))
      ),
    ],
    error: ({ field, isCausal }, stack) => {
      const ahead = pixelsOf(field(stack)).filter((p) => !isPast(p, stack.target));
      const first = stack.target[0] === 0 && stack.target[1] === 0;
      return Math.max(
        failsUnless(names(ahead) === (isCausal(stack.masks) ? "" : pixelName(stack.target))),
        // what carries it to any depth, once a stack
        first ? failsUnless(isStrictlyLower(jacobian({ ...stack, masks: A }))) : 0,
      );
    },
    mutants: {
      "B, B taken for a model": { isCausal: () => true },
      "only a first layer of type A counts": { isCausal: (masks) => masks[0] === "A" },
      "for 3 × 3 kernels alone": {
        field: (options) =>
          receptiveField({
            ...options,
            masks: options.masks.map((kind) => options.kernel === 5 ? "none" : kind),
          }),
      },
      "type B zeroes in the centre row only": { field: fieldOf(keptRows) },
      "the order of the pixels is reversed": { field: fieldOf(reversed) },
    },
  }),
  define("2.7", {
    aside: true,
    statement:
      "A path moves in every layer of type A and may rest in those of type B: $L$ layers, $a$ of them of type A, see what some $A^m$ with $a \\le m \\le L$ sees: the Jacobian $J_A^a (J_A + I)^{L - a}$ is a sum of these powers",
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
      return difference(field(stack), union);
    },
    mutants: {
      "a path may rest in a layer of type A": { fewestMoves: () => 0 },
      "a path may not rest at all": { fewestMoves: (masks) => masks.length },
      "type B zeroes in the centre row only": { field: fieldOf(keptRows) },
    },
  }),
  define("2.7.b", {
    aside: true,
    statement:
      "So an A in the place of a B never adds a pixel: at 33, $A^3$ leaves 11–14, 21, 22, and $A^8$ nothing. One A is needed, more only cost",
    evidence: "exact",
    further: true,
    subject: { field: receptiveField, left: { 3: "11 12 13 14 21 22", 8: "" } as Record<number, string> },
    cases: atEveryPixel,
    error: ({ field, left }, stack) => {
      const seen = field(stack), last = stack.masks.lastIndexOf("B");
      const fewer = last < 0 ? seen : field({ ...stack, masks: stack.masks.with(last, "A") });
      const alone = (layers: number) =>
        names(pixelsOf(field({ grid: 5, target: at33, masks: new Array<MaskKind>(layers).fill("A") })));
      return Math.max(
        failsUnless(fewer.every((line, i) => line.every((x, j) => x <= seen[i][j]))),
        failsUnless(alone(3) === left[3] && alone(8) === left[8]),
      );
    },
    mutants: {
      "32 survives a third A": { left: { 3: "11 12 13 14 21 22 32", 8: "" } },
      "something is left at any depth": { left: { 3: "11 12 13 14 21 22", 8: "11" } },
      "A and B exchanged": {
        field: changed((masks) => masks.map((kind) => kind === "A" ? "B" : kind === "B" ? "A" : kind)),
      },
    },
  }),
  define("2.7.c", {
    statement:
      "With residual connections the place of the A matters: $h = Bx$, $y = h + Ah$ has the Jacobian $(I + A)B$ with ones on its diagonal, so that the pixel reads itself; with the A first, $(I + B)A$ has zeros there",
    evidence: "exact",
    further: true,
    subject: {
      residual: (second: Matrix, first: Matrix): Matrix =>
        product(plus(second, identity(first.length)), first),
    },
    cases: [3, 5, 7].flatMap((kernel) => [1, 2, 3, 4, 5, 6].map((grid) => ({ kernel, grid }))),
    error: ({ residual }, { kernel, grid }) => {
      const [JA, JB] = [A, B].map((masks) => jacobian({ masks, grid, kernel }));
      const [late, early] = [residual(JA, JB), residual(JB, JA)];
      return Math.max(failsUnless(diagonal(late).every((x) => x === 1)), failsUnless(isStrictlyLower(early)));
    },
    mutants: {
      "no residual connection": { residual: (second, first) => product(second, first) },
      "the input added once more": {
        residual: (second, first) =>
          plus(product(plus(second, identity(first.length)), first), identity(first.length)),
      },
    },
  }),
  define("2.11", {
    aside: true,
    statement:
      "“Without kernel flipping” matters: a true convolution turns every field by 180° and shows no pixel before the target, only later ones and, for B alone, the target itself (all stacks of up to four layers on the 5 × 5 grid)",
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
    mutants: {
      "the kernel is not flipped": {
        field: (options) => receptiveField({ ...options, flip: false }),
      },
      "flipped left to right only": { field: mirrored(([i, j], n) => [i, n - 1 - j]) },
      "flipped upside down only": { field: mirrored(([i, j], n) => [n - 1 - i, j]) },
    },
  }),
  define("2.12", {
    aside: true,
    statement:
      "“Two hidden layers” is read as two masked layers, the second being the output. A third layer B would change none of the four answers: the $5 \\times 5$ grid cuts off what it adds (grids of 7, 9 and 11 do not)",
    evidence: "exact",
    subject: { field: receptiveField, cutOff: (grid: number) => grid <= 5 },
    cases: pairsOnGrids,
    error: ({ field, cutOff }, at) => failsUnless(changedBy(field, at, "B") === !cutOff(at.grid)),
    mutants: {
      "a third layer changes nothing": { field: changed((masks) => masks.slice(0, 2)) },
      "cut off on every grid": { cutOff: () => true },
      "cut off up to 7": { cutOff: (grid) => grid <= 7 },
      "every third layer is unmasked": {
        field: changed((masks) => masks.map((kind, layer) => layer < 2 ? kind : "none")),
      },
    },
  }),
  define("2.12.b", {
    aside: true,
    statement:
      "A third layer A, or one without a mask, would change each of the four answers (grids of 5, 7, 9 and 11)",
    evidence: "exact",
    subject: { field: receptiveField },
    cases: pairsOnGrids,
    error: ({ field }, at) => failsUnless(changedBy(field, at, "A") && changedBy(field, at, "none")),
    mutants: {
      "a third layer changes nothing": { field: changed((masks) => masks.slice(0, 2)) },
      "every third layer is of type B": {
        field: changed((masks) => masks.map((kind, layer) => layer < 2 ? kind : "B")),
      },
    },
  }),
  define("2.12.c", {
    aside: true,
    statement:
      "Next to a layer without a mask even the order matters, at borders: at the end of the first row A, A and then none sees another field than none and then A, A (grids of 3 to 11)",
    evidence: "exact",
    subject: { field: receptiveField },
    cases: [3, 5, 7, 9, 11],
    error: ({ field }, grid) => {
      const at = (...masks: LayerKind[]) => names(pixelsOf(field({ masks, grid, target: [0, grid - 1] })));
      return failsUnless(at("A", "A", "none") !== at("none", "A", "A"));
    },
    mutants: { "the order never counts": { field: changed((masks) => masks.toSorted()) } },
  }),
];
