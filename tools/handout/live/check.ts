/** Checks one answer: joined with the others at the desk, run in a worker of its own, judged at the desk. */
import type { Config } from "./config.ts";
import type { Drawn, Joined, Judged, Written } from "./messages.ts";
import { type Desk, run, type Running, scriptBlob, TOO_LONG } from "./workers.ts";

/** What a check gave: nothing where it was stopped. */
interface Checked {
  judged: Judged;
  /** What the answer printed. */
  printed: string;
  /** By the cell's id what there is to draw, or why there is nothing. */
  figures: Map<string, Drawn[] | string>;
}

const nameOf = (id: string) => id.replace(/^answer-/, "");
const fault = (sentence: string) => JSON.stringify({ kind: "fault", sentence });

export class Checker {
  /** Texts that took too long: they are left out of other answers' runs until they change. */
  readonly #slow = new Map<string, string>();
  #running: Running | undefined;
  #stopped = false;

  constructor(private readonly desk: Desk, private readonly config: Config) {}

  stop(): void {
    this.#stopped = true;
    this.#running?.stop();
  }

  /** @param all the code answers that are written, this one among them */
  async check(name: string, all: readonly Written[]): Promise<Checked | undefined> {
    this.#stopped = false;
    const written = all.filter((one) => one.name === name || this.#slow.get(one.name) !== one.source);
    const wanted = this.config.figures.filter(({ uses }) => uses.includes(name)).map(({ id }) => id);
    const joined = await this.desk.ask<Joined>({ kind: "join", written, figures: wanted });
    const { collected, printed, items } = await this.#run(name, joined, written);
    if (this.#stopped) return undefined;
    const figures = new Map<string, Drawn[] | string>();
    for (const [id, shown] of items) {
      figures.set(
        id,
        typeof shown === "string"
          ? shown
          : await this.desk.ask<Drawn[]>({ kind: "draw", items: shown }).catch(() => "It can’t be drawn."),
      );
    }
    const judged = await this.desk.ask<Judged>({ kind: "judge", name, collected }).catch((cause: Error) => {
      if (cause.message !== TOO_LONG) throw cause;
      const says = `Comparing it took more than ${this.config.seconds} seconds: look for a simpler form.`;
      return this.desk.ask<Judged>({ kind: "judge", name, collected: fault(says) });
    });
    return { judged, printed, figures };
  }

  /** Runs, and again without what took too long, until the answer has its data. */
  async #run(name: string, joined: Joined, written: readonly Written[]) {
    const faults = new Map(Object.entries(joined.faults)), { seconds } = this.config;
    const items = new Map<string, readonly unknown[] | string>(), skipped = new Set<string>();
    let collected: string | undefined, printed = "";
    const late = (what: string) =>
      `${what} took more than ${seconds} seconds: look for a loop that never ends.`;
    const left = (ids: readonly string[]) => ids.filter((id) => !skipped.has(id) && !items.has(id));
    try {
      const engine = await scriptBlob("syw-engine");
      const packages = await Promise.all(
        joined.packages.map((name) => packed[name]).filter((id) => document.getElementById(id)).map(
          scriptBlob,
        ),
      );
      for (let attempt = 0; attempt <= joined.cells.length + joined.figures.length + 1; attempt++) {
        const order = {
          cells: left(joined.cells),
          answers: collected === undefined ? [name] : [],
          figures: left(joined.figures),
        };
        this.#running = run(joined.text, packages, engine, order, seconds, (report) => {
          if (report.word === "fault") faults.set(nameOf(report.about), report.says);
          else if (report.word === "answer") ({ collected, printed } = report);
          else if (report.word === "figure") items.set(report.about, report.items);
        });
        const ending = await this.#running.ended;
        if (ending.why === "done" || ending.why === "stopped") break;
        const { at } = ending;
        if (joined.cells.includes(at)) {
          const slow = nameOf(at), source = written.find((one) => one.name === slow)?.source;
          if (source !== undefined && slow !== name) this.#slow.set(slow, source);
          skipped.add(at);
          faults.set(slow, late("The cell"));
        } else if (at === name) {
          collected = fault(late("Calling it"));
          break;
        } else if (joined.figures.includes(at)) items.set(at, "This figure took too long to draw.");
        else {
          collected = fault(
            ending.why === "time"
              ? "It could not begin in time: the machine is busy. Check it again."
              : `The cell can't be run${ending.words ? `: ${ending.words}` : ""}.`,
          );
          break;
        }
      }
    } catch (cause) {
      collected = fault(cause instanceof Error ? cause.message : String(cause));
    }
    const reason = faults.get(name);
    if (reason !== undefined && (collected === undefined || isMissing(collected))) collected = fault(reason);
    return { collected: collected ?? fault("It gave nothing."), printed, items };
  }
}

/** Packages that travel apart from the engine, because few answers use them. */
const packed: Readonly<Record<string, string>> = { "@tensorflow/tfjs": "syw-tfjs" };

const isMissing = (collected: string) => collected === `{"kind":"missing"}`;
