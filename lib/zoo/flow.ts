export { misconceptions } from "./flow/misconceptions.ts";
export { mutants, trainedMutants } from "./flow/mutants.ts";
