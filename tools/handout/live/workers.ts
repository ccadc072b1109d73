/** Workers made from the page's own text: a desk that stays, and one for each run, ended after a time limit. */
import type { Order, Report, Request } from "./messages.ts";

/** A packed script of the page, unpacked once. */
const scripts = new Map<string, Promise<Blob>>();

export function scriptBlob(id: string): Promise<Blob> {
  const known = scripts.get(id) ?? unpacked(id);
  scripts.set(id, known);
  return known;
}

async function unpacked(id: string): Promise<Blob> {
  const packed = document.getElementById(id)?.textContent;
  if (!packed) {
    throw new Error("This page does not carry what this answer imports: check it in the notebook.");
  }
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  return await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
}

function workerOf(parts: BlobPart[]): Worker {
  const address = URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
  const worker = new Worker(address);
  // freed when the worker has read it, whatever becomes of it
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return worker;
}

/** Seconds more for a worker to begin: a machine may still be busy with the one before. */
const STARTING = 20;

export const TOO_LONG = "took too long";

/** The desk: asked one thing after the other, and started afresh where it gives no answer in time. */
export class Desk {
  #worker: Promise<Worker> | undefined;
  #waiting = new Map<number, { resolve(value: unknown): void; reject(cause: Error): void }>();
  #id = 0;

  constructor(private readonly seconds: number) {}

  async ask<T>(request: Request): Promise<T> {
    const worker = await (this.#worker ??= this.#start());
    const id = ++this.#id;
    return await new Promise<T>((resolve, reject) => {
      const limit = setTimeout(() => this.#end(new Error(TOO_LONG)), 1000 * this.seconds);
      const done = <A>(then: (value: A) => void) => (value: A) => {
        clearTimeout(limit);
        this.#waiting.delete(id);
        then(value);
      };
      this.#waiting.set(id, { resolve: done(resolve as (value: unknown) => void), reject: done(reject) });
      worker.postMessage({ id, request });
    });
  }

  async #start(): Promise<Worker> {
    const worker = workerOf([await scriptBlob("syw-engine"), "\nself.syw.open();"]);
    worker.onmessage = ({ data: { id, reply, fault } }) => {
      const waiting = this.#waiting.get(id);
      if (fault === undefined) waiting?.resolve(reply);
      else waiting?.reject(new Error(fault));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new Error(event.message));
    };
    return worker;
  }

  #end(cause: Error) {
    const ending = this.#worker;
    this.#worker = undefined;
    ending?.then((worker) => worker.terminate());
    for (const { reject } of [...this.#waiting.values()]) reject(cause);
  }
}

/** How a run ended: after all was done, or at which step and why not. */
export type Ending = { why: "done" } | { why: "time" | "stopped" | "broken"; at: string; words: string };

export interface Running {
  ended: Promise<Ending>;
  stop(): void;
}

/**
 * Runs a script in a worker of its own, which is ended afterwards, or when a step takes too long.
 *
 * @param heard called with each report that is the run's own
 */
export function run(
  text: string,
  packages: readonly Blob[],
  engine: Blob,
  order: Omit<Order, "nonce">,
  seconds: number,
  heard: (report: Report) => void,
): Running {
  const nonce = crypto.randomUUID();
  const worker = workerOf([engine, "\n", ...packages, "\n", text]);
  let at = "", limit: ReturnType<typeof setTimeout>, end!: (ending: Ending) => void;
  const ended = new Promise<Ending>((resolve) => {
    end = (ending) => {
      clearTimeout(limit);
      worker.terminate();
      resolve(ending);
    };
  });
  const wait = (more = 0) => {
    clearTimeout(limit);
    limit = setTimeout(() => end({ why: "time", at, words: "" }), 1000 * (seconds + more));
  };
  wait(STARTING);
  let begun = false;
  worker.onmessage = ({ data }: MessageEvent<Report>) => {
    if (!begun && data?.word === "ready") {
      begun = true;
      wait();
      return worker.postMessage({ ...order, nonce });
    }
    if (data?.nonce !== nonce) return;
    if (data.word === "at") {
      at = data.about;
      wait();
    }
    heard(data);
    if (data.word === "done") end({ why: "done" });
  };
  worker.onerror = (event) => {
    event.preventDefault();
    // what fails outside a step, in a timer of the answer's, ends nothing
    if (!begun) end({ why: "broken", at, words: event.message });
  };
  return { ended, stop: () => end({ why: "stopped", at, words: "" }) };
}
