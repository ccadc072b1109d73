/** Question 5: equation (3), its derivatives and its dynamics, and the moments of data that come in pairs. */
export { viewMoments } from "./views.ts";
export type { ViewPair } from "./views.ts";
export * from "./solution.ts";
