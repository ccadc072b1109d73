// What long work owes whoever waits for it: it says how far it is, and lets other work run.

/** Awaits what a listener does. Once the signal is there, a listener may throw because of it: the loop ends anyway. */
export async function heard(signal: AbortSignal | undefined, listener: () => unknown): Promise<void> {
  try {
    await listener();
  } catch (cause) {
    if (!signal?.aborted) throw cause;
  }
}

/** Whoever waits for a training of many steps. */
export interface Listening {
  /** Called after every step, and awaited, with its number (1, 2, …) and what it gave. */
  readonly onProgress?: (step: number, value: number) => unknown;
  /** Ends the training after the step under way; what has been learned stays. */
  readonly signal?: AbortSignal;
}

/** What each step gives, by its number: fewer than `steps` if aborted. */
export async function stepwise(
  steps: number,
  step: (number: number) => number,
  { onProgress, signal }: Listening,
): Promise<number[]> {
  const values: number[] = [], pause = pauses();
  while (values.length < steps && !signal?.aborted) {
    const value = step(values.length + 1);
    values.push(value);
    await heard(signal, () => onProgress?.(values.length, value));
    await pause();
  }
  return values;
}

/** Called often, it lets other work run every so many milliseconds, and otherwise returns at once. */
export function pauses(milliseconds = 50): () => Promise<void> {
  let paused = performance.now();
  return async () => {
    if (performance.now() - paused <= milliseconds) return;
    await new Promise((resume) => setTimeout(resume));
    paused = performance.now();
  };
}
