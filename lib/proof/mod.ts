/** Lines that run: notation, formula, reasons, steps, edits, proof. No Deno, no DOM, no kernel. */
export { edits } from "./edits.ts";
export { type Formula, formula } from "./formula.ts";
export { type Notation, notation, type NotationSpec } from "./notation.ts";
export { type Proof, proof, type ProofLine } from "./proof.ts";
export { type Reason, reasons } from "./reasons/mod.ts";
export { type Step, steps, type Written } from "./steps.ts";
