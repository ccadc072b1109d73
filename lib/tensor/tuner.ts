import { type Width, widths } from "./kernels/gemm.ts";

/** Products worth watching: long enough for the clock, at least this many multiplications. */
const watched = 2_000_000;
/** Products a width runs before it is timed (V8 compiles it meanwhile), and those that are timed. */
const warmUp = 24, timed = 24;

/**
 * Picks the panel width by how fast real products and convolutions run: 8 columns fill 128-bit units; 16 are
 * faster where V8 joins two 128-bit operations into one of 256 bits, and slower elsewhere. The first products
 * run with 8, the next with 16; the width that was faster on jobs that both have run stays. Both give the same
 * bits, so the choice is never visible in results.
 */
export function makeTuner() {
  let phase = 0, runs = 0, started = 0, work = 0, settled = false;
  let width: Width = 8;
  /** Shortest times by job (told apart by their multiplications), one for each width. */
  let shortest = new Map<number, [number, number]>();
  const decide = () => {
    let ratio = 0;
    for (const [first, second] of shortest.values()) {
      if (first < Infinity && second < Infinity) ratio += Math.log(first / second);
    }
    width = ratio > 0 ? 16 : 8;
    settled = true;
    shortest = new Map();
  };
  return {
    /** The width for the next job of `multiplications`; a product has positive ones, other jobs negative. */
    begin(multiplications: number): Width {
      work = !settled && Math.abs(multiplications) >= watched ? multiplications : 0;
      if (work !== 0) started = performance.now();
      return width;
    },
    /** The job has ended. */
    end() {
      if (work === 0) return;
      const time = Math.max(1e-3, performance.now() - started),
        known = shortest.get(work) ?? [Infinity, Infinity];
      if (++runs > warmUp) {
        known[phase] = Math.min(known[phase], time);
        shortest.set(work, known);
      }
      if (runs < warmUp + timed) return;
      runs = 0;
      phase++;
      if (phase < widths.length) width = widths[phase];
      else decide();
    },
    width: () => width,
    /** Sets the width for good, whatever would be measured. */
    fix(chosen: Width) {
      if (!widths.includes(chosen)) {
        throw new RangeError(`Cannot set the panel width: expected ${widths.join(" or ")}, got ${chosen}`);
      }
      width = chosen;
      settled = true;
    },
  };
}
