/** The student's page, alive: editors, checks, figures, points, and the ways in and out. */
import { adopt } from "./adopt.ts";
import { type Answer, cellText, make, openAnswer } from "./answer.ts";
import { Checker } from "./check.ts";
import type { AskedAnswer, Config } from "./config.ts";
import { draw } from "./figure.ts";
import type { Row, Typeset } from "./messages.ts";
import { answersIn, filled, zipped } from "./notebooks.ts";
import { openPanel } from "./panel.ts";
import { type Kept, openStore } from "./store.ts";
import { Desk } from "./workers.ts";

const config = JSON.parse(document.getElementById("syw-live")!.textContent) as Config;
const own = config.answers.filter(({ notebook }) => notebook === config.notebook);
const desk = new Desk(config.seconds + 10), checker = new Checker(desk, config);
const store = openStore(config.key, tabChanged);
const answers = new Map<string, Answer>();
/** Answers whose text is not yet kept. */
const unsaved = new Set<string>();
let trouble: string | undefined;

const textOf = ({ name, stub }: AskedAnswer) => store.get(name)?.text ?? stub;
const place = (id: string | undefined) => id === undefined ? null : document.getElementById(id);
const outputsOf = (id: string | undefined) => {
  const cell = place(id), known = cell?.querySelector<HTMLElement>(".outputs");
  if (!cell || known) return known ?? null;
  return cell.appendChild(make("div", { class: "outputs" }));
};

/** Keeps what an editor says, with the verdict that it had. */
function save(name: string): void {
  const answer = answers.get(name);
  if (!answer || !unsaved.delete(name)) return;
  keep(name, { ...store.get(name), text: cellText(answer.asked, answer.editor.text()) });
}

function keep(name: string, kept: Kept): void {
  trouble = store.set(name, kept);
  panel.trouble(trouble ?? "");
}

const later = new Map<string, ReturnType<typeof setTimeout>>();
/** Calls once nothing has happened for a moment. */
function soon(key: string, milliseconds: number, call: () => void): void {
  clearTimeout(later.get(key));
  later.set(key, setTimeout(call, milliseconds));
}

function changed(name: string): void {
  unsaved.add(name);
  soon(`save ${name}`, 300, () => save(name));
  soon(`typeset ${name}`, 250, () => preview(name));
  const answer = answers.get(name)!, { judged } = store.get(name) ?? {};
  answer.stale(judged !== undefined && judged.text !== answer.editor.text());
  soon("standing", 400, standing);
}

async function preview(name: string): Promise<void> {
  const answer = answers.get(name)!, source = answer.editor.text();
  const lines = await desk.ask<Typeset>({ kind: "typeset", name, source }).catch((): Typeset => []);
  if (answer.editor.text() === source) answer.preview(lines);
}

/** One check after the other: each has the machine for itself. */
let queue: Promise<unknown> = Promise.resolve();
function check(name: string): Promise<string | undefined> {
  answers.get(name)!.say("Waiting …");
  const next = queue.then(() => checkNow(name));
  queue = next.catch(() => {});
  return next;
}

async function checkNow(name: string): Promise<string | undefined> {
  const answer = answers.get(name)!;
  unsaved.add(name);
  save(name);
  const text = answer.editor.text();
  answer.busy(() => checker.stop());
  answer.say("Running …");
  try {
    const written = [...answers.values()].filter((one) =>
      !one.asked.prose && (one.isWritten() || one === answer)
    );
    const checked = await checker.check(
      name,
      written.map(({ asked: { name }, editor }) => ({ name, source: editor.text() })),
    );
    if (!checked) {
      answer.say("Stopped.");
      return undefined;
    }
    const { judged: { status, points, html, text: said }, printed, figures } = checked;
    answer.judge(html, printed);
    answer.stale(answer.editor.text() !== text);
    const [first] = said.split("\n"), word = /^\S+ [^:]*: ([^.]*)\. ?/.exec(first);
    answer.say(word?.[1] ?? "", word ? first.slice(word[0].length, 500) : first.slice(0, 500));
    keep(name, {
      text: cellText(answer.asked, answer.editor.text()),
      judged: { text, status, points },
    });
    for (const [id, drawn] of figures) draw(outputsOf(id), drawn);
    const line = /syntax error in line (\d+)/.exec(said)?.[1];
    if (line) answer.editor.reveal(Number(line));
    return said;
  } catch (cause) {
    answer.say(`This answer could not be checked here: ${cause instanceof Error ? cause.message : cause}`);
    return undefined;
  } finally {
    answer.busy(undefined);
    await standing();
  }
}

async function checkAll(): Promise<void> {
  for (const [name, answer] of answers) if (!answer.asked.prose && answer.isWritten()) await check(name);
}

