import { Worker } from "node:worker_threads";
import { job as jobAddress } from "./layout.ts";
import { products } from "../math/native.ts";
import type { Kernels } from "./kernels/mod.ts";
import { programNames, programs } from "./programs.ts";
import { perform, recording } from "./recording.ts";

/** Words of the shared job block. */
const word = { number: 0, claim: 1, done: 2, state: 3, worker: 4, program: 5, total: 6, grain: 7, length: 8 };
const state = { down: 0, up: 1, asleep: 2 };

/** Chunks a job may have to be shared. */
export const mostChunks = 128;

/** No chunk: a job's count while its numbers are written. */
const closed = 0xffff;

/** Numbers a job may have to be shared. */
const mostNumbers = 800;

/** The job block: its words, which chunks are done, its numbers. */
function jobViews(memory: WebAssembly.Memory) {
  return {
    words: new Int32Array(memory.buffer, jobAddress, 16),
    finished: new Int32Array(memory.buffer, jobAddress + 64, mostChunks),
    numbers: new Float64Array(memory.buffer, jobAddress + 64 + 4 * mostChunks, mostNumbers),
  };
}

/**
 * Takes the next chunk of job `number`, or −1 when none is left or another job has begun: the job's number
 * is in the word that is swapped, so a thread that comes late takes nothing.
 */
function claim(words: Int32Array, number: number, chunks: number): number {
  const tag = (number & 0x7fff) << 16;
  for (;;) {
    const seen = Atomics.load(words, word.claim);
    const chunk = seen - tag;
    if (chunk < 0 || chunk >= chunks) return -1;
    if (Atomics.compareExchange(words, word.claim, seen, seen + 1) === seen) return chunk;
  }
}

/** How long the main thread waits for a chunk that the worker has begun, in ms, before it gives it up. */
const patience = 2000;
/** The same for a chunk that can't be run again. */
const longPatience = 60_000;
/** For how long jobs run on one thread after a wait that was not short, in ms: the other is kept from the processor. */
const shortestRest = 2, longestRest = 250;
/** Looks at the shared words before a thread goes to sleep: about 50 µs, longer than tfjs takes between jobs. */
const spins = 30_000;

