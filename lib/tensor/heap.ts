import { heapStart, pages } from "./layout.ts";
import { refusal } from "./refusals.ts";

/** Blocks are multiples of 64 bytes: kernels may run over a tensor's end by up to 32. */
const grain = 64;
const pageSize = 65536;

interface Region {
  start: number;
  size: number;
}

/** The shared memory of tensors and both threads, and who owns which part of it. */
export type Heap = ReturnType<typeof makeHeap>;

/** Block size for a request: multiples of 64 bytes, four steps an octave above 1 KiB, so that blocks recur. */
function blockSize(bytes: number): number {
  const least = bytes + grain / 2;
  if (least <= 1024) return Math.ceil(least / grain) * grain;
  const step = least < 2 ** 31 ? 1 << (28 - Math.clz32(least)) : 2 ** 28;
  return Math.ceil(least / step) * step;
}

/**
 * A heap on a new shared memory. Freed blocks wait by size and are handed out again; a request that no
 * waiting block fits takes fresh memory; where that would grow the memory although half of it waits, or
 * where it ends, neighbouring free blocks are joined first.
 */
export function makeHeap() {
  const memory = new WebAssembly.Memory({ initial: pages.minimum, maximum: pages.maximum, shared: true });
  const whole = () => new Float32Array(memory.buffer as unknown as SharedArrayBuffer);
  const waiting = new Map<number, number[]>();
  let regions: Region[] = [];
  let top = heapStart, view = whole(), used = 0, most = pages.maximum * pageSize;

  const join = () => {
    const all = [...regions];
    for (const [size, starts] of waiting) for (const start of starts) all.push({ start, size });
    waiting.clear();
    regions = [];
    for (const { start, size } of all.sort((a, b) => a.start - b.start)) {
      const last = regions.at(-1);
      if (last !== undefined && last.start + last.size === start) last.size += size;
      else regions.push({ start, size });
    }
    const last = regions.at(-1);
    if (last !== undefined && last.start + last.size === top) {
      top = last.start;
      regions.pop();
    }
  };
  const fromRegions = (need: number): number | undefined => {
    const index = regions.findIndex((region) => region.size >= need);
    if (index < 0) return undefined;
    const region = regions[index], { start } = region;
    region.start += need;
    region.size -= need;
    if (region.size === 0) regions.splice(index, 1);
    return start;
  };
  const grow = (end: number) => {
    const size = view.byteLength, wanted = Math.min(most, Math.max(end, size + Math.min(size, 2 ** 26)));
    memory.grow(Math.ceil((wanted - size) / pageSize));
    view = whole();
  };
  const fresh = (need: number, bytes: number): number => {
    const full = top + need > view.byteLength, idle = top - heapStart - used;
    if (full && (idle > view.byteLength / 2 || top + need > most)) {
      join();
      const start = fromRegions(need);
      if (start !== undefined) return start;
    }
    if (full && top + need > most) {
      const free = most - heapStart - used, advice = "(dispose of tensors, or work inside tf.tidy)";
      throw refusal("allocate a tensor", `at most ${free} free bytes`, `a request for ${bytes} ${advice}`);
    }
    if (top + need > view.byteLength) grow(top + need);
    top += need;
    return top - need;
  };

  return {
    memory,
    /** The whole memory as floats; taken anew after each growth. */
    floats: (): Float32Array<SharedArrayBuffer> => view,
    /** Address of a free block for `bytes` bytes; contents are whatever was there. */
    allocate(bytes: number): number {
      const need = blockSize(bytes),
        start = waiting.get(need)?.pop() ?? fromRegions(need) ?? fresh(need, bytes);
      used += need;
      return start;
    },
    /** Gives back a block that `allocate(bytes)` returned. */
    release(address: number, bytes: number): void {
      const size = blockSize(bytes), known = waiting.get(size);
      if (known === undefined) waiting.set(size, [address]);
      else known.push(address);
      used -= size;
    },
    /** Bytes in blocks now. */
    inUse: (): number => used,
    /** From now on at most this many bytes are handed out (up to 4 GiB). */
    limit(bytes: number): void {
      if (!Number.isFinite(bytes) || bytes < 0) {
        throw refusal("limit the memory", "a finite number of bytes, not negative", `${bytes}`);
      }
      most = Math.min(pages.maximum * pageSize, heapStart + bytes);
    },
  };
}
