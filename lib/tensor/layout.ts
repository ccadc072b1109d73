/**
 * The map of the shared memory, in bytes:
 *
 *     0       nothing (a null pointer is 0)
 *     1 KiB   the job that both threads see (threads.ts)
 *     16 KiB  thread 0: the GEMM panel, the bias of its columns, the edge of C, an operand that is one number,
 *             128 floats of a dear kernel
 *     48 KiB  thread 1: the same
 *     128 KiB tensors (heap.ts)
 */
export const job = 1024;
export const heapStart = 131072;

/** Largest K-block of a panel, in rows. */
const blockK = 64;

/** Rows of C that are worked on while a panel stays packed. */
export const blockRows = 256;

/** Where a thread keeps what its kernels reach at constant addresses: 64 × 16 floats. */
export const panelOf = (thread: number) => 16384 + 32768 * thread;

/** Behind the panel: 16 floats of bias. */
export const biasOf = (thread: number) => panelOf(thread) + blockK * 16 * 4;

/** Behind the bias: a tile of C, at most 4 × 16 floats. */
export const tileOf = (thread: number) => biasOf(thread) + 64;

/** Behind the tile: the columns of C that do not fill a panel, at most 256 × 16 floats. */
export const edgeOf = (thread: number) => tileOf(thread) + 256;

/** Behind the edge: a number that is an operand, repeated over a vector. */
export const splatOf = (thread: number) => edgeOf(thread) + blockRows * 16 * 4;

/** Declared size of the memory in pages of 64 KiB: it grows up to 4 GiB. */
export const pages = { minimum: 64, maximum: 65536 };

/** Behind that number: 128 floats on their way through a dear kernel. */
export const stageOf = (thread: number) => splatOf(thread) + 64;