/** Points so far, from the last verdicts on what stands in the editors. */
async function standing(): Promise<void> {
  const rows = own.filter(({ prose }) => !prose).map(({ name, question, points: maxPoints }): Row => {
    const answer = answers.get(name)!, { judged } = store.get(name) ?? {};
    const base = { question, name, maxPoints };
    if (!judged) {
      const remark = answer.isWritten() ? { remark: "Not checked yet." } : {};
      return { ...base, status: "not answered", points: 0, ...remark };
    }
    const status = judged.status as Row["status"];
    if (judged.text === answer.editor.text()) return { ...base, status, points: judged.points };
    return { ...base, status, points: 0, remark: "Its text has changed since: check it again." };
  });
  const sum = (key: "points" | "maxPoints") => rows.reduce((all, row) => all + row[key], 0);
  panel.points(sum("points"), sum("maxPoints"));
  const outputs = outputsOf(config.standing);
  if (!outputs) return;
  const html = await desk.ask<string>({ kind: "standing", rows }).catch(() => "");
  const block = make("div", { class: "syw" });
  block.append(adopt(html));
  if (html !== "") outputs.replaceChildren(block);
}

/** Every answer of the course as a cell's text: what is kept, or what was handed out. */
function texts(): Map<string, string> {
  for (const name of [...unsaved]) save(name);
  return new Map(config.answers.map((asked) => [asked.name, textOf(asked)]));
}

/** How much is written in each notebook, in words. */
function contents(given: ReadonlyMap<string, string>): string {
  return Object.keys(config.notebooks).map((notebook) => {
    const asked = config.answers.filter((one) => one.notebook === notebook);
    const written = asked.filter(({ name, stub }) => given.get(name) !== stub).length;
    return `${written === 0 ? "none" : written} of ${asked.length} answers of ${notebook}`;
  }).join(", ");
}

/** Puts texts in; the way back is offered. */
function fill(given: ReadonlyMap<string, string>, words: string): void {
  const before = texts();
  for (const [name, text] of given) {
    const answer = answers.get(name);
    if (!answer) keep(name, { ...store.get(name), text });
    else {
      answer.editor.write(answer.asked.prose && text === answer.asked.stub ? "" : text);
      save(name);
    }
  }
  standing();
  panel.say(words, before, (old) => fill(old, "The answers are as they were before."));
}

async function take(file: File): Promise<void> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { answers: found, reworded } = answersIn(file.name, bytes, config.answers, config.notebooks);
    const here = own.filter(({ name }) => found.has(name)).length, others = found.size - here;
    const words = [
      `${here} ${here === 1 ? "answer" : "answers"} of this page came from ${file.name}.`,
      others > 0 ? `${others} more belong to the other notebooks and are kept for their pages.` : "",
      reworded ? "Its questions are not worded as they are here (another year?): look the answers over." : "",
    ];
    fill(found, words.filter((x) => x !== "").join(" "));
  } catch (cause) {
    panel.say(`Nothing was changed: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Another tab has kept something: it is shown here, unless this tab has written since. */
function tabChanged(name: string, kept: Kept | undefined): void {
  const answer = answers.get(name), text = kept?.text ?? answer?.asked.stub ?? "";
  if (!answer) return;
  if (unsaved.has(name) || answer.editor.focused()) {
    if (cellText(answer.asked, answer.editor.text()) === text) return;
    panel.say(
      `Another tab has written another ${name}: here it stands as you wrote it.`,
      new Map([[name, text]]),
      (other) => fill(other, `${name} is as the other tab has it.`),
      "Take the other tab’s",
    );
    unsaved.add(name);
    return;
  }
  answer.editor.write(answer.asked.prose && text === answer.asked.stub ? "" : text);
  unsaved.delete(name);
  standing();
}

const panel = openPanel({
  many: config.many,
  checkAll,
  take,
  one: () => ({
    name: `${config.notebook}.ipynb`,
    content: filled(config.notebooks[config.notebook], texts()),
  }),
  all() {
    const given = texts(), entries = Object.entries(config.notebooks);
    const content = zipped(Object.fromEntries(entries.map(([name, text]) => [name, filled(text, given)])));
    panel.say(`submission.zip has what this browser has kept: ${contents(given)}.`);
    return { name: "submission.zip", content };
  },
  clear() {
    const before = texts();
    store.clear(config.answers.map(({ name }) => name));
    for (const { asked, editor, stale } of answers.values()) {
      editor.write(asked.prose ? "" : asked.stub);
      unsaved.delete(asked.name);
      clearTimeout(later.get(`save ${asked.name}`));
      stale(true);
    }
    store.clear(config.answers.map(({ name }) => name));
    standing();
    panel.say("All answers are cleared.", before, (old) => fill(old, "The answers are back."));
  },
});

for (const asked of own) {
  const { name, stub } = asked, cell = place(`answer-${name}`);
  if (!cell) continue;
  const answer = openAnswer(asked, cell, outputsOf(config.checks[name]), textOf(asked), {
    changed: () => changed(name),
    check: () => void (asked.prose || check(name)),
    reset: () => fill(new Map([[name, stub]]), `${name} is as it was handed out.`),
  });
  answers.set(name, answer);
  if (!asked.prose && answer.isWritten()) preview(name);
}
document.documentElement.classList.add("live");
standing();
addEventListener("pagehide", () => texts());
addEventListener("beforeunload", (event) => {
  texts();
  if (trouble !== undefined) event.preventDefault();
});

/** For tests, and for who opens the console. */
Object.assign(globalThis, {
  sywLive: {
    write: (name: string, text: string) => answers.get(name)?.editor.write(text),
    async check(name: string, text: string) {
      answers.get(name)?.editor.write(text);
      return await check(name);
    },
  },
});
