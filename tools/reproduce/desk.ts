/** What a reproduction works with: parts that are remembered, checkpoints, progress with the time left. */
import type { Desk, Part } from "lib/course/reproduction.ts";
import type { GreyImages, Split } from "lib/course/mnist.ts";

/** Where states are kept between runs; names are letters, digits, hyphens and dots. */
export interface Store {
  load(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  save(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/**
 * A folder whose files are whole or not there: each is written under another name and then renamed.
 *
 * @throws Error in a sentence, for a full disk or a folder that cannot be written to
 */
export function folderStore(folder: string): Store {
  return {
    load: (name) =>
      Deno.readFile(`${folder}/${name}`).catch((cause) => {
        if (cause instanceof Deno.errors.NotFound) return null;
        throw cause;
      }),
    save: (name, bytes) => writeWhole(`${folder}/${name}`, bytes),
  };
}

/** @throws Error in a sentence; what was there before stays */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const half = `${path}.half`;
  try {
    await Deno.mkdir(path.replace(/[\\/][^\\/]*$/, ""), { recursive: true });
    await Deno.writeFile(half, bytes);
    await Deno.rename(half, path);
  } catch (cause) {
    await Deno.remove(half).catch(() => {});
    const words = (cause as Error).message;
    const got = /ENOSPC|No space left|os error 28|not enough space/i.test(words) ? "a full disk" : words;
    throw new Error(`Cannot keep ${path}: expected a folder with room that can be written to, got ${got}`);
  }
}

const VERSION = 1;

interface DeskOptions {
  readonly store: Store;
  /** Of the program: what another one remembered is not used. */
  readonly edition: string;
  readonly signal: AbortSignal;
  readonly tiny?: boolean;
  mnist(): Promise<(split: Split) => GreyImages>;
  /** What is done, 0 … 1, with seconds left (as far as that can be said) and words. */
  progress(share: number, left: number | undefined, words: string): void;
}

/** A part that is done: what it gave, and how long it took. */
interface Kept {
  readonly version: number;
  readonly edition: string;
  readonly seconds: number;
  readonly value: unknown;
}

/** @returns the desk, and the seconds that all parts took, in this run or an earlier one */
export function deskOf(options: DeskOptions): Desk & { seconds(): number } {
  const { store, edition, signal, tiny = false, progress } = options;
  let data: Promise<(split: Split) => GreyImages> | undefined, seconds = 0;

  async function keptOf(key: string): Promise<Kept | undefined> {
    const bytes = await store.load(`${key}.json`);
    if (bytes === null) return undefined;
    try {
      const kept = JSON.parse(new TextDecoder().decode(bytes)) as Kept;
      return kept.version === VERSION && kept.edition === edition ? kept : undefined;
    } catch {
      return undefined; // what can't be read is done again
    }
  }

  async function parts<T>(list: readonly Part<T>[]): Promise<T[]> {
    const kept = await Promise.all(list.map(({ key }) => keptOf(key)));
    const weightOf = (i: number) => list[i].weight ?? 1;
    const total = list.reduce((sum, _, i) => sum + weightOf(i), 0);
    let done = kept.reduce((sum, one, i) => sum + (one ? weightOf(i) : 0), 0);
    const before = done, started = performance.now(), results: T[] = [];
    const tell = (i: number, share: number, words: string) => {
      const here = done + weightOf(i) * Math.min(1, share), gained = here - before;
      const elapsed = (performance.now() - started) / 1000;
      progress(here / total, gained > 0.01 * total ? elapsed * (total - here) / gained : undefined, words);
    };
    for (const [i, { key, run }] of list.entries()) {
      const one = kept[i];
      if (one !== undefined) {
        results.push(one.value as T);
        seconds += one.seconds;
        continue;
      }
      signal.throwIfAborted();
      tell(i, 0, key);
      const from = performance.now(), spent = await spentOn(key);
      const report = async (share: number, note = "") => {
        tell(i, share, note ? `${key}, ${note}` : key);
        await new Promise((resume) => setTimeout(resume));
        signal.throwIfAborted();
      };
      let value: T;
      try {
        value = await run(report);
      } catch (cause) {
        await spend(key, spent + (performance.now() - from) / 1000);
        throw cause;
      }
      const took = spent + (performance.now() - from) / 1000;
      const record: Kept = { version: VERSION, edition, seconds: took, value: finite(key, value) };
      await store.save(`${key}.json`, new TextEncoder().encode(JSON.stringify(record)));
      results.push(JSON.parse(JSON.stringify(value)));
      seconds += took;
      done += weightOf(i);
      tell(i, 0, key);
    }
    return results;
  }

  /** Seconds that went into a part before it was interrupted. */
  async function spentOn(key: string): Promise<number> {
    const bytes = await store.load(`${key}.spent`);
    return bytes === null ? 0 : Number(new TextDecoder().decode(bytes)) || 0;
  }
  const spend = (key: string, time: number) =>
    store.save(`${key}.spent`, new TextEncoder().encode(String(time))).catch(() => {});

  return {
    seeds: [1, 2, 3],
    tiny,
    signal,
    parts,
    checkpoints: (key) => ({
      load: () => store.load(`${key}.checkpoint`),
      save: (bytes) => store.save(`${key}.checkpoint`, bytes),
    }),
    mnist: async (split) => (await (data ??= options.mnist()))(split),
    seconds: () => seconds,
  };
}

/** The value itself, which must survive JSON. */
function finite<T>(key: string, value: T): T {
  JSON.stringify(value, (name, x) => {
    if (typeof x === "number" && !Number.isFinite(x)) {
      throw new RangeError(`Cannot keep the part ${key}: expected finite numbers, got ${x} as ${name}`);
    }
    return x;
  });
  return value;
}
