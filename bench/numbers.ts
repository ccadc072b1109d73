/**
 * u(i) in [0, 1): a number that looks random and is the same in every language, so that all engines start
 * from the same weights and data and their losses can be compared (integer hash, 32 bit).
 */
function uniform(i: number, seed: number): number {
  let h = Math.imul(i + 1 + Math.imul(seed, 7919), 0x9e3779b1) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca77) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae3d) >>> 0;
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** The first n numbers. */
export const uniforms = (n: number, seed: number): Float64Array =>
  filled(new Float64Array(n), seed, (u) => u);

/** f of each number where it belongs: lists and arrays in between would be the case's peak memory. */
function filled<Numbers extends Float32Array | Float64Array>(
  x: Numbers,
  seed: number,
  f: (u: number) => number,
) {
  for (let i = 0; i < x.length; i++) x[i] = f(uniform(i, seed));
  return x;
}

const standard = (u: number) => Math.fround((u - 0.5) * Math.sqrt(12));

/** Mean 0, variance 1, uniform. */
export const noise = (n: number, seed: number): Float32Array => filled(new Float32Array(n), seed, standard);

/** Weights of a layer: uniform with variance 1 / inputs. */
export const weights = (inputs: number, n: number, seed: number): Float32Array =>
  filled(new Float32Array(n), seed, (u) => standard(u) / Math.sqrt(inputs));

/** Images of zeros and ones, one in five set. */
export const bits = (n: number, seed: number): Float32Array =>
  filled(new Float32Array(n), seed, (u) => u < 0.2 ? 1 : 0);
