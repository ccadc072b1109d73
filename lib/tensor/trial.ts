/** Run in a process of its own: opens a native library, compares its products with WebAssembly's, prints its name. */
import { openProducts, products, setProducts } from "../math/native.ts";
import { borrow, heap, multiply } from "./dispatch.ts";

/** The same product with and without the library; sizes are odd, and large enough for it to be called. */
function largestDifference(turnA: boolean, turnB: boolean): number {
  const rows = 37, columns = 53, depth = 61, library = products();
  const sizes = [rows * depth, depth * columns, rows * columns];
  return borrow(4 * (sizes[0] + sizes[1] + sizes[2]) + 64, (at) => {
    const ends = sizes.map((_, i) => at + 4 * sizes.slice(0, i + 1).reduce((s, n) => s + n));
    for (let i = 0; i < sizes[0] + sizes[1]; i++) heap.floats()[at / 4 + i] = Math.sin(i);
    const product = () => {
      const a = { address: at, end: ends[0], transposed: turnA };
      const b = { address: ends[0], end: ends[1], transposed: turnB };
      multiply(a, b, { address: ends[1], end: ends[2] }, rows, columns, depth);
      return heap.floats().slice(ends[1] / 4, ends[2] / 4);
    };
    const native = product();
    setProducts(undefined);
    const own = product();
    setProducts(library);
    // A NaN stays one, and is below no limit.
    return native.reduce((most, x, i) => Math.max(most, Math.abs(x - own[i])), 0);
  });
}

setProducts(openProducts(Deno.args[0]));
for (const [turnA, turnB] of [[false, false], [true, false], [false, true], [true, true]]) {
  const difference = largestDifference(turnA, turnB);
  if (!(difference < 1e-4)) {
    throw new Error(`expected WebAssembly's product, got one that differs by ${difference}`);
  }
}
const [[found]] = products()!.dgemm([[1, 2], [3, 4]], [[5, 6], [7, 8]], true, false);
if (found !== 1 * 5 + 3 * 7) throw new Error(`expected 26, got ${found}`);
console.log(products()!.name);
Deno.exit(0);
