/**
 * One desk of the grader, a process of its own: takes a submission, has its code run, judges it and writes the
 * report, one at a time. It says each step before it is taken; should one end this process, or take too long, the
 * next desk is told to do without it.
 */
import { createHash } from "node:crypto";
import registry from "../../data/course.json" with { type: "json" };
import type { Collected, Question } from "lib/proof/answer.ts";
import { speak } from "lib/show/language.ts";
import { cleanLines, hide, withoutNames } from "./clean.ts";
import { gather } from "./collect.ts";
import { namedFor } from "./entries.ts";
import { type DeskMessage, type DeskOrder, mark, type Setup } from "./desk_messages.ts";
import { answersOf, copies, type Graded, questionsOf, soughtOf, verdictOn } from "./judge.ts";
import { Budget } from "./limits.ts";
import { candidates, ordered, pick, type Picked, type Wanted } from "./pick.ts";
import { studentPage } from "./report.ts";
import { resultsOf } from "./results.ts";
import { endAll } from "./run.ts";
import { openSandbox, pristine, type Sandbox } from "./sandbox.ts";
import { type Ask, take, type Taken, type TakenFile } from "./take.ts";
import type { Sought } from "./worker.ts";

/** Whose numbers this course has, if not everybody's. */
const { student } = registry.variant as { student?: number };

/** What stands in the course, read once. */
interface Course {
  sandbox: Sandbox;
  wanted: Wanted;
  questions: ReadonlyMap<string, readonly Question[]>;
  sought: ReadonlyMap<string, readonly Sought[]>;
}

async function openCourse({ folder, seed }: Setup): Promise<Course> {
  const sandbox = await openSandbox(folder), questions = new Map<string, readonly Question[]>();
  for (const [notebook, subject] of sandbox.subjects) {
    questions.set(notebook, await questionsOf(subject, seed));
  }
  const notebooks = new Map(
    sandbox.subjects.flatMap(([notebook]) =>
      (answersOf.get(notebook) ?? []).map(({ name }) => [name, notebook] as const)
    ),
  );
  return {
    sandbox,
    wanted: { notebooks, pristine: await pristine(sandbox) },
    questions,
    sought: new Map([...questions].map(([notebook, list]) => [notebook, list.map(soughtOf)])),
  };
}

/** Grades one submission: every answer of the course whose notebook is there. */
async function grade(setup: Setup, course: Course, order: DeskOrder, ask: Ask): Promise<DeskMessage> {
  const taken = nameless(await take(order.entry, order.paths, () => candidates(course.wanted), ask), order);
  const seed = taken.files.map(({ seed }) => seed).find((seed) => seed !== undefined && seed !== student);
  if (seed !== undefined && order.elsewhere) return { seed };
  const stamp = createHash("sha256").update(setup.edition).update(taken.digest).digest("hex");
  if (stamp === order.before) return { kept: true };
  const files = ordered(taken, course.wanted), graded: Graded[] = [];
  const budget = new Budget(setup.limits.submissionSeconds, setup.limits.submissionSeconds);
  const room: Room = { setup, course, budget, ask }, answers: Record<string, string> = {};
  let late = false;
  for (const notebook of course.questions.keys()) {
    const tried: GradedNotebook[] = [];
    for (const version of versions(files, notebook)) tried.push(await gradeNotebook(room, version, notebook));
    const points = ({ graded }: GradedNotebook) =>
      graded.reduce((sum, one) => sum + (one.verdict?.points ?? 0), 0);
    // of equals the first
    const best = tried.reduce((a, b) => points(b) > points(a) ? b : a);
    graded.push(...best.graded);
    Object.assign(answers, best.texts);
    late ||= tried.some((one) => one.late);
  }
  const told = account(taken, files), several = severalOwners(taken);
  if (several) told.remarks.unshift(several);
  const results = resultsOf({ ...taken, ...told }, graded, stamp);
  return { results, page: studentPage(results, answers, ask), late, answers };
}

/** What was taken, its files' names without the words that tell whose they are. */
function nameless(taken: Taken, { entry, hide }: DeskOrder): Taken {
  if (!hide) return taken;
  const bare = (text: string) => withoutNames(text, hide, entry);
  return {
    ...taken,
    files: taken.files.map((file) => ({ ...file, file: bare(file.file) })),
    remarks: taken.remarks.map(bare),
    intake: taken.intake.map(({ file, made }) => ({ file: bare(file), made: bare(made) })),
  };
}

/** Where a submission is graded, and with what is left to it. */
interface Room {
  setup: Setup;
  course: Course;
  budget: Budget;
  ask: Ask;
}

interface GradedNotebook {
  graded: Graded[];
  /** What each answer that is there says. */
  texts: Record<string, string>;
  late: boolean;
}

type Files = ReadonlyMap<string, readonly TakenFile[]>;

