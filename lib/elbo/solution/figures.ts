/** The pictures of question 1 that answer it. */
export { objectives } from "./figures/objectives.ts";
export { reproduced } from "./figures/reproduced.ts";
export { gaps } from "./figures/gaps.ts";
export { costs } from "./figures/costs.ts";
export { importanceBounds } from "./figures/importance.ts";
export { gapBars } from "./figures/gap_bars.ts";
