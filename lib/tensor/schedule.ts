import { heap, sharesEverything, threads } from "./dispatch.ts";
import { index, writeScript } from "./programs.ts";
import type { Job, Span } from "./recording.ts";
import { areasOf, partOf, type RowJob, rowJob, spanOf, touch } from "./rows.ts";
import { changes, temporaries } from "./temporaries.ts";
import { mostChunks } from "./threads.ts";

/**
 * The jobs of a step in another order, with the same results. Most jobs of a training step treat each example by itself:
 * a block of rows can go through all of them, forward and backward, while its numbers are in the cache, and the other
 * thread takes another block. Jobs that need all rows (a weight's gradient, a sum) wait until these are done; they have
 * rows of their own (a weight's), with which Adam goes on.
 */
export type Schedule = ReturnType<typeof schedule>;

/** A job, its place in the step, and all that it touches; without spans that may be anything. */
interface Item {
  readonly job: Job;
  readonly place: number;
  readonly work?: RowJob;
  readonly spans?: readonly Span[];
}

/** Jobs that go through a block of rows one after the other; 0 rows: elements, in rows of any length. */
interface Chain {
  readonly rows: number;
  readonly items: readonly Item[];
}

/** Multiplications: below, a job is no chain of its own, and jobs that do not fit together are done as one block. */
const small = () => sharesEverything() ? { job: 0, chain: 0 } : { job: 2_000, chain: 100_000 };
/** Multiplications of a product that is worth both threads by itself. */
const large = 8_000_000;
/** A block's temporaries in bytes, what one of its calls must be worth, and how many parts a stage has at least. */
const block = { bytes: 393_216, call: 32_000, parts: 4 };

function itemOf(job: Job, place: number): Item {
  const work = rowJob(job);
  if (work === undefined) return { job, place, spans: job.spans };
  const spans = areasOf(work, Math.max(1, work.rows)).map((area) => spanOf(area, work.rows));
  const [total, grain] = job.numbers.slice(-2) as number[];
  // Both threads share it better as it is: too few rows for two blocks, or too much to pack for each of a few.
  const few = work.packs ? 48 : 16, dear = work.packs && work.rows < 256 && work.cost > large;
  const alone = work.rows > 0 && grain < total && (work.rows < few || dear);
  return { job, place, spans, work: alone ? undefined : work };
}

/** Whether their order matters. */
const conflict = (a: Item, b: Item): boolean =>
  a.spans === undefined || b.spans === undefined || (a.job.ordered === true && b.job.ordered === true) ||
  a.spans.some((x) => b.spans?.some((y) => (x.writes || y.writes) && touch(x, y)));

const worksOf = (items: readonly Item[]) => items.map(({ work }) => work as RowJob);
const costOf = (works: readonly RowJob[]) => works.reduce((sum, { cost }) => sum + cost, 0);

/** Whether block i of one never touches what block k ≠ i of the other writes, or the other way round. */
function aligned(a: RowJob, b: RowJob, rows: number): boolean {
  const [left, right] = [a, b].map((work) => areasOf(work, rows));
  return left.every((x) =>
    right.every((y) => {
      if (!(x.writes || y.writes) || !touch(spanOf(x, rows), spanOf(y, rows))) return true;
      const across = Math.max(x.at + x.bytes, y.at + y.bytes) - Math.min(x.at, y.at);
      return x.stride > 0 && x.stride === y.stride && across <= x.stride;
    })
  );
}

/** These and one more as one chain, if they go together. */
function joined(chains: readonly Chain[], item: Item): Chain | undefined {
  const old = chains.flatMap(({ items }) => items).sort((a, b) => a.place - b.place), items = [...old, item];
  const works = worksOf(items), fixed = new Set(works.map((work) => work.rows).filter((rows) => rows > 0));
  const [rows = 0] = fixed, sizes = new Set(works.map(({ elements }) => elements).filter((n) => n > 0));
  const divides = rows > 0 ? [...sizes].every((n) => n % rows === 0) : sizes.size === 1;
  const across = rows || Math.max(...sizes), known = chains.every((chain) => chain.rows === rows);
  const pairs = known
    ? works.slice(0, -1).map((a) => [a, works[old.length]] as const)
    : works.flatMap((a, i) => works.slice(i + 1).map((b) => [a, b] as const));
  const fits = fixed.size < 2 && divides && pairs.every(([a, b]) => aligned(a, b, across));
  const isSmall = costOf(works) < small().chain;
  if (fits && (isSmall || rows !== 1 || sizes.size === 0)) return { rows, items };
  return isSmall ? { rows: 1, items } : undefined;
}

/** What can be done now, in this order: jobs one by one, then chains that know nothing of one another; then the rest. */
function stage(items: readonly Item[]) {
  const first: Item[] = [], rest: Item[] = [];
  let chains: Chain[] = [];
  for (const item of items) {
    if (rest.some((other) => conflict(item, other))) {
      rest.push(item);
      continue;
    }
    const touched = chains.filter((chain) => chain.items.some((other) => conflict(item, other)));
    if (touched.length === 0 && (item.work === undefined || item.work.cost < small().job)) {
      first.push(item);
      continue;
    }
    const chain = item.work &&
      (touched.length > 0 ? joined(touched, item) : { rows: item.work.rows, items: [item] });
    if (chain === undefined) rest.push(item);
    else chains = [...chains.filter((one) => !touched.includes(one)), chain];
  }
  return { first, chains, rest };
}

