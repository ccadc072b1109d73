import { type Fragment, picture } from "../../show/fragments.ts";

const WIDTH = 640, HEIGHT = 230;

const text = (x: number, y: number, words: string, look = 'fill="currentColor"') =>
  `<text x="${x}" y="${y}" text-anchor="middle" ${look}>${words}</text>`;
const italic = 'font-style="italic" fill="currentColor"';
const quiet = 'fill="var(--syw-muted)" font-size=".93em"';
const start = 'style="text-anchor:start"';
const box = (x: number, y: number, words: string) =>
  `<rect x="${x - 34}" y="${
    y - 21
  }" width="68" height="42" rx="6" fill="none" stroke="currentColor" stroke-width="1.5"/>` +
  text(x, y + 5, words, italic);
const arrow = (from: number, to: number, y: number, color = "currentColor", head = "") =>
  `<path d="M${from} ${y}H${to}" fill="none" stroke="${color}" stroke-width="1.5" marker-end="url(#syw-head${head})"/>`;
const head = (name: string, color: string) =>
  `<marker id="syw-head${name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">` +
  `<path d="M0 0L8 4L0 8z" fill="${color}"/></marker>`;
const sub = (letter: string, index: string) =>
  `${letter}<tspan dy="4" font-size=".8em" font-style="normal">${index}</tspan>`;

/** The two branches of SimSiam, and where the gradient may not pass. */
export function branches(): Fragment {
  const top = 72, low = 176, accent = "var(--syw-accent)", no = "var(--syw-no)";
  return picture({
    width: WIDTH,
    height: HEIGHT,
    svg: [
      `<defs>${head("", "currentColor")}${head("back", accent)}</defs>`,
      text(36, 129, "x", italic),
      `<path d="M48 120L92 ${top + 6}M48 130L92 ${
        low - 8
      }" fill="none" stroke="currentColor" stroke-width="1.5"/>`,
      text(0, 84, "augment", `${quiet} ${start}`),
      text(108, top + 5, sub("x", "1"), italic),
      text(108, low + 5, sub("x", "2"), italic),
      arrow(122, 178, top),
      arrow(122, 178, low),
      box(214, top, "W"),
      box(214, low, "W"),
      `<path d="M214 ${top + 23}V${low - 23}" stroke="var(--syw-muted)" stroke-dasharray="3 4" fill="none"/>`,
      text(306, 129, "the same weights", quiet),
      arrow(250, 322, top),
      text(286, top - 8, sub("f", "1"), italic),
      box(358, top, sub("W", "p")),
      arrow(394, 500, top),
      `<path d="M250 ${low}H500" fill="none" stroke="currentColor" stroke-width="1.5" marker-end="url(#syw-head)"/>`,
      text(286, low - 8, sub("f", "2"), italic),
      `<path d="M400 ${low - 20}l14 40M410 ${low - 20}l14 40" stroke="${no}" stroke-width="2.5"/>`,
      text(412, low + 42, "stop-gradient", quiet.replace("muted", "no")),
      `<path d="M508 ${top}V${low}" stroke="currentColor" stroke-width="1.5"/>`,
      text(518, 116, "½ ‖ · − · ‖²", `fill="currentColor" ${start}`),
      text(518, 140, "on average", `${quiet} ${start}`),
      arrow(492, 398, top - 28, accent, "back"),
      arrow(326, 256, top - 28, accent, "back"),
      text(402, top - 38, "the gradient flows back", quiet.replace("muted", "accent")),
    ].join(""),
    caption:
      "**Figure 5.1.** The two branches. Two views of one point go through the same network $W$. The upper, online branch predicts the lower one through $W_p$. The stop-gradient cuts the way back through the target: its value counts, its slope does not.",
    description:
      "From a data point x two views x1 and x2 are drawn. Each goes through the same network W. The first feature f1 goes through the predictor Wp; the second, f2, is the target, and a double bar on its way marks the stop-gradient. Both meet in half the squared distance, averaged. Arrows back along the upper branch show where the gradient flows.",
  });
}
