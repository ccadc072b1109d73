import type { Asked } from "./question.ts";
import { errorHabit } from "./habits.ts";
import { type Answer, askedInVain, slipIn, suspectIn, type suspects } from "./probe.ts";
import { formOf, Misread, type PlainAnswer, plainAnswer } from "./reading.ts";

/** What a student's code gave, as plain data: all that a judgement needs. */
export type Collected =
  | { kind: "missing" }
  | { kind: "fault"; sentence: string }
  | {
    kind: "values";
    values: Outcome[];
    again?: Outcome;
    mutated?: boolean;
    unprinted?: number;
    /** What in its code may be why it is wrong, where it is. */
    suspect?: keyof typeof suspects;
  }
  /** A text where a function was asked for: a formula. */
  | { kind: "written"; text: string }
  | { kind: "lines"; lines: CollectedLine[] };

/** A line as it is written, `line` and the reasons `by`, or what code says that it is worth. */
export type CollectedLine = {
  line?: string;
  by?: string[];
  because: string;
  relation: string;
  tex: string;
  values: Outcome[];
};

export type Outcome = PlainAnswer | { fault: string };

/** A student's loop may be endless between two instances only: past this many milliseconds no more are tried. */
const PATIENCE = 5000;

/** Longer than any formula: the rest is not read. */
const LONGEST_TEXT = 5000;

/** More lines than any proof here needs. */
const MOST_LINES = 60;
/** Longer than any line here needs; what is cut off is no formula any more, and said to be none. */
const LONGEST_LINE = 20_000;

/**
 * Calls a student's answer on every instance and copies what it gives: no judgement, no trust. Whatever the answer
 * does, this returns.
 *
 * @param clock milliseconds so far: of the wall, or of the processor
 * @param answer gives the student's definition; throws where it is not there yet
 */
export function collect(
  asked: Asked,
  answer: () => unknown,
  clock: () => number = () => performance.now(),
): Collected {
  let defined: unknown;
  try {
    defined = answer();
  } catch (cause) {
    if (cause instanceof ReferenceError) return { kind: "missing" };
    return fault(`Reading the answer throws: ${wordsOf(cause)}`);
  }
  if (defined === undefined || defined === null) return { kind: "missing" };
  try {
    if (asked.form === "lines") return collectLines(asked, defined, clock);
    return asked.form === "calls" ? collectCalls(asked, defined, clock) : collectConstant(defined);
  } catch (cause) {
    return fault(`Reading the answer throws: ${wordsOf(cause)}`);
  }
}

const fault = (sentence: string): Collected => ({ kind: "fault", sentence });

function collectConstant(defined: unknown): Collected {
  if (typeof defined === "function") {
    return fault("Expected a value here, got a function: give what it returns.");
  }
  const value = attempt(() => defined);
  return isUndefined(value) ? { kind: "missing" } : { kind: "values", values: [value] };
}

function collectCalls(asked: Asked, defined: unknown, clock: () => number): Collected {
  if (typeof defined === "string") return { kind: "written", text: asTyped(defined).slice(0, LONGEST_TEXT) };
  if (typeof defined !== "function") {
    return fault(`Expected a function here, got ${formOf(plainForm(defined))}. ${asked.ask}`);
  }
  const prints = holdPrints();
  try {
    return callsOf(asked, defined as Answer, prints, clock);
  } finally {
    prints.release();
  }
}

function callsOf(
  { name, ask, calls }: Asked,
  defined: Answer,
  prints: ReturnType<typeof holdPrints>,
  clock: () => number,
): Collected {
  let mutated = false;
  const call = (given: readonly unknown[]) => {
    const args = given.map(fresh), before = textOf(args);
    const outcome = attempt(() => defined(...args), ask);
    mutated ||= textOf(args) !== before;
    return outcome;
  };
  const values: Outcome[] = [], started = clock();
  for (const given of calls) {
    if (clock() - started > PATIENCE) {
      const tried = `${values.length} of ${calls.length} instances`, seconds = PATIENCE / 1000;
      return fault(`After ${tried} ${seconds} seconds have passed: find a form that needs less work.`);
    }
    values.push(call(given));
    const [first] = values, noValue = values.length === 1 && isNoValue(first);
    const apart = noValue && takenApart(name, given, defined);
    if (apart) return fault(apart);
    prints.hold();
    const why = noValue && (askedInVain(name, defined, given.map(fresh)) ?? slipIn(codeOf(defined)));
    if (why) return fault(`${"fault" in first ? `${sentence(first.fault)} ` : ""}${why}`);
    if (noValue && isUndefined(first)) return fault(nothingGiven(name, defined));
    if (values.length > 1 && isUndefined(values.at(-1)!)) {
      values[values.length - 1] = { fault: "It gives nothing back: does every branch have its `return`?" };
    }
  }
  const again = call(calls[0]), left = prints.held(), suspect = suspectIn(codeOf(defined));
  return {
    kind: "values",
    values,
    again,
    ...(mutated ? { mutated } : {}),
    ...(left > 0 ? { unprinted: left } : {}),
    ...(suspect ? { suspect } : {}),
  };
}