/** Of how many rows a block is: worth its calls and its packing; few enough for the cache, or its share of a stage. */
function blockSize(works: readonly RowJob[], rows: number, bytes: number, share: number): number {
  const unit = Math.max(8, ...works.map((work) => work.unit));
  if (sharesEverything()) return unit;
  const each = costOf(works) / rows, packing = works.some(({ packs }) => packs) ? Math.min(64, rows / 2) : 8;
  const least = Math.max(works.length * block.call / each, packing);
  const count = Math.ceil(rows / Math.max(least, Math.min(block.bytes / Math.max(1, bytes), share / each)));
  return unit * Math.ceil(rows / count / unit);
}

/** A chain's calls, block by block, and how much memory of its own a thread needs for them; what is `taken` stays in place. */
function cut({ rows, items }: Chain, share: number, taken: readonly Span[]) {
  const works = worksOf(items);
  if (rows === 1) {
    const whole = works.map((work) => ({ ...work, ...partOf(work, 0, work.rows || 1, work.rows || 1) }));
    return { chunks: [whole], bytes: 0, inPlace: changes(works, 1) };
  }
  const all = rows || works[0].elements, own = temporaries(works, all, taken);
  const size = blockSize(works, all, own(8).bytes / 8, share), { bytes, place } = own(size);
  const chunks = Array.from({ length: Math.ceil(all / size) }, (_, i) => {
    const from = i * size, to = Math.min(from + size, all);
    return works.map((work) => ({ ...work, numbers: place(work, from), ...partOf(work, from, to, all) }));
  });
  return { chunks, bytes, inPlace: changes(works, all) };
}

const anything: readonly Span[] = [{ at: 0, bytes: Infinity, writes: true }];
let scripts = 0;

/** Chains as one job of both threads, the dearest first. */
function together(
  chains: readonly Chain[],
  items: readonly Item[],
  kept: readonly Span[],
  hold: (bytes: number) => number,
) {
  const costs = new Map(chains.map((chain) => [chain, costOf(worksOf(chain.items))]));
  const cost = costs.values().reduce((sum, one) => sum + one, 0);
  const cuts = [...costs].sort(([, a], [, b]) => b - a).map(([chain]) => {
    const others = items.filter((item) => !chain.items.includes(item));
    return cut(chain, cost / block.parts, [...kept, ...others.flatMap(({ spans }) => spans ?? anything)]);
  });
  const chunks = cuts.flatMap((one) => one.chunks), list = writeScript(chunks), n = chunks.length;
  const at = hold(8 * list.length), bytes = Math.max(...cuts.map((one) => one.bytes)), own = hold(2 * bytes);
  new Float64Array(heap.memory.buffer, at, list.length).set(list);
  const numbers = [at, list.length, ++scripts, own, bytes],
    grain = cost < small().chain ? n : Math.ceil(n / mostChunks);
  const inPlace = cuts.some((one) => one.inPlace);
  return () => threads.run(index.script, numbers, n, grain, inPlace);
}

/** The jobs that depend on anything but constants; the others are done here, once and for all. */
function withoutConstants(items: readonly Item[]): Item[] {
  const known: Span[] = [], rest: Item[] = [];
  for (const item of items) {
    const made = item.spans?.filter(({ writes }) => writes) ?? [],
      read = item.spans?.filter(({ writes }) => !writes) ?? [];
    const alone = made.length > 0 && item.job.ordered !== true &&
      items.every((other) =>
        other === item || other.spans?.every((x) => !(x.writes && made.some((y) => touch(x, y))))
      );
    if (alone && read.every((x) => known.some((y) => y.at <= x.at && x.at + x.bytes <= y.at + y.bytes))) {
      known.push(...made);
      item.job.run();
    } else rest.push(item);
  }
  return rest;
}

/**
 * The schedule of a step's jobs; what is `kept` is read when they are done.
 *
 * @throws RangeError where there is no memory for it
 */
export function schedule(jobs: readonly Job[], kept: readonly Span[]) {
  const steps: (() => void)[] = [], blocks: [address: number, bytes: number][] = [];
  const hold = (bytes: number) => {
    const address = heap.allocate(bytes);
    blocks.push([address, bytes]);
    return address;
  };
  const dispose = () => blocks.splice(0).forEach(([at, bytes]) => heap.release(at, bytes));
  const all = withoutConstants(jobs.map(itemOf));
  try {
    for (let items: readonly Item[] = all; items.length > 0;) {
      const { first, chains, rest } = stage(items), [only] = chains;
      for (const { job } of first) steps.push(() => job.run());
      if (chains.length === 1 && only.items.length === 1) steps.push(() => only.items[0].job.run());
      else if (chains.length > 0) steps.push(together(chains, all, kept, hold));
      items = rest;
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    run() {
      for (let i = 0; i < steps.length; i++) steps[i]();
    },
    /** Gives its memory back. */
    dispose,
  };
}
