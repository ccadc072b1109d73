/** The pictures of question 1 that hold no answer. */
export { graph } from "./figures/graph.ts";
export { latentMap, reconstructions } from "./figures/vae.ts";
export { yourGap } from "./figures/yours.ts";
