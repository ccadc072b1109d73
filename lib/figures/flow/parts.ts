import type { Trace } from "../../notebook/figure.ts";

/** n + 1 numbers from a to b. */
export const grid = (a: number, b: number, n: number): number[] =>
  Array.from({ length: n + 1 }, (_, i) => a + (b - a) * i / n);

/** A panel's name above it. */
export const title = (text: string, xref: string, yref: string) => ({
  text: `<b>${text}</b>`,
  showarrow: false,
  x: 0,
  xanchor: "left",
  xref: `${xref} domain`,
  y: 1.02,
  yanchor: "bottom",
  yref: `${yref} domain`,
});

/** A curve without markers. */
export const curve = (
  x: readonly (number | null)[],
  y: readonly (number | null)[],
  color: string,
  more: Trace = {},
): Trace => ({ type: "scatter", mode: "lines", x, y, line: { color, width: 2 }, ...more });
