import type { Vector } from "../../../math/types.ts";
import { type Figure, figure, type Trace } from "../../../show/figure.ts";
import { note } from "../../../show/panels.ts";
import { colors, inkOf } from "../../../show/theme.ts";
import { sameLength } from "../../figures/vae.ts";

/** Bounds of n images, nats each: `evidenceOf(…)`, and `refined` and `amortised` of `refine(…)`. */
interface Bounds {
  readonly logP: Vector;
  readonly refined: Vector;
  readonly amortised: Vector;
}

/**
 * −log p(x) and the two gaps as stacked bars, image by image, the widest amortisation gap first.
 *
 * @param number of the figure
 * @param bounds logP, by `evidenceOf`, refined and amortised ELBO, nats
 * @param labels the images' digits, written below the bars
 */
export function gapBars(
  number: string,
  { logP, refined, amortised }: Bounds,
  { labels }: { labels: ArrayLike<number> },
): Figure {
  const count = sameLength("draw the gaps", { logP, refined, amortised });
  const gap = (n: number) => refined[n] - amortised[n];
  const all = Array.from({ length: count }, (_, n) => n);
  const shown = [...all].sort((a, b) => gap(b) - gap(a)).slice(0, 40);
  const gaps = all.map(gap).sort((a, b) => b - a), sum = (list: Vector) => list.reduce((s, g) => s + g, 0);
  const few = Math.ceil(count / 10), share = Math.round(100 * sum(gaps.slice(0, few)) / sum(gaps));
  const mean = (f: (n: number) => number) => all.reduce((sum, n) => sum + f(n), 0) / count;
  const parts = [
    { name: "−log p(x)", color: "#c9d0d8", of: (n: number) => -logP[n] },
    { name: "approximation gap", color: colors.blue, of: (n: number) => logP[n] - refined[n] },
    { name: "amortisation gap", color: colors.orange, of: gap },
  ];
  const x = shown.map((_, i) => i + 1);
  const means = parts.map(({ of }) => mean(of).toFixed(2));
  const key = parts.map(({ name, color }, k) =>
    note(`<b>${name}</b>: mean ${means[k]}`, 1, 1, {
      ...{ xref: "paper", xanchor: "right", yref: "paper", yanchor: "top", yshift: -18 * (2 - k) },
      bgcolor: "rgba(255, 255, 255, 0.85)",
      font: { color: k === 0 ? "#5b6570" : inkOf(color) },
    })
  );
  const top = Math.max(...shown.map((n) => -amortised[n]));
  return figure({
    data: parts.map(({ name, color, of }): Trace => ({
      type: "bar",
      name,
      x,
      y: shown.map((n) => Math.max(0, of(n))),
      customdata: shown.map((n) => [of(n), n]),
      marker: { color },
      hovertemplate: `${name}: %{customdata[0]:.2f} nats<br>image %{customdata[1]}<extra></extra>`,
    })),
    layout: {
      barmode: "stack",
      bargap: 0.15,
      xaxis: {
        title: "test image (its digit)",
        ...{ tickvals: x, ticktext: shown.map((n) => String(labels[n])), tickangle: 0 },
        range: [0.4, shown.length + 0.6],
      },
      yaxis: { title: "nats", range: [0, top * 1.25] },
      annotations: key,
    },
    narrow: { height: 360, xaxis: { showticklabels: false } },
    height: 380,
    caption:
      `**Figure ${number}.** What the encoder's ELBO loses, image by image: the whole bar is −ELBO. The ${few} images that pay most bear ${share} % of the amortisation gap (orange, ${
        means[2]
      } nats on average over ${count} images); the best diagonal normal loses little (blue, ${means[1]}).`,
    description:
      `Stacked bars for the ${shown.length} of ${count} test images with the widest amortisation gap, widest first: minus log p(x), approximation gap, amortisation gap. Averages over all ${count}: ${
        means.join(", ")
      } nats. Gaps below 0, which only noise makes, are drawn as 0.`,
  });
}
