/** Where answers are kept: the browser's own storage, an entry an answer, so that two tabs do not overwrite all. */

/** What is kept of one answer. */
export interface Kept {
  text: string;
  /** The text that was judged last, and what came of it. */
  judged?: { text: string; status: string; points: number };
}

export interface Store {
  get(name: string): Kept | undefined;
  /** Why it could not be kept, in a sentence; undefined where it was. */
  set(name: string, kept: Kept): string | undefined;
  clear(names: readonly string[]): void;
}

/**
 * @param prefix the course and its year: another year's answers are another's
 * @param onOther called when another tab has kept something else
 */
export function openStore(prefix: string, onOther: (name: string, kept: Kept | undefined) => void): Store {
  const memory = new Map<string, Kept>(), key = (name: string) => `${prefix}${name}`;
  addEventListener("storage", ({ key, newValue }) => {
    if (!key?.startsWith(prefix)) return;
    const name = key.slice(prefix.length), kept = read(newValue);
    if (kept) memory.set(name, kept);
    else memory.delete(name);
    onOther(name, kept);
  });
  return {
    get(name) {
      const known = memory.get(name);
      if (known) return known;
      try {
        return read(localStorage.getItem(key(name)));
      } catch {
        return undefined;
      }
    },
    set(name, kept) {
      memory.set(name, kept);
      try {
        localStorage.setItem(key(name), JSON.stringify(kept));
        return undefined;
      } catch (cause) {
        const full = cause instanceof DOMException && /quota/i.test(`${cause.name} ${cause.message}`);
        return full
          ? "There is no more room in this browser’s storage: download your answers before you close the page."
          : "This browser keeps nothing for this page: download your answers before you close it.";
      }
    },
    clear(names) {
      for (const name of names) {
        memory.delete(name);
        try {
          localStorage.removeItem(key(name));
        } catch {
          // nothing was kept there
        }
      }
    },
  };
}

/** What was written there is data: anything else than an answer is none. */
function read(text: string | null): Kept | undefined {
  try {
    const found = JSON.parse(text ?? "null");
    if (typeof found?.text !== "string") return undefined;
    const { text: judged, status, points } = found.judged ?? {};
    const known = typeof judged === "string" && typeof status === "string" && typeof points === "number";
    return { text: found.text, ...(known ? { judged: { text: judged, status, points } } : {}) };
  } catch {
    return undefined;
  }
}
