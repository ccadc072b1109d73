/** A source of draws that a seed fixes: splitmix64's 32-bit cousin, quick and good enough to build programs. */
export class Chance {
  constructor(private state: number) {}
  /** In [0, 1). */
  uniform(): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    let z = this.state ^ (this.state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  }
  /** 0 … n − 1 */
  below(n: number): number {
    return Math.floor(n * this.uniform());
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
  often(p: number): boolean {
    return this.uniform() < p;
  }
  values(n: number): Float32Array {
    return Float32Array.from({ length: n }, () => this.often(0.05) ? 0 : 4 * this.uniform() - 2);
  }
}