/** Whether nothing can be read of an outcome: a fault, a text, a NaN or nothing in it. Of an object's keys some may be extra. */
const isNoValue = (outcome: Outcome) =>
  !("value" in outcome) || typeof outcome.value === "string" || holdsNothing(outcome.value);
const holdsNothing = (value: unknown): boolean =>
  value === undefined || value === null || Number.isNaN(value) ||
  typeof value === "object" &&
    Object.values(value).some((item) => holdsNothing(item) && (Array.isArray(value) || item != null));
const sentence = (words: string) => /[.?!]$/.test(words) ? words : `${words}.`;

/** A function that takes one by one what comes as one object, or the other way round, and so computes with nothing. */
function takenApart(name: string, given: readonly unknown[], defined: Answer): string | undefined {
  const last = given.at(-1);
  const [, pattern] = /^(?:async\s+)?(?:function\s*\w*)?\s*\(\s*\{([^}]*)\}/.exec(codeOf(defined)) ?? [];
  if (pattern !== undefined && !isRecord(given[0])) {
    const form = formOf(given[0]);
    return `\`${name}\` is called with ${form} as its first argument, and takes an object there: leave the braces out.`;
  }
  if (defined.length <= given.length) return undefined;
  if (!isRecord(last)) {
    const count = given.length === 1 ? "one argument" : `${given.length} arguments`;
    return `\`${name}\` is called with ${count} and takes ${defined.length}: the others have no value.`;
  }
  const place = given.length === 1 ? "one object" : `an object in the place of argument ${given.length}`;
  const names = Object.keys(last).join(", ");
  return `\`${name}\` is called with ${place}, and takes ${defined.length} arguments: write { ${names} } there, in braces.`;
}

