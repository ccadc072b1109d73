import { sharesEverything } from "./dispatch.ts";
import type { Heap } from "./heap.ts";

/** Up to so many bytes no block serves twice: jobs that share none can change places. */
const roomy = 2 ** 25;

/**
 * Memory of a recorded step: its first recording gets blocks from the heap, which stay the step's; later recordings
 * get the same blocks in the same order, as long as they ask for the same and these are free. Where one asks for
 * anything else it gets the heap's own from there on.
 */
export class Arena {
  private readonly script: { readonly bytes: number; readonly address: number }[] = [];
  private readonly free = new Map<number, number[]>();
  private readonly inUse = new Set<number>();
  private next = 0;
  private sealed = false;
  private taken = 0;

  constructor(private readonly heap: Heap) {}

  /** Another recording begins. */
  begin() {
    this.next = 0;
  }

  /** The first recording has ended. */
  seal() {
    this.sealed = true;
  }

  /** Runs `use` with the heap's blocks coming from here, and going back here. */
  serve<T>(use: () => T): T {
    const { allocate, release } = this.heap;
    Object.assign(this.heap, {
      allocate: (bytes: number) => this.sealed ? this.follow(bytes, allocate) : this.extend(bytes, allocate),
      release: (address: number, bytes: number) => {
        if (!this.inUse.delete(address)) release(address, bytes);
        else if (!this.sealed) this.free.set(bytes, [...this.free.get(bytes) ?? [], address]);
      },
    });
    try {
      return use();
    } finally {
      Object.assign(this.heap, { allocate, release });
    }
  }

  private extend(bytes: number, allocate: Heap["allocate"]): number {
    const again = this.taken < roomy && !sharesEverything() ? undefined : this.free.get(bytes)?.pop();
    const address = again ?? allocate(bytes);
    if (again === undefined) this.taken += bytes;
    this.script.push({ bytes, address });
    this.inUse.add(address);
    return address;
  }

  private follow(bytes: number, allocate: Heap["allocate"]): number {
    const wish = this.script[this.next++];
    if (wish === undefined || wish.bytes !== bytes || this.inUse.has(wish.address)) {
      this.next = this.script.length;
      return allocate(bytes);
    }
    this.inUse.add(wish.address);
    return wish.address;
  }

  /** Blocks whose tensors outlived the recording: they are the heap's again. */
  survivors(): number {
    return this.inUse.size;
  }

  /** Gives all blocks back but those that are still in use: these are given back with their tensors. */
  dispose() {
    const blocks = new Map(this.script.map(({ address, bytes }) => [address, bytes]));
    for (const [address, bytes] of blocks) if (!this.inUse.has(address)) this.heap.release(address, bytes);
    this.script.length = 0;
    this.free.clear();
    this.inUse.clear();
  }
}
