import { answer as elbo } from "lib/elbo/questions.ts";
import { answer as flow } from "lib/flow/questions.ts";
import { isProof } from "lib/proof/answer.ts";
import type { Notation } from "lib/proof/notation.ts";
import { answer as simsiam } from "lib/simsiam/questions.ts";

/** What the four proofs are written in, by the names of the answers. */
export const notations: Readonly<Record<string, Notation>> = Object.fromEntries(
  [elbo, flow, simsiam].flatMap(({ questions }) => questions).filter(isProof)
    .map(({ name, writing }) => [name, writing.notation]),
);
