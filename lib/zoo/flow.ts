export { misconceptions } from "./flow/misconceptions.ts";
export { mutants } from "./flow/mutants.ts";
