/** What stands in an answer's cell, and in a prose answer's, where nothing is written yet. */
export const stub = "// Write your answer here.";
export const proseStub = "*Write your answer here.*";
