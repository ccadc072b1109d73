/**
 * Runs a reader's cells, in a worker that is thrown away afterwards. What it sends is data; what it means is decided
 * elsewhere.
 */
import { collect, type Collected, wordsOf } from "lib/proof/collect.ts";
import { askedOf, type Question } from "lib/proof/question.ts";
import { keepIntrinsics } from "../../grade/intrinsics.ts";
import { encode } from "../../grade/plain.ts";
import type { Order, Report } from "./messages.ts";

export type Cells = readonly (readonly [id: string, run: () => Promise<void>])[];
export type Answers = Readonly<Record<string, () => unknown>>;

type Unsigned = Report extends infer R ? R extends Report ? Omit<R, "nonce"> : never : never;

/** What was shown while a figure's cell ran. */
let shown: unknown[] = [];
/** `show` of a figure's cell: what it is given is drawn by the page. */
export const show = (...items: unknown[]): Promise<void> => {
  shown.push(...items);
  return Promise.resolve();
};

/** Lines that an answer printed, as many as anybody reads. */
const most = { lines: 60, characters: 8000 };

/** Waits for its order, and obeys the first. */
export function serve(questions: readonly Question[], cells: Cells, answers: Answers): void {
  const scope = globalThis as unknown as Worker;
  const post = scope.postMessage.bind(scope), stringify = JSON.stringify;
  // a habit, not the wall: what an answer sends would count for nothing, and still have to be received
  for (const name of ["postMessage", "close"]) {
    Object.defineProperty(scope, name, { value: undefined, configurable: true, writable: true });
  }
  const begin = async ({ data: { nonce, ...order } }: MessageEvent<Order>) => {
    const send = (report: Unsigned) => post({ ...report, nonce });
    const byName = new Map(cells), asked = questions.filter(({ name }) => order.answers.includes(name));
    const calls = asked.map(askedOf), printed = listen(), restore = keepIntrinsics();
    const step = async (id: string) => {
      send({ word: "at", about: id });
      try {
        await byName.get(id)?.();
      } catch (cause) {
        send({ word: "fault", about: id, says: `The cell throws: ${wordsOf(cause)}` });
      }
      restore();
    };
    for (const id of order.cells) await step(id);
    for (const question of calls) {
      send({ word: "at", about: question.name });
      let collected: Collected;
      try {
        collected = collect(question, answers[question.name]);
      } catch (cause) {
        collected = { kind: "fault", sentence: `Reading the answer throws: ${wordsOf(cause)}` };
      }
      restore();
      send({
        word: "answer",
        about: question.name,
        collected: stringify(encode(collected)),
        printed: printed(),
      });
    }
    for (const id of order.figures) {
      shown = [];
      await step(id);
      send({ word: "figure", about: id, items: JSON.parse(stringify(shown)) });
    }
    send({ word: "done" });
  };
  scope.addEventListener("message", begin, { once: true });
  post({ word: "ready", nonce: "" });
}

/** Keeps what is printed from now on; what comes back gives it as text. */
function listen(): () => string {
  const lines: string[] = [];
  let size = 0, more = 0;
  for (const name of ["log", "info", "warn", "error", "debug", "table", "dir"] as const) {
    console[name] = (...items: unknown[]) => {
      if (lines.length >= most.lines || size > most.characters) return void more++;
      const line = items.map(said).join(" ").slice(0, most.characters - size);
      size += line.length;
      lines.push(line);
    };
  }
  return () => [...lines, ...(more > 0 ? [`… ${more} more lines`] : [])].join("\n");
}

function said(item: unknown): string {
  if (typeof item === "string") return item;
  try {
    return typeof item === "object" && item !== null ? JSON.stringify(item) ?? "" : String(item);
  } catch {
    return "something that can't be read";
  }
}