const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A function that gives nothing back: the commonest slip, and which of its forms. */
function nothingGiven(name: string, defined: Answer): string {
  const code = codeOf(defined);
  const why = /=>\s*\{\s*(\w+\s*:|\})/.test(code)
    ? "Behind an arrow { … } is a body: an object stands in round brackets, ({ … })."
    : /=>\s*console\./.test(code)
    ? "`console.log` only prints: give the value itself."
    : /\breturn\s*(?:[;}]|\n)/.test(code)
    ? "A `return` stands alone: what it gives begins on the same line."
    : /\breturn\b/.test(code) || /^[^{]*?=>\s*[^\s{]|^\(\{[^}]*\}\)\s*=>\s*[^\s{]/.test(code)
    ? "What it gives has no value: does every branch have its `return`, and is each entry it takes there?"
    : "A body in braces needs `return`; what is only printed is not given back.";
  return `\`${name}\` runs but gives nothing back. ${why}`;
}

function codeOf(defined: Answer): string {
  try {
    return Function.prototype.toString.call(defined);
  } catch {
    return "";
  }
}

const plainForm = (value: unknown) => {
  try {
    return plainAnswer(value).value;
  } catch {
    return value;
  }
};

const printing = ["log", "info", "warn", "error", "debug", "table", "dir"] as const;

/**
 * What an answer prints while it is called on hundreds of instances: the first call's is shown, the rest is counted.
 * `release` gives the console back.
 */
function holdPrints() {
  const kept = printing.map((name) => [name, console[name]] as const);
  let held = 0, holding = false;
  return {
    hold() {
      if (holding) return;
      holding = true;
      for (const [name] of kept) console[name] = () => void held++;
    },
    held: () => held,
    release() {
      if (holding) { for (const [name, own] of kept) console[name] = own; }
    },
  };
}

function collectLines({ calls }: Asked, defined: unknown, clock: () => number): Collected {
  if (!Array.isArray(defined)) {
    return fault(`Expected an array of lines [line, reason], got ${formOf(plainForm(defined))}.`);
  }
  const given = Array.from(defined.slice(0, MOST_LINES)) as unknown[];
  if (given.length === 0) return { kind: "missing" };
  const lines: CollectedLine[] = [], started = clock();
  for (const [k, line] of given.entries()) {
    const written = writtenLine(line);
    if (written) {
      lines.push(written);
      continue;
    }
    const { value, because, relation, tex } = (line ?? {}) as Record<string, unknown>;
    if (typeof value !== "function") {
      const wanted = "[line, reason], or { because, value } with a function in it";
      return fault(`Line ${k + 1} has no value: expected ${wanted}.`);
    }
    const values = calls.map(([instance]): Outcome =>
      clock() - started > PATIENCE
        ? { fault: "there was no time left" }
        : attempt(() => (value as (i: unknown) => unknown)(fresh(instance)))
    );
    lines.push({
      because: String(because ?? "").slice(0, 500),
      relation: relationText(relation),
      tex: String(tex ?? "").slice(0, 2000),
      values,
    });
  }
  return { kind: "lines", lines };
}

const relationText = (relation: unknown) => String(relation ?? "=").slice(0, 40).replace(/[$`]/g, "'");

/** What a text has made of LaTeX's commands: \tfrac, \beta, \frac, \vec. */
// deno-lint-ignore no-control-regex
const swallowed = /[\x08\f\v]|\t(?=frac|imes|heta|ext|au)/g;
const letters: Readonly<Record<string, string>> = { "\b": "b", "\f": "f", "\t": "t", "\v": "v" };

/** A formula as it was typed: with the backslashes that a text swallows, so that its reader can name them. */
const asTyped = (text: string) => text.replace(swallowed, (character) => `\\${letters[character]}`);

/** [line, reason | reasons, relation?], { line, by, relation } or a text alone; undefined for anything else. */
function writtenLine(given: unknown): CollectedLine | undefined {
  const [first, second, third] = Array.isArray(given) ? given as unknown[] : [given];
  const record = Array.isArray(given) || typeof given === "string"
    ? { line: first, by: second, relation: third }
    : given ?? {};
  const { line, by, because, relation } = record as Record<string, unknown>;
  if (typeof line !== "string") return undefined;
  const reasons = by ?? because ?? [];
  const list = (Array.isArray(reasons) ? Array.from(reasons) as unknown[] : [reasons]).slice(0, 30)
    .map((reason) => String(reason ?? "").slice(0, 500));
  return {
    line: asTyped(line).slice(0, LONGEST_LINE),
    by: list,
    because: list.join(" · ").slice(0, 500),
    relation: relationText(relation),
    tex: "",
    values: [],
  };
}

const attempt = (call: () => unknown, ask = ""): Outcome => {
  try {
    return plainAnswer(call());
  } catch (cause) {
    if (cause instanceof Misread) return { fault: cause.message };
    const words = wordsOf(cause);
    return { fault: `It throws: ${words}${errorHabit(words, ask)}` };
  }
};

const isUndefined = (o: Outcome) => "value" in o && (o.value === undefined || o.value === null);

/** A copy that a student may change: lists and records anew; functions, rationals and tensors as they are. */
function fresh(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fresh);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return (value as unknown as Float64Array).slice();
  }
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fresh(item)]));
}

/** Any plain data as text, for comparison. */
export function textOf(value: unknown): string {
  try {
    const text = (_: string, x: unknown) => typeof x === "number" && !Number.isFinite(x) ? String(x) : x;
    return JSON.stringify(value, text) ?? "";
  } catch {
    return "";
  }
}

/** The message of whatever was thrown, on one line and without marks of mathematics or code: it may be no error, or one that throws when it is read. */
export function wordsOf(cause: unknown): string {
  try {
    const words = String(cause instanceof Error ? cause.message : cause);
    // deno-lint-ignore no-control-regex
    return words.replace(/[\s\x00-\x1f\x7f]+/g, " ").replace(/[$`]/g, "'").slice(0, 300) ||
      "an error without a message";
  } catch {
    return "something that can't be read";
  }
}
