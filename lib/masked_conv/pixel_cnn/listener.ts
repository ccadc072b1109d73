/** Awaits what a listener does. Once the signal is there, a listener may throw because of it: the loop ends anyway. */
export async function heard(signal: AbortSignal | undefined, listener: () => unknown): Promise<void> {
  try {
    await listener();
  } catch (cause) {
    if (!signal?.aborted) throw cause;
  }
}
