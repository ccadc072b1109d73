import spot from "../../../../data/reproductions/blind_spot.json" with { type: "json" };
import baseline from "../../../../data/reproductions/made.json" with { type: "json" };
import { comparisonTable } from "../../../course/reproduction.ts";
import type { Figure } from "../../../show/figure.ts";
import { type Fragment, numberTable } from "../../../show/fragments.ts";
import { gallery } from "../../figures/training.ts";

/** Rows of an image from numbers whose bits are its pixels. */
const unpacked = (rows: readonly number[]) =>
  rows.map((bits) => Array.from({ length: rows.length }, (_, j) => bits >> (rows.length - 1 - j) & 1));

/** What papers report of PixelCNNs and MADE, beside ours, and completed halves: as `deno task reproduce` left them. */
export function reproduced(): (Fragment | Figure)[] {
  const { completedOne, completedTwo } = spot.series;
  return [
    ...[spot, baseline].map((record) => numberTable(comparisonTable(record))),
    gallery(
      "2.10",
      [
        { title: "one stack", pictures: completedOne.map(unpacked) },
        { title: "two stacks", pictures: completedTwo.map(unpacked) },
      ],
      "Six test images of MNIST; their upper halves are given. After 800 batches both know strokes, neither knows digits: training is short.",
      { each: 6, side: 28 },
    ),
  ];
}
