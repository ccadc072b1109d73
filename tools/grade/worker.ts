/**
 * The untrusted side: runs the answer cells of one notebook and calls the answers, in a process that may do nothing
 * but compute. What it sends is data; what it means is decided elsewhere.
 */
import { collect, type Collected } from "lib/proof/collect.ts";
import { askedOf, type Question } from "lib/proof/question.ts";
import { wordsOf } from "lib/proof/collect.ts";
import { encode } from "./frame.ts";
import { keepIntrinsics } from "./intrinsics.ts";

/** What the supervisor wants: one line of JSON on the standard input, gone before any answer runs. */
export interface Order {
  nonce: string;
  seed: number;
  /** Cells to run, by id, and answers to collect, by name. */
  cells: string[];
  answers: string[];
  /** Milliseconds a cell may wait for something. */
  patience: number;
}

/** What comes back, one line each. */
export type Message =
  | { at: string }
  | { cell: string; fault: string }
  | { answer: string; collected: unknown }
  | { done: true };

type Cells = readonly (readonly [id: string, run: () => Promise<void>])[];

const STUCK = "The cell changes the language's own objects so that nobody can change them back.";

/** Runs the cells, then collects the answers; tells before each step what comes. */
export async function serve(
  questions: readonly Question[],
  cells: Cells,
  answers: Readonly<Record<string, () => unknown>>,
): Promise<void> {
  const { order, send, leave, wait } = takeChannels();
  const asked = order.answers.map((name) =>
    askedOf({ ...questions.find((q) => q.name === name)!, seed: order.seed })
  );
  const restore = keepIntrinsics();
  closeDoors();
  for (const [id, run] of cells) {
    if (!order.cells.includes(id)) continue;
    send({ at: id });
    const fault = await faultOf(run, order.patience, wait);
    const whole = restore();
    if (fault !== undefined || !whole) send({ cell: id, fault: fault ?? STUCK });
    // the supervisor starts again without this cell
    if (!whole) return leave(0);
  }
  for (const question of asked) {
    send({ at: question.name });
    let collected: Collected;
    try {
      collected = collect(question, answers[question.name]);
    } catch (cause) {
      collected = { kind: "fault", sentence: `Reading the answer throws: ${wordsOf(cause)}` };
    }
    const whole = restore();
    send({ answer: question.name, collected: encode(collected) });
    // the supervisor starts again with the answers that are left
    if (!whole) return leave(0);
  }
  send({ done: true });
  leave(0);
}

/** Takes standard input and output for itself, with everything it needs to use them. */
function takeChannels() {
  const { stdin, stdout, exit } = Deno;
  const write = stdout.writeSync.bind(stdout), read = stdin.readSync.bind(stdin);
  const stringify = JSON.stringify, encoder = new TextEncoder(), later = setTimeout;
  const bytes = encoder.encode.bind(encoder);
  const parts: number[] = [];
  const buffer = new Uint8Array(65536);
  for (let n = read(buffer); n !== null; n = read(buffer)) parts.push(...buffer.subarray(0, n));
  const order = JSON.parse(new TextDecoder().decode(new Uint8Array(parts))) as Order;
  const { nonce } = order;
  const send = (message: Message) => {
    const line = bytes(`\n${nonce}${stringify(message)}\n`);
    for (let sent = 0; sent < line.length;) sent += write(line.subarray(sent));
  };
  const wait = (milliseconds: number) =>
    new Promise<"late">((resolve) => later(() => resolve("late"), milliseconds));
  return { order: { ...order, nonce: "" }, send, leave: exit, wait };
}

/** Why a cell did not end as it should, in a sentence. */
async function faultOf(
  run: () => Promise<void>,
  patience: number,
  wait: (milliseconds: number) => Promise<"late">,
): Promise<string | undefined> {
  try {
    const first = await Promise.race([run(), wait(patience)]);
    return first === "late"
      ? `The cell waits for something that did not come within ${patience / 1000} seconds.`
      : undefined;
  } catch (cause) {
    return `The cell throws: ${wordsOf(cause)}`;
  }
}

/** No output, no way out of the process by accident: a habit, not the wall (that is the process itself). */
function closeDoors() {
  const silent = () => {};
  for (const name of Object.keys(console)) {
    if (typeof Reflect.get(console, name) === "function") Reflect.set(console, name, silent);
  }
  const refuse = () => {
    throw new Error("an answer may not end its process");
  };
  const close = (holder: object, name: string, value: unknown) => {
    try {
      Object.defineProperty(holder, name, { value, configurable: true, writable: true });
    } catch {
      // a property that is fixed stays: the supervisor sees the end of the process
    }
  };
  for (const name of ["exit", "kill"]) close(Deno, name, refuse);
  for (const name of ["stdout", "stderr", "stdin"]) close(Deno, name, undefined);
  // a thread of its own would go on while other answers are called
  for (const name of ["localStorage", "sessionStorage", "caches", "indexedDB", "Worker"]) {
    close(globalThis, name, undefined);
  }
  const node = Reflect.get(globalThis, "process") as object | undefined;
  for (const name of node ? ["exit", "reallyExit", "abort", "kill"] : []) close(node!, name, refuse);
  for (const name of node ? ["getBuiltinModule", "binding", "dlopen"] : []) close(node!, name, undefined);
  for (const name of ["unhandledrejection", "error"]) {
    globalThis.addEventListener(name, (event) => event.preventDefault());
  }
}
