import { type Fragment, picture } from "../../../show/fragments.ts";

const box = (x: number, y: number, text: string) =>
  `<rect x="${x - 32}" y="${
    y - 18
  }" width="64" height="36" rx="6" fill="none" stroke="var(--syw-accent)" stroke-width="1.5"/>` +
  word(x, y, text);
const word = (x: number, y: number, text: string) =>
  `<text x="${x}" y="${y + 5}" text-anchor="middle" font-style="italic">${text}</text>`;
const dot = (x: number, y: number) => `<circle cx="${x}" cy="${y}" r="4" fill="currentColor"/>`;
const ring = (x: number, y: number, sign: string) =>
  `<circle cx="${x}" cy="${y}" r="13" fill="none" stroke="currentColor" stroke-width="1.5"/>` +
  `<text x="${x}" y="${y + 5}" text-anchor="middle">${sign}</text>`;
const arrow = (...points: readonly (readonly [number, number])[]) =>
  `<polyline points="${
    points.map((p) => p.join(",")).join(" ")
  }" fill="none" stroke="currentColor" stroke-width="1.5" marker-end="url(#syw-tip)"/>`;
const sub = (letter: string, index: number) =>
  `${letter}<tspan font-size=".75em" font-style="normal" dy="4">${index}</tspan>`;

/** An affine coupling: one coordinate passes and sets scale and shift of the other. */
export function couplingLayer(): Fragment {
  return picture({
    width: 560,
    height: 210,
    svg:
      `<defs><marker id="syw-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">` +
      `<path d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>` +
      `<g font-size="1.15em" fill="currentColor">` +
      word(30, 40, sub("u", 1)) + word(30, 170, sub("u", 2)) +
      arrow([48, 40], [500, 40]) + word(525, 40, sub("x", 1)) +
      dot(190, 40) + arrow([190, 40], [190, 78]) +
      box(190, 96, 'e<tspan font-size=".75em" dy="-6">s</tspan>') +
      arrow([190, 114], [190, 156]) +
      dot(340, 40) + arrow([340, 40], [340, 78]) + box(340, 96, "t") + arrow([340, 114], [340, 156]) +
      arrow([48, 170], [176, 170]) + ring(190, 170, "×") + arrow([204, 170], [326, 170]) +
      ring(340, 170, "+") +
      arrow([354, 170], [500, 170]) + word(525, 170, sub("x", 2)) + `</g>`,
    caption:
      "**Figure 3.5.** An affine coupling. $x_1 = u_1$ passes unchanged and sets scale $s(u_1)$ and shift $t(u_1)$ of the other: $x_2 = u_2 e^{s(u_1)} + t(u_1)$. Backwards the same two networks are asked, at the same $u_1$: $u_2 = (x_2 - t) e^{-s}$. The Jacobian is triangular, $\\log\\lvert\\det J\\rvert = s(u_1)$.",
    description:
      "A diagram: u1 runs straight to x1; on its way it feeds two boxes, e to the s and t. u2 is multiplied by the first and added to the second, and becomes x2.",
  });
}
