import { join } from "node:path";
import { linesOf } from "./desk_messages.ts";
import { Budget, type Limits } from "./limits.ts";
import { usage } from "./meter.ts";
import { confined, type Sandbox } from "./sandbox.ts";
import type { Order, Word } from "./worker.ts";

/** How a process ended: by itself after all was done, or why not. */
export type Ending = "done" | "time" | "memory" | "output" | "exit" | "broken";

/** What one process gave: data as the text in which it was sent. */
export interface Ran {
  ending: Ending;
  /** The cell or answer at which it ended; empty before the first. */
  at: string;
  faults: Map<string, string>;
  answers: Map<string, string>;
  /** For a module that can't be loaded: what Deno says. */
  words: string;
}

/** How often the process is looked at. */
const pulse = 40;

/**
 * Runs cells in a process of their own that may read the student's library and do nothing else; ends it when it
 * takes too much processor time or memory, prints too much, or waits for nothing.
 *
 * Messages count once and in order: a step that was not expected next is noise. A clock starts with each step that
 * is, and all steps together have a budget, so that no message makes time.
 */
export async function run(
  sandbox: Sandbox,
  slot: string,
  order: Omit<Order, "nonce">,
  limits: Limits,
  budget: Budget,
): Promise<Ran> {
  const nonce = crypto.randomUUID();
  const main = join(sandbox.folder, "grade", "worker.ts");
  const { command, options } = confined(sandbox, slot, main, {
    megabytes: limits.megabytes,
    seconds: budget.left + 30,
  });
  const child = new Deno.Command(command, { ...options, stdin: "piped", stdout: "piped", stderr: "piped" })
    .spawn();
  running.add(child);
  const ran: Ran = { ending: "exit", at: "", faults: new Map(), answers: new Map(), words: "" };
  const steps = [...order.cells, ...order.answers.map(({ name }) => name)];
  let stopped = false;
  const stop = (why: Ending) => {
    if (!stopped) ran.ending = why;
    stopped = true;
    try {
      child.kill("SIGKILL");
    } catch {
      // it has ended already
    }
  };
  /** Processor seconds: so far, where this step began; and when they last grew. */
  let used = 0, begun = 0, worked = 0, grown = performance.now(), over = 0, looked = performance.now();
  let share = Math.max(20, budget.share());
  const look = () => {
    const now = performance.now(), found = usage(child.pid);
    // a supervisor that has slept knows nothing of what its child was at
    const stalled = now - looked > 1000;
    looked = now;
    if (!found) return;
    if (found.seconds > worked + 0.02 || stalled) {
      grown = now;
      worked = found.seconds;
    }
    used = Math.max(used, found.seconds);
    if (found.megabytes > limits.megabytes) return stop("memory");
    over = used - begun > share && !stalled ? over + 1 : 0;
    // twice: what it has sent in between is read first
    if (over > 1 || budget.overdue) return stop("time");
    if (now - grown > 1000 * (limits.seconds + 5)) return stop("exit");
  };
  const watch = setInterval(look, pulse);
  const complaint = tail(child.stderr);
  try {
    await tell(child.stdin, JSON.stringify({ ...order, nonce }));
    for await (
      const { word, about, data } of messages(child.stdout, nonce, limits.outputMegabytes * 1e6, stop)
    ) {
      if (stopped) break;
      if (word === "at" && about === steps[0]) {
        steps.shift();
        look();
        ran.at = about;
        begun = used;
        over = 0;
        share = budget.share(used);
      } else if (word === "cell" && about === ran.at) ran.faults.set(about, data);
      else if (word === "answer" && about === ran.at && !ran.answers.has(about)) ran.answers.set(about, data);
      else if (word === "broken" && ran.at === "") {
        ran.words = data;
        stop("broken");
      } else if (word === "done" && steps.length === 0) stop("done");
    }
  } finally {
    look();
    stop("exit");
    clearInterval(watch);
    await child.status;
    running.delete(child);
    budget.spend(used);
  }
  if (
    ran.ending === "exit" &&
    /out of memory|heap limit|Allocation failed|RangeError.*memory/i.test(await complaint)
  ) {
    ran.ending = "memory";
  }
  return ran;
}

const running = new Set<Deno.ChildProcess>();

/** Ends every process that runs a submission. */
export function endAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

async function tell(stdin: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // a process that has ended reads nothing
  }
}

/** The last of what a process complains about. */
async function tail(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "", size = 0;
  try {
    for await (const chunk of stderr) {
      if ((size += chunk.length) < 10e6) text = (text + decoder.decode(chunk)).slice(-4000);
    }
  } catch {
    // it has ended
  }
  return text;
}

/** Lines that begin with the nonce; everything else a process prints is thrown away. */
async function* messages(
  stdout: ReadableStream<Uint8Array>,
  nonce: string,
  most: number,
  stop: (why: Ending) => void,
): AsyncGenerator<{ word: Word; about: string; data: string }> {
  for await (const line of linesOf(stdout, most)) {
    if (line === undefined) return stop("output");
    if (!line.startsWith(nonce)) continue;
    const [, word, about] = line.split(" ", 3);
    yield { word: word as Word, about, data: line.slice(nonce.length + word.length + about.length + 3) };
  }
}
