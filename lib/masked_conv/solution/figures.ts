/** The pictures of question 2 that answer it. */
export { depths } from "./figures/depths.ts";
export { reproduced } from "./figures/reproduced.ts";
export { revealDepth } from "./figures/tries.ts";
export { blindSpots } from "./figures/blind_spot.ts";
export { dependenceMaps } from "./figures/dependence.ts";
