/** data/course.json as every tool reads it: checked, with the fault named by its place. */

/** One question of the registry. */
interface Question {
  title: string;
  notebook: string;
  answers: { question: string; name: string; points: number; almost?: number }[];
}

const fault = (place: string, expected: string, got: unknown): never => {
  throw new RangeError(
    `Cannot read data/course.json, ${place}: expected ${expected}, got ${
      got === undefined ? "nothing" : JSON.stringify(got)
    }`,
  );
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** A date with its hour, that the calendar has: a day alone would begin for one program and end for another. */
function isDate(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(value)) return false;
  const time = new Date(`${value}Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value.slice(0, 10));
}

/**
 * The course, if it is one.
 *
 * @throws RangeError naming the place, what belongs there and what stands there
 */
export function assertCourse(value: unknown): void {
  if (!isRecord(value)) return fault("at its top", "a record", value);
  if (!isText(value.title)) fault("title", "a text", value.title);
  for (const name of ["released", "due", "late"]) {
    if (value[name] !== undefined && !isDate(value[name])) {
      fault(name, "a date such as 2026-12-18T23:00:00", value[name]);
    }
  }
  if (value.due === undefined) fault("due", "a date such as 2026-12-18T23:00:00", undefined);
  if (isText(value.released) && String(value.due) < value.released) {
    fault("due", `a date after the release on ${value.released}`, value.due);
  }
  if (isText(value.late) && value.late < String(value.due)) fault("late", "a date after due", value.late);
  assertShares("partial", value.partial, ["almost", "line"]);
  assertShares("latePolicy", value.latePolicy, ["perDay", "most"]);
  const { graceMinutes = 0 } = (value.latePolicy ?? {}) as { graceMinutes?: unknown };
  if (!(Number(graceMinutes) >= 0)) fault("latePolicy, graceMinutes", "a number from 0 on", graceMinutes);
  assertVariant(value.variant);
  if (!isRecord(value.questions) || Object.keys(value.questions).length === 0) {
    return fault("questions", "at least one question by its number", value.questions);
  }
  const names = new Set<string>(), notebooks = new Set<string>(), { resting = {} } = value;
  if (!isRecord(resting)) return fault("resting", "questions by their number", resting);
  for (const [number, question] of [...Object.entries(value.questions), ...Object.entries(resting)]) {
    assertQuestion(number, question as Question, names, notebooks);
  }
}

/** This year's numbers, by question; which of them a question can be asked with, `lib/<subject>/variant.ts` says. */
function assertVariant(value: unknown): void {
  if (!isRecord(value)) return fault("variant", "a record of this year's numbers", value);
  if (!Number.isSafeInteger(value.seed)) fault("variant, seed", "a whole number", value.seed);
  for (const [question, numbers] of Object.entries(value).filter(([key]) => /^\d+$/.test(key))) {
    for (const [name, number] of Object.entries(isRecord(numbers) ? numbers : { numbers })) {
      if (![number].flat().every(Number.isFinite)) {
        fault(`variant, ${question}, ${name}`, "a number, or a list of numbers", number);
      }
    }
  }
}

/** Shares of the points: numbers from 0 to 1. */
function assertShares(place: string, value: unknown, names: readonly string[]): void {
  if (value === undefined) return;
  if (!isRecord(value)) return fault(place, `a record of ${names.join(" and ")}`, value);
  for (const name of names) {
    const share = value[name] ?? (place === "partial" ? 0 : undefined);
    if (typeof share !== "number" || !(share >= 0 && share <= 1)) {
      fault(`${place}, ${name}`, "a share from 0 to 1", value[name]);
    }
  }
}

function assertQuestion(
  number: string,
  question: Question,
  names: Set<string>,
  notebooks: Set<string>,
): void {
  const place = `question ${number}`;
  if (!/^\d+$/.test(number)) fault(place, "a number as its key", number);
  if (!isRecord(question)) fault(place, "a record", question);
  const { title, notebook, answers } = question;
  if (!isText(title)) fault(`${place}, title`, "a text", title);
  if (!/^\d+_[a-z][a-z0-9_]*$/.test(notebook ?? "")) {
    fault(`${place}, notebook`, "a name such as 06_coins", notebook);
  }
  if (notebooks.has(notebook)) fault(`${place}, notebook`, "one that no other question has", notebook);
  notebooks.add(notebook);
  if (!Array.isArray(answers)) fault(`${place}, answers`, "a list", answers);
  for (const answer of answers) {
    if (!/^[A-Za-z][\w-]*$/.test(answer?.name ?? "")) {
      fault(`${place}, an answer's name`, "letters and digits", answer?.name);
    }
    const where = `${place}, answer ${answer.name}`;
    if (names.has(answer.name)) fault(where, "a name that no other answer has", answer.name);
    names.add(answer.name);
    if (!isText(answer.question) || !answer.question.startsWith(`${number}.`)) {
      fault(`${where}, question`, `a number such as ${number}.1`, answer.question);
    }
    if (typeof answer.points !== "number" || !(answer.points >= 0) || !Number.isFinite(answer.points)) {
      fault(`${where}, points`, "a number from 0 on", answer.points);
    }
    assertShares(where, answer.almost === undefined ? undefined : answer, ["almost"]);
  }
}

/** Questions by their number: those that are asked this year, and those that rest. */
export const everyQuestion = (
  { questions, resting = {} }: { questions: Record<string, Question>; resting?: Record<string, Question> },
): Record<string, Question> => ({ ...resting, ...questions });

/** The subject of a notebook: "04_gan" ↦ "gan", the name of its folders. */
export const subjectOf = (notebook: string): string => notebook.replace(/^\d+_/, "");

/**
 * Every answer of the registry has its cell, and every answer's cell stands in the registry.
 *
 * @param cells ids of the cells of each notebook that is there
 * @throws RangeError for the first that does not
 */
export function assertCells(
  value: {
    readonly questions: Readonly<Record<string, { notebook: string; answers: readonly { name: string }[] }>>;
  },
  cells: ReadonlyMap<string, readonly string[]>,
): void {
  for (const { notebook, answers } of Object.values(value.questions)) {
    const ids = cells.get(notebook);
    if (!ids) continue;
    for (const { name } of answers) {
      if (!ids.includes(`answer-${name}`)) {
        fault(`answer ${name}`, `a cell answer-${name} in notebooks/${notebook}.ipynb`, undefined);
      }
    }
    for (const id of ids.filter((id) => id.startsWith("answer-"))) {
      if (!answers.some(({ name }) => id === `answer-${name}`)) {
        fault(`notebook ${notebook}`, `an answer “${id.slice("answer-".length)}” with its points`, undefined);
      }
    }
  }
}

/** @throws RangeError for what can't be a seed */
export function readSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) {
    throw new RangeError(
      `Cannot read a student's seed: expected a whole number of up to 9 digits, got ${text}`,
    );
  }
  return Number(text);
}
