import { heap } from "../../lib/tensor/dispatch.ts";

/** Bytes before a block and behind it that nobody may write. */
const fence = 64;
/** Bytes over a block's end that kernels may write: they work on eight floats at a time. */
const overrun = 32;
/** Bits of a fence, and of memory that belongs to nobody: a NaN of its own each. */
const [fenceBits, poison] = [0x7fc5a5a5, 0x7fdeadbe];

/**
 * From now on every block of the heap stands between fences, and memory that is free, or was not yet written,
 * holds NaNs: a read of another tensor's or a freed tensor's numbers shows in results, a write breaks a fence.
 *
 * @returns a look at all fences now; it throws where one is broken (as does the release of that block)
 */
export function guardHeap(): () => void {
  const allocate = heap.allocate.bind(heap),
    release = heap.release.bind(heap),
    live = new Map<number, number>();
  const words = (from: number, bytes: number) => new Uint32Array(heap.memory.buffer, from, bytes >> 2);
  const whole = (bytes: number) => 4 * Math.ceil(bytes / 4);
  const fences = (address: number, bytes: number) => [
    words(address - fence, fence),
    words(address + whole(bytes) + overrun, fence),
  ];
  const expectWhole = (address: number, bytes: number) => {
    fences(address, bytes).forEach((words, side) => {
      const at = words.findIndex((word) => word !== fenceBits);
      if (at < 0) return;
      const where = side === 0 ? `${fence - 4 * at} bytes before` : `${overrun + 4 * at} bytes behind`;
      throw new Error(
        `A block of ${bytes} bytes has been overrun: ${where} it lies ${words[at].toString(16)}`,
      );
    });
  };
  heap.allocate = (bytes) => {
    const address = allocate(whole(bytes) + 2 * fence + overrun) + fence;
    words(address, whole(bytes) + overrun).fill(poison);
    for (const words of fences(address, bytes)) words.fill(fenceBits);
    live.set(address, bytes);
    return address;
  };
  heap.release = (address, bytes) => {
    if (!live.has(address)) return release(address, bytes);
    if (live.get(address) !== bytes) {
      throw new Error(`A block of ${live.get(address)} bytes is given back as one of ${bytes}`);
    }
    expectWhole(address, bytes);
    live.delete(address);
    words(address - fence, whole(bytes) + 2 * fence + overrun).fill(poison);
    release(address - fence, whole(bytes) + 2 * fence + overrun);
  };
  return () => live.forEach((bytes, address) => expectWhole(address, bytes));
}
