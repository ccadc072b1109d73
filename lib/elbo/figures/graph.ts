import { type Fragment, picture } from "../../show/fragments.ts";

/** The picture of a variational autoencoder: what is computed, and where the gradient goes. */

type Point = readonly [x: number, y: number];

const text = ([x, y]: Point, words: string, style = "") =>
  `<text x="${x}" y="${y}" text-anchor="middle" dominant-baseline="central" fill="currentColor" style="${style}">${words}</text>`;
const symbol = "font:italic 1.2em serif";

/** A box around its middle. */
const box = (at: Point, wide: number, high: number, words: string, style = "") =>
  `<rect x="${at[0] - wide / 2}" y="${
    at[1] - high / 2
  }" width="${wide}" height="${high}" rx="6" fill="none" stroke="currentColor"/>` + text(at, words, style);
/** A random variable. */
const circle = (at: Point, words: string) =>
  `<circle cx="${at[0]}" cy="${at[1]}" r="19" fill="none" stroke="currentColor"/>` + text(at, words, symbol);
/** A network, narrower where numbers are fewer. */
const network = ([x, y]: Point, left: number, right: number, name: string, weights: string) =>
  `<path d="M${x - 36} ${y - left}L${x + 36} ${y - right}L${x + 36} ${y + right}L${x - 36} ${
    y + left
  }Z" fill="none" stroke="currentColor"/>` + text([x, y - 9], name) + text([x, y + 11], weights, symbol);
const arrow = (...points: readonly Point[]) =>
  `<polyline points="${
    points.join(" ")
  }" fill="none" stroke="currentColor" marker-end="url(#q1-graph-head)"/>`;
/** The gradient's way back. */
const back = (...points: readonly Point[]) =>
  `<polyline points="${
    points.join(" ")
  }" fill="none" stroke="var(--syw-accent)" stroke-width="2" stroke-dasharray="5 4" marker-end="url(#q1-graph-back)"/>`;
const head = (id: string, color: string) =>
  `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8Z" fill="${color}"/></marker>`;

/**
 * x → encoder → (μ, σ) → z = μ + σ ε → decoder → p(x | z), the bound's two terms below, the gradient dashed.
 *
 * @param number of the figure, e.g. "1.1"
 */
export function graph(number: string): Fragment {
  const parts = [
    `<defs>${head("q1-graph-head", "currentColor")}${head("q1-graph-back", "var(--syw-accent)")}</defs>`,
    box([30, 90], 36, 36, "x", symbol),
    network([112, 90], 46, 26, "encoder", "φ"),
    box([200, 62], 36, 30, "μ", symbol),
    box([200, 118], 36, 30, "σ", symbol),
    `<rect x="174" y="38" width="52" height="104" rx="10" fill="none" stroke="var(--syw-muted)"/>`,
    text([200, 26], "q(z | x)"),
    circle([278, 90], "z"),
    circle([278, 24], "ε"),
    network([358, 90], 26, 46, "decoder", "θ"),
    arrow([48, 90], [76, 90]),
    arrow([148, 82], [182, 64]),
    arrow([148, 98], [182, 116]),
    arrow([218, 66], [260, 84]),
    arrow([218, 114], [260, 96]),
    arrow([278, 43], [278, 71]),
    arrow([297, 90], [322, 90]),
    text([348, 24], "ε ~ N(0, I)"),
    text([278, 124], "μ + σε", symbol),
    // the two terms of the bound
    arrow([192, 142], [192, 186]),
    arrow([376, 138], [376, 186]),
    box([160, 204], 138, 34, "− KL(q ‖ p(z))"),
    box([352, 204], 150, 34, "E log p(x | z)"),
    text([256, 204], "+"),
    text([256, 240], "= the bound 𝓛, climbed in θ and in φ"),
    // the gradient's way: from both terms into the encoder, from the fit through the draw
    back([340, 186], [340, 134]),
    back([322, 100], [299, 96]),
    back([259, 77], [220, 58]),
    back([262, 104], [220, 124]),
    back([180, 54], [149, 70]),
    back([180, 126], [149, 110]),
    back([208, 186], [208, 144]),
  ].join("");
  return picture({
    width: 440,
    height: 256,
    svg: parts,
    caption:
      `**Figure ${number}.** A variational autoencoder, computed from left to right. The draw $z = \\mu + \\sigma \\varepsilon$ leaves all chance to $\\varepsilon$, which depends on no parameter. So the gradient (dashed) reaches $\\phi$ through $z$, $\\mu$ and $\\sigma$, and never has to pass through chance.`,
    description:
      "The observation x enters the encoder with weights phi, which gives mu and sigma. With noise epsilon they make z, which enters the decoder with weights theta. The bound is the expected log p of x given z minus the divergence of q from the prior, taken from mu and sigma. Dashed arrows lead from both terms back: through the decoder, z, mu and sigma to the encoder, none to epsilon.",
  });
}
