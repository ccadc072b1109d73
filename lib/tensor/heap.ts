import { heapStart, pages } from "./layout.ts";

/** Blocks are multiples of 64 bytes: kernels may run over a tensor's end by up to 32. */
const grain = 64;
const pageSize = 65536;

interface Region {
  start: number;
  size: number;
}

/** The shared memory of tensors and both threads, and who owns which part of it. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  /** The whole memory as floats; taken anew after each growth. */
  floats(): Float32Array<SharedArrayBuffer>;
  /** Address of a free block for `bytes` bytes; contents are whatever was there. */
  allocate(bytes: number): number;
  /** Gives back a block that `allocate(bytes)` returned. */
  release(address: number, bytes: number): void;
  /** Bytes in blocks now. */
  inUse(): number;
  /** From now on at most this many bytes are handed out (up to 4 GiB). */
  limit(bytes: number): void;
}

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
export function makeHeap(): Heap {
  const memory = new WebAssembly.Memory({ initial: pages.minimum, maximum: pages.maximum, shared: true });
  const waiting = new Map<number, number[]>();
  let regions: Region[] = [];
  let top = heapStart, size = pages.minimum * pageSize;
  let used = 0, idle = 0, most = pages.maximum * pageSize;
  let view = new Float32Array(memory.buffer as unknown as SharedArrayBuffer);

  const join = () => {
    const all = [...regions];
    for (const [length, starts] of waiting) for (const start of starts) all.push({ start, size: length });
    waiting.clear();
    all.sort((a, b) => a.start - b.start);
    regions = [];
    for (const region of all) {
      const last = regions.at(-1);
      if (last !== undefined && last.start + last.size === region.start) last.size += region.size;
      else regions.push({ ...region });
    }
    const last = regions.at(-1);
    if (last !== undefined && last.start + last.size === top) {
      top = last.start;
      idle -= last.size;
      regions.pop();
    }
  };
  const fromRegions = (need: number): number => {
    const index = regions.findIndex((region) => region.size >= need);
    if (index < 0) return 0;
    const region = regions[index];
    const start = region.start;
    region.start += need;
    region.size -= need;
    if (region.size === 0) regions.splice(index, 1);
    idle -= need;
    return start;
  };
  const grow = (end: number) => {
    const wanted = Math.min(most, Math.max(end, size + Math.min(size, 2 ** 26)));
    memory.grow(Math.ceil((wanted - size) / pageSize));
    view = new Float32Array(memory.buffer as unknown as SharedArrayBuffer);
    size = view.byteLength;
  };
  const fresh = (need: number, bytes: number): number => {
    if (top + need > size) {
      if (idle > size / 2 || top + need > most) {
        join();
        const start = fromRegions(need);
        if (start > 0) return start;
      }
      if (top + need > most) {
        throw new RangeError(
          `Cannot allocate a tensor: expected at most ${
            most - heapStart - used
          } free bytes, got a request for ${bytes} ` +
            "(dispose of tensors, or work inside tf.tidy)",
        );
      }
      if (top + need > size) grow(top + need);
    }
    const start = top;
    top += need;
    return start;
  };

  return {
    memory,
    floats: () => view,
    allocate(bytes) {
      const need = blockSize(bytes);
      const known = waiting.get(need);
      let start = 0;
      if (known !== undefined && known.length > 0) {
        start = known.pop() as number;
        idle -= need;
      } else {
        if (regions.length > 0) start = fromRegions(need);
        if (start === 0) start = fresh(need, bytes);
      }
      used += need;
      return start;
    },
    release(address, bytes) {
      const length = blockSize(bytes);
      const known = waiting.get(length);
      if (known === undefined) waiting.set(length, [address]);
      else known.push(address);
      used -= length;
      idle += length;
    },
    inUse: () => used,
    limit(bytes) {
      if (!Number.isFinite(bytes) || bytes < 0) {
        throw new RangeError(
          `Cannot limit the memory: expected a finite number of bytes, not negative, got ${bytes}`,
        );
      }
      most = Math.min(pages.maximum * pageSize, heapStart + bytes);
    },
  };
}
