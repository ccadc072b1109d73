/**
 * u(i) in [0, 1): numbers that look random and are the same in every language, so that all engines start
 * from the same weights and data and their losses can be compared (integer hash, 32 bit).
 */
export function uniforms(n: number, seed: number): Float64Array {
  const u = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let h = Math.imul(i + 1 + Math.imul(seed, 7919), 0x9e3779b1) >>> 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca77) >>> 0;
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae3d) >>> 0;
    u[i] = ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
  }
  return u;
}

/** f of each number, in float32: `Float32Array.from` would go through a list, and the list into the peak memory. */
function mapped(x: Float32Array | Float64Array, f: (x: number) => number): Float32Array {
  const y = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) y[i] = f(x[i]);
  return y;
}

/** Mean 0, variance 1, uniform. */
export const noise = (n: number, seed: number): Float32Array =>
  mapped(uniforms(n, seed), (u) => (u - 0.5) * Math.sqrt(12));

/** Weights of a layer: uniform with variance 1 / inputs. */
export const weights = (inputs: number, n: number, seed: number): Float32Array =>
  mapped(noise(n, seed), (x) => x / Math.sqrt(inputs));

/** Images of zeros and ones, one in five set. */
export const bits = (n: number, seed: number): Float32Array =>
  mapped(uniforms(n, seed), (u) => u < 0.2 ? 1 : 0);
