export { misconceptions } from "./zoo/misconceptions.ts";
export { mutants, trainedMutants } from "./zoo/mutants.ts";
