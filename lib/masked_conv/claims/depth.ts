import {
  allPixels,
  blindFraction,
  blindFractionFormula,
  blindSpot,
  type DepthOptions,
  dividePast,
  type FieldOptions,
  firstA,
  isPast,
  type Pixel,
  pixelName,
  pixelsOf,
  receptiveField,
  twoStackField,
  type TwoStackOptions,
} from "../mod.ts";
import { difference, failsUnless } from "../../math/difference.ts";
import { rational } from "../../math/exact.ts";
import { define } from "../../proof/claim.ts";
import { type Field, fieldOf, keptRows, wrapped } from "../misconceptions/defects.ts";
import { missed } from "../solution/blind_spot.ts";
import { names } from "./stacks.ts";

/** 2.8–2.10: more layers, and what they never see. */

type Divided = ReturnType<typeof dividePast>;
const dividedBy = (field: Field) => (options: FieldOptions): Divided => {
  const { tooShallow, blind } = dividePast(options);
  return { seen: pixelsOf(field(options)).filter((p) => isPast(p, options.target)), tooShallow, blind };
};

const blindOf = (field: Field) => (options: FieldOptions): Pixel[] => missed(options, field(options));

const range = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/** A B^{L−1} for L ≤ 8 and two kernels: at every pixel of a 5 × 5 grid, and at four of a 9 × 9 one. */
const deep = [3, 5].flatMap((kernel) =>
  range(8).map(firstA).flatMap((masks) => [
    ...allPixels(5).map((target) => ({ masks, grid: 5, kernel, target })),
    ...[[8, 0], [8, 4], [6, 2], [4, 4]].map(([i, j]): Pixel => [i, j])
      .map((target) => ({ masks, grid: 9, kernel, target })),
  ])
);
/** The pixels before the target that the same layers without masks see, and those of so many rows more. */
const withinReach = ({ masks, grid, kernel, target }: typeof deep[number], more = 0): Pixel[] => {
  const reach = masks.length * (kernel >> 1);
  return allPixels(grid).filter((p) =>
    isPast(p, target) && target[0] - p[0] <= reach + more && Math.abs(target[1] - p[1]) <= reach
  );
};

