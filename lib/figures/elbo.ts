/** The pictures of question 1. */
export { objectives } from "./elbo/objectives.ts";
export { gaps } from "./elbo/gaps.ts";
export { costs } from "./elbo/costs.ts";
export { importanceBounds } from "./elbo/importance.ts";
export { gapBars, latentMap, reconstructions } from "./elbo_vae.ts";
