/** The side that minds a desk: gives it submissions, ends it when a step takes too much, and has another go on. */
import { root } from "../command.ts";
import { type DeskMessage, type DeskOrder, linesOf, mark, type Setup } from "./desk_messages.ts";
import { usage } from "./meter.ts";
import { insideOf, openSlot, type Sandbox } from "./sandbox.ts";
import { withRoot } from "./wall.ts";

/** What a step of a desk may take: seconds of its processor time, seconds on the wall, megabytes. */
const most = { seconds: 10, wall: 180, megabytes: 1200, heap: 700 };
/** How many steps of one submission may end a desk. */
const patience = 8;

/**
 * What became of a submission: its results, or that those that are there still stand, or that its numbers are another
 * seed's, or that there are none.
 */
export type Outcome =
  | Extract<DeskMessage, { results: unknown }>
  | { kept: true }
  | { seed: number }
  | { failed: string };

export class Guard {
  #child: Deno.ChildProcess | undefined;
  #messages: AsyncGenerator<DeskMessage> | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #complaint: Promise<string> | undefined;
  #closed = false;

  constructor(private readonly sandbox: Sandbox, private readonly setup: Setup) {}

  /**
   * Grades one submission; whatever it is, this returns.
   *
   * @throws Error when the grader itself does not start: that is no submission's fault
   */
  async grade(order: Omit<DeskOrder, "avoid">): Promise<Outcome> {
    const avoid: string[] = [];
    let late = false;
    while (avoid.length < patience && !this.#closed) {
      const ended = await this.#try({ ...order, avoid });
      if (!("at" in ended)) return "results" in ended ? { ...ended, late: ended.late || late } : ended;
      if (this.#closed) break;
      if (ended.at === "") throw new Error(`Cannot grade: expected a desk that starts, got ${ended.why}`);
      late ||= ended.why === "time";
      if (avoid.includes(ended.at) || ended.at === "take") break;
      avoid.push(ended.at);
    }
    return {
      failed: this.#closed ? "the grader was stopped" : "reading it ended the grader again and again",
    };
  }

  async #try(order: DeskOrder): Promise<Exclude<Outcome, { failed: string }> | { at: string; why: string }> {
    if (!this.#child) await this.#open();
    const child = this.#child!;
    let at = "", begun = usage(child.pid, true)?.seconds ?? 0, wall = performance.now(), why = "";
    const watch = setInterval(() => {
      const used = usage(child.pid, true);
      if (!used) return;
      // the start of the process is no step
      const allowed = at === "" ? 6 * most.seconds : most.seconds;
      const waits = at.startsWith("run ") ? this.setup.limits.submissionSeconds * 4 + most.wall : most.wall;
      if (used.seconds - begun > allowed || performance.now() - wall > 1000 * waits) why = "time";
      else if (used.megabytes > most.megabytes) why = "memory";
      if (why) this.#kill();
    }, 100);
    try {
      await this.#writer!.write(new TextEncoder().encode(JSON.stringify(order) + "\n"));
      for (let said = await this.#messages!.next(); !said.done; said = await this.#messages!.next()) {
        if (!("step" in said.value)) return said.value;
        at = said.value.step;
        begun = usage(child.pid, true)?.seconds ?? begun;
        wall = performance.now();
      }
    } catch {
      // the desk has ended
    } finally {
      clearInterval(watch);
    }
    this.#kill();
    await child.status;
    return { at, why: why || (await this.#complaint)!.trim().split("\n").slice(0, 3).join(" ") };
  }

  async #open(): Promise<void> {
    await openSlot(this.sandbox.folder, this.setup.slot);
    const inside = insideOf(this.sandbox, this.setup.slot, 0);
    const [command, ...args] = withRoot(this.sandbox.wall, [
      ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--allow-all", "--cached-only"],
      ...[`--v8-flags=--max-old-space-size=${most.heap}`, "--config", `${root}/deno.json`],
      ...[`${root}/tools/grade/desk.ts`, JSON.stringify(this.setup)],
    ], inside);
    this.#child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped", stderr: "piped" })
      .spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#messages = messages(this.#child.stdout);
    this.#complaint = new Response(this.#child.stderr).text().catch(() => "");
  }

  /** Ends the desk at once, and with it what it has started; none takes its place. */
  end(): void {
    this.#closed = true;
    this.#kill();
  }

  #kill(): void {
    try {
      this.#child?.kill("SIGKILL");
    } catch {
      // it has ended already
    }
    this.#child = undefined;
  }

  /** Ends the desk when it has nothing to do. */
  async close(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    await this.#writer!.close().catch(() => {});
    await this.#messages!.return(undefined);
    await child.status;
    await this.#complaint;
    this.#child = undefined;
  }
}

async function* messages(stdout: ReadableStream<Uint8Array>): AsyncGenerator<DeskMessage> {
  for await (const line of linesOf(stdout)) {
    if (line?.startsWith(mark)) yield JSON.parse(line.slice(mark.length));
  }
}
