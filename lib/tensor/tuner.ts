import { type Width, widths } from "./kernels/gemm.ts";

/** Products worth watching: long enough for the clock, at least this many multiplications. */
const watched = 2_000_000;
/** Products a width runs before it is timed (V8 compiles it meanwhile), and those that are timed. */
const warmUp = 24, timed = 8;

/**
 * Picks the panel width by how fast real products run: 8 columns fill 128-bit units; 16 are faster where V8
 * joins two 128-bit operations into one of 256 bits, and slower elsewhere. The first products run with 8,
 * the next with 16, the better one stays. Both give the same bits, so the choice is never visible in results.
 */
export function makeTuner() {
  let phase = 0, runs = 0, started = 0, work = 0, settled = false;
  let width: Width = 8;
  const best = [0, 0];
  return {
    /** The width for the next product of `multiplications`. */
    begin(multiplications: number): Width {
      work = !settled && multiplications >= watched ? multiplications : 0;
      if (work > 0) started = performance.now();
      return width;
    },
    /** The product has ended. */
    end() {
      if (work === 0) return;
      const speed = work / Math.max(1e-3, performance.now() - started);
      if (++runs > warmUp) best[phase] = Math.max(best[phase], speed);
      if (runs < warmUp + timed) return;
      runs = 0;
      phase++;
      if (phase < widths.length) width = widths[phase];
      else {
        width = best[1] > best[0] ? 16 : 8;
        settled = true;
      }
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
