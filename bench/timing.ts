/** What a process reports of a case: milliseconds a step, best and median of its blocks, and a check value. */
export interface Report {
  readonly best: number;
  readonly median: number;
  readonly check: number;
}

/** The largest resident memory of this process so far, in MB; NaN where the system does not tell. */
export function peakMemory(): number {
  try {
    const line = Deno.readTextFileSync("/proc/self/status").split("\n").find((l) => l.startsWith("VmHWM"));
    return Number(line?.match(/\d+/)?.[0] ?? NaN) / 1024;
  } catch {
    return NaN;
  }
}

/**
 * Times `step`: 30 steps (and half a second) to warm up, then blocks of about 8 ms (one step at least) for `seconds`.
 * The check value is what the tenth step returned: it must agree between engines.
 */
export function timed(step: () => number, seconds = 1): Report {
  let check = NaN, count = 0;
  for (const start = performance.now(); count < 30 || performance.now() - start < 700; count++) {
    const value = step();
    if (count === 9) check = value;
    if (count >= 10 && performance.now() - start > 6000) break;
  }
  const probe = performance.now();
  step();
  const block = Math.max(1, Math.round(8 / Math.max(1e-4, performance.now() - probe)));
  const times: number[] = [];
  for (const start = performance.now(); performance.now() - start < 1000 * seconds || times.length < 5;) {
    const from = performance.now();
    for (let i = 0; i < block; i++) step();
    times.push((performance.now() - from) / block);
  }
  times.sort((a, b) => a - b);
  return { best: times[0], median: times[times.length >> 1], check };
}

/** Times epochs of `steps` steps, three after one to warm up; the check value is the tenth step's. */
export function timedEpochs(step: () => number, steps: number): Report {
  const times: number[] = [];
  let check = NaN;
  for (let epoch = 0; epoch < 4; epoch++) {
    const from = performance.now();
    for (let k = 0; k < steps; k++) {
      const value = step();
      if (epoch === 0 && k === 9) check = value;
    }
    if (epoch > 0) times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return { best: times[0], median: times[1], check };
}

/** Times a whole training run, from first call on: as often as fits into 5 seconds, at least twice. */
export async function timedRuns(run: () => Promise<number>): Promise<Report> {
  const times: number[] = [];
  let check = NaN;
  for (const start = performance.now(); times.length < 2 || performance.now() - start < 5_000;) {
    const from = performance.now();
    check = await run();
    times.push(performance.now() - from);
    if (times.length === 20) break;
  }
  times.sort((a, b) => a - b);
  return { best: times[0], median: times[times.length >> 1], check };
}
