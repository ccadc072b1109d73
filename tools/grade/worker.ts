/**
 * The untrusted side: runs the answer cells of one notebook and calls the answers, in a process that may do nothing
 * but compute. What it sends is data; what it means is decided elsewhere, and nothing that decides is here.
 */
import { collect, type Collected, wordsOf } from "lib/proof/collect.ts";
import type { Asked } from "lib/proof/question.ts";
import { closeDoors } from "./doors.ts";
import { keepIntrinsics } from "./intrinsics.ts";
import { decode, encode } from "./plain.ts";

/** One answer to be collected: calls as data, or the parts and the export that makes calls of them. */
export interface Sought extends Omit<Asked, "calls"> {
  calls: unknown;
  rebuilt?: { module: string; name: string };
}

/** What the supervisor wants: JSON on the standard input, gone before any answer runs. */
export interface Order {
  /** What each message begins with, so that nothing else that is printed is taken for one. */
  nonce: string;
  /** The module that holds the cells, those of them to run, and what they import. */
  module: string;
  cells: string[];
  imports: string[];
  answers: Sought[];
  /** Milliseconds a cell may wait for something. */
  patience: number;
}

/** What comes back: a word, whom it is about, and data. */
export type Word = "at" | "cell" | "answer" | "broken" | "done";

type Cells = {
  cells: readonly (readonly [id: string, run: () => Promise<void>])[];
  answers: Record<string, () => unknown>;
};

const Settled = Promise;
const STUCK = "The cell changes the language's own objects so that nobody can change them back.";

const { order, send, leave, later, clock } = takeChannels();
const asked: Asked[] = [];
for (const sought of order.answers) asked.push(await revived(sought));
for (const name of order.imports) await import(name).catch(() => {});
const restore = keepIntrinsics();
closeDoors();
await serve();

/** Runs the cells, then collects the answers; tells before each step what comes. */
async function serve(): Promise<void> {
  let loaded: Cells;
  try {
    // computed: only so does Deno ask for permission to read, for this module and all that it imports
    loaded = await import(order.module);
  } catch (cause) {
    send("broken", "", wordsOf(cause));
    return leave(0);
  }
  for (const [id, run] of loaded.cells) {
    if (!order.cells.includes(id)) continue;
    send("at", id);
    const fault = await faultOf(run);
    const whole = restore();
    if (fault !== undefined || !whole) send("cell", id, fault ?? STUCK);
    // the supervisor starts again without this cell
    if (!whole) return leave(0);
  }
  for (const question of asked) {
    send("at", question.name);
    let collected: Collected;
    try {
      collected = collect(question, loaded.answers[question.name], clock);
    } catch (cause) {
      collected = { kind: "fault", sentence: `Reading the answer throws: ${wordsOf(cause)}` };
    }
    const whole = restore();
    send("answer", question.name, encode(collected));
    // the supervisor starts again with the answers that are left
    if (!whole) return leave(0);
  }
  send("done", "");
  leave(0);
}

/** What an answer is called with; functions are made here, from a module that students have. */
async function revived({ calls, rebuilt, ...rest }: Sought): Promise<Asked> {
  const parts = decode(calls) as Asked["calls"];
  if (!rebuilt) return { ...rest, calls: parts };
  const made = (await import(rebuilt.module))[rebuilt.name] as (part: unknown) => unknown[];
  return { ...rest, calls: parts.map(made) };
}

/** Takes standard input and output for itself, with everything it needs to use them. */
function takeChannels() {
  const { stdin, stdout, exit } = Deno;
  // node's cpuUsage would look for Deno anew, wherever an answer has put it
  const { cpuUsage } = Deno as unknown as { cpuUsage(): { user: number; system: number } };
  const write = stdout.writeSync.bind(stdout), read = stdin.readSync.bind(stdin);
  const stringify = JSON.stringify, encoder = new TextEncoder(), later = setTimeout;
  const bytes = encoder.encode.bind(encoder), decoder = new TextDecoder();
  let text = "";
  const buffer = new Uint8Array(65536);
  for (let n = read(buffer); n !== null; n = read(buffer)) {
    text += decoder.decode(buffer.subarray(0, n), { stream: true });
  }
  const order = JSON.parse(text) as Order;
  const { nonce } = order;
  const send = (word: Word, about: string, data?: unknown) => {
    const line = bytes(`\n${nonce} ${word} ${about} ${data === undefined ? "" : stringify(data)}\n`);
    for (let sent = 0; sent < line.length;) sent += write(line.subarray(sent));
  };
  /** Milliseconds of processor time: on a busy machine a second on the wall is no second of work. */
  const clock = () => {
    const { user, system } = cpuUsage();
    return (user + system) / 1000;
  };
  return { order: { ...order, nonce: "" }, send, leave: exit, later, clock };
}

/** Why a cell did not end as it should, in a sentence. */
async function faultOf(run: () => Promise<void>): Promise<string | undefined> {
  // nothing here calls a method of a promise: the cell may have changed them all
  return await new Settled<string | undefined>((resolve) => {
    let last = clock();
    const look = () => {
      const now = clock();
      if (now - last < order.patience / 20) {
        return resolve(
          `The cell waits for something that did not come within ${order.patience / 1000} seconds.`,
        );
      }
      last = now;
      later(look, order.patience);
    };
    later(look, order.patience);
    const watch = async () => {
      try {
        await run();
        resolve(undefined);
      } catch (cause) {
        // a flag is nothing that a student could set
        const words = wordsOf(cause).replace(/, run again with the --\S+ flag$/, ", which no answer has");
        resolve(`The cell throws: ${words}`);
      }
    };
    watch();
  });
}
