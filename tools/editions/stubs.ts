import { said } from "lib/show/language.ts";

/** What stands in an answer's cell, and in a prose answer's, where nothing is written yet. */
export const stub = "// Write your answer here.";
export const proseStub = said("*Write your answer here.*");
