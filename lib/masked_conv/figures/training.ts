import { firstPictures, type Pictures } from "../pixel_cnn.ts";
import { type Figure, figure, type Trace } from "../../show/figure.ts";
import { gridTitle, gridTrace } from "../../show/grid.ts";
import { line, note, panels } from "../../show/panels.ts";
import { colors } from "../../show/theme.ts";

/** What a PixelCNN learns, and what it draws. */

/** A training: the bits per pixel of its batches, and of the test pictures after it. */
interface Run {
  title: string;
  losses: readonly number[];
  testBits: number;
}

const runColors = [colors.blue, colors.orange];

/** Mean of the last `span` values, at each step. */
const smoothed = (values: readonly number[], span = 10) =>
  values.map((_, i) => {
    const seen = values.slice(Math.max(0, i - span + 1), i + 1);
    return seen.reduce((sum, x) => sum + x, 0) / seen.length;
  });

/**
 * Bits per pixel over the updates, against a model whose pixels are independent.
 *
 * @param runs at most two
 * @param baseline bits per pixel of independent pixels on the test pictures
 */
export function learning(number: string, runs: readonly Run[], baseline: number): Figure {
  const last = Math.max(1, ...runs.map(({ losses }) => losses.length));
  const lowest = Math.min(...runs.flatMap(({ losses, testBits }) => [testBits, ...losses]));
  const curves = runs.flatMap(({ title, losses }, r): Trace[] => {
    const x = losses.map((_, i) => i + 1), color = runColors[r];
    return [
      line(x, losses, { name: `${title}: each batch`, color, width: 0.8, opacity: 0.35, hoverinfo: "skip" }),
      line(x, smoothed(losses), {
        ...{ name: title, color, width: 2.2 },
        hovertemplate: `${title}<br>update %{x}: %{y:.3f} bits<extra></extra>`,
      }),
    ];
  });
  const beside = (text: string, y: number, color: string, yshift: number) =>
    note(text, 1, y, { xref: "paper", xanchor: "right", yshift, font: { color } });
  const words = runs.map(({ title, testBits }) =>
    `${title}: ${testBits.toFixed(4)} bits per pixel on the test pictures`
  );
  return figure({
    data: curves,
    layout: {
      xaxis: { title: "update", range: [0, last] },
      yaxis: { title: "bits per pixel", range: [lowest < 0.1 ? -0.03 : 0.35, 0.68] },
      shapes: [{
        type: "line",
        xref: "paper",
        x0: 0,
        x1: 1,
        y0: baseline,
        y1: baseline,
        line: { color: colors.black, width: 1.2, dash: "dot" },
      }],
      annotations: [
        beside(`independent pixels: ${baseline.toFixed(4)}`, baseline, colors.black, 10),
        ...runs.map(({ title, testBits }, r) =>
          beside(
            `${title}: ${testBits.toFixed(4)}`,
            testBits,
            runColors[r],
            testBits < 0.1 ? 12 : -26,
          )
        ),
      ],
    },
    height: 320,
    caption: runs.length === 1
      ? `**Figure ${number}.** What the earlier pixels tell about the next one, learned in ${last} updates: the network needs fewer bits per pixel than a model in which every pixel stands alone (dotted). The numbers are bits per pixel on the test pictures.`
      : `**Figure ${number}.** With B first the same network needs almost no bits at all: ${
        runs.at(-1)!.testBits.toFixed(4)
      } per pixel on the test pictures. No model of these pictures can do that.`,
    description: `Bits per pixel over ${last} updates. Independent pixels: ${baseline.toFixed(4)}. ${
      words.join(". ")
    }.`,
  });
}

/** A row of pictures with a title. */
interface Row {
  title: string;
  /** Pictures as rows of 0 (paper) or 1 (ink), or as a data set of which the first ones are taken. */
  pictures: readonly (readonly (readonly number[])[])[] | Pictures;
}

/** Pictures of digits in rows: real ones, drawn ones. */
export function gallery(
  number: string,
  rows: readonly Row[],
  sentence: string,
  { each = 10, side = 8 }: { each?: number; side?: number } = {},
): Figure {
  const list = rows.map(({ title, pictures }) => ({
    title,
    pictures: "images" in pictures ? firstPictures(pictures, each) : pictures.slice(0, each),
  }));
  const count = list.length;
  const mosaic = (pictures: readonly (readonly (readonly number[])[])[]) =>
    pictures[0].map((_, i) =>
      pictures.flatMap((picture, n) => [...(n > 0 ? [null, null] : []), ...picture[i]])
    );
  const wide = (r: number) => list[r].pictures.length * (side + 2) - 2;
  const ink = (pictures: readonly (readonly (readonly number[])[])[]) => {
    const all = pictures.flat(2);
    return Math.round(100 * all.reduce((sum, x) => sum + x, 0) / all.length);
  };
  return figure({
    data: list.map(({ pictures }, r): Trace => ({
      ...gridTrace(r + 1),
      z: mosaic(pictures),
      zmin: 0,
      zmax: 1,
      colorscale: [[0, "#e9edf1"], [1, colors.black]],
      xgap: 0,
      ygap: 0,
      hoverinfo: "skip",
    })),
    ...panels(list.map((_, r) => ({ grid: [side, wide(r)] })), {
      ...{ across: 1, narrowHeight: 72 * count + 30, margin: { l: 8, r: 8, t: 28, b: 8 } },
      notes: list.map(({ title }, r) => ({ ...gridTitle(r + 1, title), x: 0, xanchor: "left" })),
    }),
    height: 112 * count + 30,
    caption: `**Figure ${number}.** ${sentence}`,
    description: list.map(({ title, pictures }) =>
      `${title}: ${pictures.length} pictures, ${ink(pictures)} % of their pixels inked`
    ).join(". ") + ".",
  });
}