/** Where several copies of a notebook were handed in and the best counts: each of the first four in front. */
function versions(files: Files, notebook: string): Files[] {
  const list = files.get(notebook) ?? [];
  if (copies !== "best" || list.length < 2) return [files];
  return list.slice(0, 4).map((first) =>
    new Map([...files, [notebook, [first, ...list.filter((other) => other !== first)]]])
  );
}

/** Grades every answer of one notebook. */
async function gradeNotebook(
  { setup, course, budget, ask }: Room,
  files: Files,
  notebook: string,
): Promise<GradedNotebook> {
  const questions = course.questions.get(notebook)!, handedOut = course.wanted.pristine.get(notebook)!;
  const stubs = new Map(handedOut.cells.map(({ id, source }) => [id, source])), graded: Graded[] = [];
  const picked = new Map<string, Picked>();
  for (const { name } of answersOf.get(notebook) ?? []) {
    picked.set(name, pick(files, notebook, name, stubs.get(`answer-${name}`) ?? ""));
  }
  const sources = new Map<string, string>(), collected = new Map<string, Collected>();
  for (const { name } of questions) {
    const { cell } = picked.get(name) ?? {};
    if (cell?.long) collected.set(name, { kind: "fault", sentence: "The cell is too long to be read." });
    else if (cell) sources.set(name, cell.source);
  }
  const setting = { sandbox: course.sandbox, slot: setup.slot, limits: setup.limits, budget, ask };
  const found = await gather(setting, notebook, handedOut, sources, course.sought.get(notebook)!);
  for (const [name, value] of found.collected) collected.set(name, value);
  for (const asked of answersOf.get(notebook) ?? []) {
    const { cell, remark } = picked.get(asked.name)!, more = remark ? { remark } : {};
    const question = questions.find(({ name }) => name === asked.name);
    if (!question) graded.push({ ...asked, prose: cell?.source ?? "", ...more });
    else {
      const given: Collected = ask(`judge ${notebook} ${asked.name}`)
        ? collected.get(asked.name) ?? { kind: "missing" }
        : { kind: "fault", sentence: "What it gives can't be judged in any reasonable time." };
      graded.push({ ...asked, verdict: verdictOn(question, given), ...more });
    }
  }
  const texts: Record<string, string> = {};
  for (const [name, { cell }] of picked) {
    if (cell && !cell.long) texts[name] = cleanLines(cell.source, 20_000);
  }
  return { graded, texts, late: found.late };
}

/** What was made of each file: nothing that was handed in is lost without a word. */
function account(
  { files, remarks, intake }: Taken,
  byNotebook: ReadonlyMap<string, readonly TakenFile[]>,
): Pick<Taken, "remarks" | "intake"> {
  const told = [...remarks];
  const made = files.map((file) => {
    const [notebook, list] = [...byNotebook].find(([, all]) => all.includes(file)) ?? [];
    if (!notebook || !list) {
      told.push(`${file.file} holds no answer of this course.`);
      return { file: file.file, made: "a notebook without an answer of this course" };
    }
    if (file === list[0]) return { file: file.file, made: `graded as ${notebook}` };
    told.push(
      `${list[0].file} is graded as ${notebook}, ${file.file} where it has no answer: ${
        reason(list[0], file)
      }.`,
    );
    return {
      file: file.file,
      made: `another copy of ${notebook}: graded where ${list[0].file} has no answer`,
    };
  });
  return { remarks: told, intake: [...intake, ...made] };
}

/** A whole class in one entry is one student's to the grader: that is said before anything else. */
function severalOwners({ files }: Taken): string | undefined {
  const owners = [
    ...new Set(files.flatMap(({ file }) => file.split("/").flatMap((name) => namedFor(name) ?? []))),
  ];
  if (owners.length < 2) return undefined;
  const who = owners.slice(0, 4).join(", ");
  return `It looks like the work of several people (${who}) and is graded as one: unpack it into the folder of submissions.`;
}

const reason = (first: TakenFile, other: TakenFile) =>
  copies === "best"
    ? "the copy that is worth most counts"
    : first.time - other.time > 2
    ? "the first is newer"
    : "of copies of one age the plainest name comes first";

async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}

if (import.meta.main) {
  const setup = JSON.parse(Deno.args[0]) as Setup;
  hide(setup.folder);
  if (setup.lang) speak(setup.lang);
  const send = (message: DeskMessage) => {
    const bytes = new TextEncoder().encode(`\n${mark}${JSON.stringify(message)}\n`);
    for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
  };
  const course = await openCourse(setup);
  for await (const line of lines(Deno.stdin.readable)) {
    const order = JSON.parse(line) as DeskOrder;
    const ask: Ask = (step) => {
      if (order.avoid.includes(step)) return false;
      send({ step });
      return true;
    };
    ask("take");
    send(await grade(setup, course, order, ask));
  }
  endAll();
  Deno.exit(0);
}
