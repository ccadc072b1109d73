// What long work owes whoever waits for it: it says how far it is, and lets other work run.

/** Awaits what a listener does. Once the signal is there, a listener may throw because of it: the loop ends anyway. */
export async function heard(signal: AbortSignal | undefined, listener: () => unknown): Promise<void> {
  try {
    await listener();
  } catch (cause) {
    if (!signal?.aborted) throw cause;
  }
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
