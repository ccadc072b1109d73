import type { graft, Grafted } from "./graft.ts";

/**
 * Grafts cells beside the grader instead of in it: the text of a cell can be such that a parser needs years for it.
 * One call at a time.
 */
export interface Reader {
  /** The grafted cells; undefined when that took too long. */
  graft(...call: Parameters<typeof graft>): Promise<Grafted | undefined>;
  close(): void;
}

/** What the other end says: once that it is there, then one answer to each call. */
export type Reply = "ready" | Grafted | { failure: string };

/** @param seconds what one notebook may take to be read, the start of the reader not counted */
export function openReader(seconds: number): Reader {
  let worker: Worker | undefined;
  const close = () => {
    worker?.terminate();
    worker = undefined;
  };
  /** The next thing the worker says; undefined when it fails or nothing comes in time. */
  const reply = (limit?: number) => {
    const { promise, resolve } = Promise.withResolvers<Reply | undefined>();
    const timer = limit === undefined ? undefined : setTimeout(() => resolve(undefined), limit * 1000);
    worker!.onmessage = ({ data }: MessageEvent<Reply>) => resolve(data);
    worker!.onerror = (event) => {
      event.preventDefault();
      resolve(undefined);
    };
    return promise.finally(() => clearTimeout(timer));
  };
  return {
    close,
    async graft(...call) {
      if (!worker) {
        worker = new Worker(new URL("./graft_worker.ts", import.meta.url), { type: "module" });
        if (await reply() !== "ready") throw new Error("Cannot read a submission: its reader does not start");
      }
      const answer = reply(seconds);
      worker.postMessage(call);
      const said = await answer;
      if (said === undefined) close();
      if (said === undefined || said === "ready") return undefined;
      if ("failure" in said) throw new Error(said.failure);
      return said;
    },
  };
}
