import { Tensor } from "@tensorflow/tfjs";

/** What a cell or a print shows of a tensor: its shape, its type and its numbers, not its inside. */
export function showNumbers(): void {
  Object.defineProperty(Tensor.prototype, Symbol.for("Deno.customInspect"), {
    configurable: true,
    value(this: Tensor) {
      const words = `Tensor ${this.dtype} [${this.shape}]`;
      return this.isDisposed ? `${words}, disposed` : `${words}${this.toString().replace(/^Tensor/, "")}`;
    },
  });
}