export const depth = [
  define("2.8", {
    statement:
      "Of the earlier pixels within its reach $A B^{L-1}$ misses exactly those $r$ rows up and more than $r \\lfloor k/2 \\rfloor$ columns to the right: a layer goes right only while it goes up (counted for $L \\le 8$, $k = 3, 5$)",
    evidence: "exact",
    further: true,
    subject: { blind: blindSpot, slope: (k: number) => k >> 1 },
    cases: deep,
    error: ({ blind, slope }, stack) => {
      const { target, kernel } = stack;
      const wedge = withinReach(stack).filter(([i, j]) =>
        i < target[0] && j - target[1] > slope(kernel) * (target[0] - i)
      );
      return failsUnless(names(blind(stack)) === names(wedge));
    },
    mutants: {
      "a column more a row": { slope: (k: number) => (k >> 1) + 1 },
      "the slope of a 3 × 3 kernel for all": { slope: () => 1 },
      "a third layer cures it": {
        blind: (options: FieldOptions) => options.masks.length > 2 ? [] : blindOf(receptiveField)(options),
      },
      "three rows up nothing is missed": {
        blind: (options: FieldOptions) => blindSpot(options).filter(([i]) => options.target[0] - i < 4),
      },
      "type B zeroes in the centre row only": { blind: blindOf(fieldOf(keptRows)) },
    },
  }),
  define("2.8.b", {
    statement:
      "At 33 of the $5 \\times 5$ grid, with $k = 3$, one pixel is missed from two layers on, and stays so: 25 (counted for $L \\le 8$)",
    evidence: "exact",
    further: true,
    aside: true,
    subject: { blind: blindSpot, missed: (layers: number): string => layers > 1 ? "25" : "" },
    cases: range(8).map(firstA),
    error: ({ blind, missed }, masks) =>
      failsUnless(names(blind({ masks, grid: 5, target: [2, 2] })) === missed(masks.length)),
    mutants: {
      "from one layer on": { missed: () => "25" },
      "cured by a third": { missed: (layers) => layers === 2 ? "25" : "" },
      "and its neighbour": { missed: (layers) => layers > 1 ? "24 25" : "" },
      "type B zeroes in the centre row only": { blind: blindOf(fieldOf(keptRows)) },
    },
  }),
  define("2.8.c", {
    statement:
      "A vertical and a horizontal stack together see all earlier pixels within reach, one row more, and nothing else (the same counts)",
    evidence: "exact",
    further: true,
    subject: { twoStacks: twoStackField },
    cases: deep,
    error: ({ twoStacks }, stack) => {
      const { masks, grid, kernel, target } = stack;
      const seen = pixelsOf(twoStacks({ layers: masks.length, grid, kernel, target }));
      return failsUnless(names(seen) === names(withinReach(stack, 1)));
    },
    mutants: {
      "one stack in the place of two": {
        twoStacks: ({ layers, ...rest }: TwoStackOptions) =>
          receptiveField({ ...rest, masks: firstA(layers) }),
      },
      "the vertical stack passed on without its shift": {
        twoStacks: (options: TwoStackOptions) => {
          const [row, column] = options.target, field = twoStackField(options);
          return field.map((line, i) => line.map((x, j) => i === row && j >= column ? 1 : x));
        },
      },
      "one layer of each sees nothing yet": {
        twoStacks: (options: TwoStackOptions) =>
          twoStackField(options).map((line) => line.map((x) => options.layers > 1 ? x : 0)),
      },
    },
  }),
  define("2.9", {
    statement:
      "Far from every border $A B^{L-1}$ misses, of the past that the layers would see without masks, the fraction $\\frac{L-1}{4(Lr+1)}$, $r = \\lfloor k/2 \\rfloor$: for $k = 3$ it is 0, 1/12, 1/8, 3/20, … and tends to a quarter (counted for $L \\le 16$, and for $k = 5, 7$)",
    evidence: "exact",
    further: true,
    subject: { fraction: blindFractionFormula },
    cases: [[3, 16], [5, 8], [7, 5]].flatMap(([kernel, deepest]) =>
      Array.from({ length: deepest }, (_, l) => ({ layers: l + 1, kernel }))
    ),
    error: ({ fraction }, depth) => difference(blindFraction(depth), fraction(depth)),
    mutants: {
      "a quarter at every depth": { fraction: () => rational(1, 4) },
      "one layer too many": {
        fraction: ({ layers, kernel = 3 }: DepthOptions) =>
          rational(layers, 4 * (layers * (kernel >> 1) + 1)),
      },
      "the kernel's size left out": {
        fraction: ({ layers }: DepthOptions) => blindFractionFormula({ layers }),
      },
    },
  }),
  define("2.10", {
    aside: true,
    statement:
      "At the border A, then B sees: from 11 nothing, so that this output is a constant; from 13: 11, 12; from 15: 13, 14; from 51: 31, 32, 33, 41, 42; from 55: 33–35, 43–45, 53, 54. An earlier pixel that is not seen is either too far for two layers, which more layers B cure (twelve here), or blind, which no depth cures",
    evidence: "exact",
    further: true,
    subject: { divide: dividePast },
    cases: allPixels(5),
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
    mutants: {
      "column indices wrap round": { divide: dividedBy(wrapped) },
      "blind called too far": {
        divide: (options: FieldOptions): Divided => {
          const { seen, tooShallow, blind } = dividePast(options);
          return { seen, tooShallow: [...tooShallow, ...blind], blind: [] };
        },
      },
      "too far called blind": {
        divide: (options: FieldOptions): Divided => {
          const { seen, tooShallow, blind } = dividePast(options);
          return { seen, tooShallow: [], blind: [...tooShallow, ...blind] };
        },
      },
    },
  }),
];
