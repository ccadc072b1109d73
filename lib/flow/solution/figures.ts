/** The pictures of question 3 that answer it. */
export { couplingLayer } from "./figures/coupling.ts";
export { landscape } from "./figures/landscape.ts";
export { reproduced } from "./figures/reproduced.ts";
export { sameDivergence } from "./figures/same.ts";
export { trainedSamples } from "./figures/samples.ts";
export { digitsLearned, moonsLearned } from "./figures/trained.ts";
export { revealBell, revealDescent } from "./figures/tries.ts";
