/**
 * A variational autoencoder of binary images: p(z) = N(0, I), p(x | z) Bernoulli pixels, q(z | x) a diagonal normal.
 *
 * | file          | holds                                                                     |
 * | ------------- | ------------------------------------------------------------------------- |
 * | vae/model.ts  | the two networks, encoding and decoding                                   |
 * | vae/train.ts  | how it learns                                                             |
 * | vae/bounds.ts | ELBO and IWAE of each image                                               |
 * | vae/grid.ts   | log p(x) itself, by a grid over two latents                                |
 *
 * The digits enter as `digits(part, { scaling: "binary" })`: a Bernoulli likelihood is a probability of zeros and ones
 * only. On grey values the same formula has no normaliser, and log p, the ELBO and IWAE would not be comparable.
 */
export { buildVae, decode, disposeVae, encode, pixelFrequencies, reconstruct } from "./vae/model.ts";
export type { Vae } from "./vae/model.ts";
export { trainVae } from "./vae/train.ts";
export { elboOf, iwaeOf } from "./vae/bounds.ts";
export { average } from "../math/average.ts";
export { evidenceOf } from "./vae/grid.ts";
