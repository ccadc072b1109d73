import { type Fragment, picture } from "../../../show/fragments.ts";

type Point = readonly [number, number];

const WIDTH = 560, HEIGHT = 350, REACH = 1, LINES = 12;

/** Where (d, g, V) stands on the page: seen from the front right, a little from above. */
function project(d: number, g: number, height: number): Point {
  const right = 0.91 * d + 0.42 * g, back = 0.91 * g - 0.42 * d;
  return [WIDTH / 2 + 180 * right, 146 - 50 * back - 92 * height];
}

const onSurface = (d: number, g: number) => project(d, g, d * g);
const path = (points: readonly Point[]) =>
  points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
const range = (count: number) => Array.from({ length: count + 1 }, (_, i) => REACH * (2 * i / count - 1));
const line = (points: readonly Point[], look: string) => `<path d="${path(points)}" fill="none" ${look}/>`;
const label = ([x, y]: Point, text: string, look = "") =>
  `<text x="${x.toFixed(1)}" y="${
    y.toFixed(1)
  }" text-anchor="middle" fill="currentColor" ${look}>${text}</text>`;

/** The graph of V = d g, drawn as a net, with what both players see of it. */
export function saddle(): Fragment {
  const net = range(LINES), fine = range(40);
  const thin = 'stroke="var(--syw-muted)" stroke-width="0.8" opacity="0.7"';
  const thick = (color: string) => `stroke="${color}" stroke-width="2.6" stroke-linecap="round"`;
  const lines = net.flatMap((x) => [
    line(net.map((y) => onSurface(x, y)), thin),
    line(net.map((y) => onSurface(y, x)), thin),
  ]);
  const rise = line(fine.map((s) => onSurface(s, s)), thick("var(--syw-accent)"));
  const fall = line(fine.map((s) => onSurface(s, -s)), thick("var(--syw-almost)"));
  const axes = [
    line([onSurface(-REACH, 0), onSurface(REACH, 0)], thick("currentColor")),
    line([onSurface(0, -REACH), onSurface(0, REACH)], thick("currentColor")),
  ];
  const [x, y] = onSurface(0, 0);
  const at = (point: Point, dx: number, dy: number): Point => [point[0] + dx, point[1] + dy];
  return picture({
    width: WIDTH,
    height: HEIGHT,
    svg: [
      ...lines,
      ...axes,
      rise,
      fall,
      `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="5" fill="currentColor"/>`,
      label(at(onSurface(REACH, 0), 14, 5), "d", 'font-style="italic"'),
      label(at(onSurface(0, REACH), -8, -8), "g", 'font-style="italic"'),
      label(at(onSurface(REACH, REACH), 0, -9), "d = g"),
      label(at(onSurface(REACH, -REACH), 0, 20), "d = −g"),
    ].join(""),
    caption:
      "**Figure 4.1.** The saddle $V(d, g) = d g$ of the Dirac-GAN. Along $d = g$ it rises to both sides of the origin, along $d = -g$ it falls; along each player's own axis (straight lines) it is flat, so at the origin neither has a reason to move.",
    description:
      "The graph of V over the plane of d and g as a net in perspective: it rises towards two opposite corners and sinks towards the other two. Two parabolas cross at the origin, one opening upwards and one downwards, and two straight horizontal lines run along the axes.",
  });
}
