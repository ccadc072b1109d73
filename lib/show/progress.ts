import { breathe, inKernel, interruption, send } from "./kernel.ts";
import { block } from "./render.ts";
import { escapeHtml } from "./tex.ts";

/** A bar for long work, in place. */
interface Progress {
  /** Aborted when the reader interrupts. */
  readonly signal: AbortSignal;
  /**
   * Reports `done` of the total and lets the interrupt in.
   *
   * @throws DOMException "AbortError" when the reader interrupted
   */
  at(done: number, note?: string): Promise<void>;
  /** The last state, shown for good: complete, or as far as it got when the reader interrupted. */
  end(note?: string): Promise<void>;
}

/** The server drops messages above a rate: at most this many milliseconds apart. */
const INTERVAL = 150;

/**
 * Starts a progress bar: one display, updated in place, with the time left. Silent outside a kernel.
 *
 * @param total steps, a positive number
 */
export async function progress(label: string, total: number): Promise<Progress> {
  if (!(total > 0 && Number.isFinite(total))) {
    throw new RangeError(`Cannot show progress: expected a positive total, got ${total}`);
  }
  const id = crypto.randomUUID(), started = performance.now(), signal = interruption();
  let last = -Infinity, reached = 0;
  const draw = (done: number, note: string, update: boolean, ended = false) => {
    const share = Math.min(1, Math.max(0, done / total)), seconds = (performance.now() - started) / 1000;
    const left = share > 0.02 && share < 1 && !ended
      ? `, ${Math.ceil(seconds / share - seconds)} s left`
      : "";
    const words = `${label}: ${Math.round(share * 100)} %${left}${note ? ` · ${note}` : ""}`;
    // what is done needs no bar any more
    const bar = share === 1
      ? ""
      : `<div class="syw-bar" role="progressbar" aria-valuenow="${
        Math.round(share * 100)
      }" aria-valuemin="0" aria-valuemax="100" aria-label="${escapeHtml(label)}"><i style="width:${
        (share * 100).toFixed(1)
      }%"></i></div>`;
    const html = block(`${bar}<span class="syw-quiet">${escapeHtml(words)}</span>`);
    return send({ "text/html": html, "text/plain": words }, { id, update });
  };
  if (inKernel()) await draw(0, "", false);
  return {
    signal,
    async at(done, note = "") {
      reached = done;
      const now = performance.now();
      if (now - last < INTERVAL) return;
      last = now;
      if (inKernel()) await draw(done, note, true);
      await breathe(signal);
    },
    async end(note = "") {
      if (!inKernel()) return;
      const took = note || `${((performance.now() - started) / 1000).toFixed(1)} s`;
      await draw(signal.aborted ? reached : total, signal.aborted ? `stopped · ${took}` : took, true, true);
    },
  };
}