/** Threads over the shared memory; the worker starts with the first job worth sharing. */
export function startThreads(memory: WebAssembly.Memory, kernels: Kernels) {
  const { words, finished, numbers } = jobViews(memory);
  let worker: Worker | undefined;
  let allowed = (navigator.hardwareConcurrency ?? 1) > 1 ? 2 : 1;
  let failures = 0;
  /** Until when jobs run on one thread, and for how long it was the last time: twice as long while waits stay long. */
  let resting = 0, rest = 0;

  /** From here on the worker that was is a stranger: its number is not the current one. */
  const down = () => {
    worker = undefined;
    Atomics.add(words, word.worker, 1);
    Atomics.store(words, word.state, state.down);
  };
  const start = () => {
    try {
      const started = new Worker(new URL("./worker.ts", import.meta.url), {
        workerData: { memory, id: Atomics.add(words, word.worker, 1) + 1, library: products()?.path },
      });
      started.unref();
      const lost = () => {
        if (worker !== started) return;
        failures++;
        down();
      };
      started.on("error", lost);
      started.on("exit", lost);
      worker = started;
    } catch {
      failures = Infinity;
    }
  };
  const renew = () => {
    const old = worker;
    down();
    void old?.terminate();
  };
  /** Waits for the worker's last chunk; what it leaves undone is run here, and it is given up. */
  const finish = (rerun: (chunk: number) => void, chunks: number, began: number, inPlace: boolean) => {
    for (let i = 0; i < spins; i++) if (Atomics.load(words, word.done) === chunks) return;
    const from = performance.now();
    for (;;) {
      const done = Atomics.load(words, word.done), waited = performance.now() - from;
      // A chunk takes less than all that this thread has done: so long a wait is for the processor.
      const late = waited > Math.max(1, from - began);
      if (done === chunks) {
        rest = late ? Math.min(longestRest, Math.max(shortestRest, 2 * rest)) : rest / 2;
        resting = late ? from + waited + rest : 0;
        return;
      }
      if (waited > (inPlace ? longPatience : patience)) break;
      Atomics.wait(words, word.done, done, 50);
    }
    failures = Infinity;
    renew();
    if (inPlace) {
      throw new Error(
        "Cannot end an update: expected the second thread to end its part within a minute, got nothing " +
          "(restart the kernel: the variables hold half of it)",
      );
    }
    for (let chunk = 0; chunk < chunks; chunk++) if (Atomics.load(finished, chunk) === 0) rerun(chunk);
  };

  return {
    /**
     * Runs a program over [0, total) in chunks of `grain`: both threads claim chunks, and this thread runs
     * every chunk that the worker has not begun, so a busy or missing worker costs nothing. `inPlace`: it changes
     * what it reads, so that no chunk may be run twice. It is remembered where a step is being recorded.
     *
     * @throws Error where the worker does not end a chunk of a job in place
     */
    run(program: number, list: readonly number[], total: number, grain: number, inPlace = false): void {
      if (recording() !== undefined) {
        const again = () => this.run(program, list, total, grain, inPlace);
        const call = { program, numbers: list, total };
        return perform(programNames[program], [...list, total, grain], again, { call });
      }
      const work = programs[program];
      const chunks = Math.ceil(total / grain);
      const alone = chunks < 2 || chunks > mostChunks || list.length > mostNumbers || allowed < 2;
      const began = alone ? 0 : performance.now();
      if (alone || began < resting) {
        if (total > 0) work(kernels, list, 0, total);
        return;
      }
      if (Atomics.load(words, word.state) === state.down) {
        if (worker === undefined && failures < 3) start();
        work(kernels, list, 0, total);
        return;
      }
      const number = (words[word.number] + 1) & 0x7fffffff;
      // Closed first: a worker that comes late for the job before must not take this one's size for that one's.
      Atomics.store(words, word.claim, (number & 0x7fff) << 16 | closed);
      for (let i = 0; i < list.length; i++) numbers[i] = list[i];
      Atomics.store(words, word.length, list.length);
      Atomics.store(words, word.program, program);
      Atomics.store(words, word.total, total);
      Atomics.store(words, word.grain, grain);
      Atomics.store(words, word.done, 0);
      finished.fill(0, 0, chunks);
      Atomics.store(words, word.claim, (number & 0x7fff) << 16);
      Atomics.store(words, word.number, number);
      if (Atomics.load(words, word.state) === state.asleep) Atomics.notify(words, word.number);
      const part = (chunk: number) =>
        work(kernels, list, chunk * grain, Math.min(total, (chunk + 1) * grain));
      for (let chunk = claim(words, number, chunks); chunk >= 0; chunk = claim(words, number, chunks)) {
        part(chunk);
        Atomics.store(finished, chunk, 1);
        Atomics.add(words, word.done, 1);
      }
      finish(part, chunks, began, inPlace);
    },
    /** How many threads are at work now: 2 once the worker has reported, else 1. */
    count: (): number => allowed === 2 && Atomics.load(words, word.state) !== state.down ? 2 : 1,
    /** Allows one or two threads from now on. */
    allow(count: number): void {
      if (count !== 1 && count !== 2) {
        throw new RangeError(`Cannot set the number of threads: expected 1 or 2, got ${count}`);
      }
      allowed = count;
      failures = resting = rest = 0;
    },
    /** Puts another worker in this one's place, which knows the native library in use now. */
    renew,
    /** Ends the worker at once, as a crash would. */
    async kill(): Promise<void> {
      const ended = worker;
      await ended?.terminate();
      if (worker === ended) down();
    },
  };
}

/**
 * The worker's life: wait for a job, claim its chunks, report, sleep; it ends when the main thread has given
 * it up, that is, when `id` is no longer the current worker's number.
 */
export function serve(memory: WebAssembly.Memory, kernels: Kernels, id: number) {
  const { words, finished, numbers } = jobViews(memory);
  const isCurrent = () => Atomics.load(words, word.worker) === id;
  let seen = Atomics.load(words, word.number);
  if (isCurrent()) Atomics.store(words, word.state, state.up);
  while (isCurrent()) {
    let waited = 0;
    while (Atomics.load(words, word.number) === seen) {
      if (++waited < spins) continue;
      Atomics.compareExchange(words, word.state, state.up, state.asleep);
      Atomics.wait(words, word.number, seen, 10_000);
      if (!isCurrent()) return;
      Atomics.compareExchange(words, word.state, state.asleep, state.up);
    }
    seen = Atomics.load(words, word.number);
    const [program, total, grain, length] = [word.program, word.total, word.grain, word.length].map((at) =>
      Atomics.load(words, at)
    );
    // A copy: the main thread may be writing the next job while this one's last chunk is looked for.
    const list = numbers.slice(0, length);
    const chunks = Math.ceil(total / grain);
    for (let chunk = claim(words, seen, chunks); chunk >= 0; chunk = claim(words, seen, chunks)) {
      programs[program](kernels, list, chunk * grain, Math.min(total, (chunk + 1) * grain));
      if (!isCurrent()) return;
      Atomics.store(finished, chunk, 1);
      Atomics.add(words, word.done, 1);
      Atomics.notify(words, word.done);
    }
  }
}
