/** The pictures of question 3. */
export { mapAndDensity } from "./flow/map.ts";
export { sameDivergence } from "./flow/same.ts";
export { landscape } from "./flow/landscape.ts";
export { digitsLearned, moonsLearned } from "./flow/trained.ts";
export { trainedSamples } from "./flow/samples.ts";
