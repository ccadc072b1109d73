import type { Notation } from "./notation.ts";
import type { Algebra } from "./normal/algebra.ts";
import { treeOf } from "./normal/back.ts";
import { difference, normalForm } from "./normal/form.ts";
import { unordered } from "./normal/order.ts";
import { atomsOf, subtract, type Sum } from "./normal/sum.ts";
import { parse } from "./parse.ts";
import { algebraOf, type Cited, cited, citedIn, reasons } from "./reasons/mod.ts";
import { isScalar, nodes, type Tree } from "./tree.ts";
import { isInequality, type Relation } from "./verdict.ts";
import { write } from "./write.ts";

/** One line of a proof as it is written; `by` names the reasons, or says in free words why it follows. */
export interface Written {
  readonly line: string;
  readonly by?: string | readonly string[];
  /** To the line above (default "="; "<=" is "≤"). */
  readonly relation?: Relation | "<=" | ">=";
}

/**
 * What a line is to the one above. `algebra`: equal with no reason. `follows`: by the cited reasons. `repeats`: the
 * same but for order and brackets. `unsupported`: it could not be seen that it follows by what is cited. `by a reader`:
 * a line that is no formula, or one below such a line.
 */
export interface Step {
  readonly step: "start" | "algebra" | "follows" | "repeats" | "unsupported" | "by a reader";
  /** Reasons that were cited and could be left out. */
  readonly notNeeded?: readonly string[];
  /** What must hold where something was cancelled, or a logarithm split: "q(z) > 0". */
  readonly conditions?: readonly string[];
  /** What separates the two lines, as a formula, where it is short. */
  readonly off?: string;
  /** Why it is unsupported: a sentence. */
  readonly why?: string;
  /** Reasons in free words: for a person. */
  readonly words?: readonly string[];
  /** More reasons at once than one step may take. */
  readonly jump?: boolean;
}

/** Reasons one step may take together; several symmetries count as one. */
const MOST_REASONS = 3;

/**
 * Whether each line follows from the one above, by normal forms alone: no instance is needed, and nothing is computed.
 *
 * @throws FormulaError where a line is no formula of the notation
 */
export function steps(lines: readonly Written[], notation: Notation): Step[] {
  const read = lines.map(({ line, by = [], relation }) => ({
    tree: parse(line, notation),
    by: [by].flat(),
    relation: relationOf(relation),
  }));
  return stepsOf(read, notation);
}

/** A line that is read already; without a tree where it is no formula. */
export interface Read {
  readonly tree?: Tree;
  readonly by: readonly string[];
  readonly relation: Relation;
}

export function stepsOf(lines: readonly Read[], notation: Notation): Step[] {
  const before = new Map<string, number>();
  return lines.map(({ tree, by, relation }, k): Step => {
    const key = tree && unordered(tree), again = key === undefined ? undefined : before.get(key);
    if (key !== undefined && again === undefined) before.set(key, k + 1);
    if (k === 0) return { step: "start" };
    const above = lines[k - 1].tree;
    if (!tree || !above) return { step: "by a reader" };
    if (again !== undefined) return { step: "repeats", why: `it is line ${again} again` };
    return stepOnce({ above, below: tree, relation, notation }, by);
  });
}

/** A line below another: how it stands to it, and in which notation. */
export interface Link {
  readonly above: Tree;
  readonly below: Tree;
  readonly relation: Relation;
  readonly notation: Notation;
}

/** Steps that were judged before: a broken variant leaves most pairs of lines as they are. */
const judgedSteps = new WeakMap<Tree, WeakMap<Tree, Map<string, Step>>>();

function stepOnce(link: Link, by: readonly string[]): Step {
  const { above, below, relation } = link, key = [relation, ...by].join("\n");
  const from = judgedSteps.get(above) ?? new WeakMap<Tree, Map<string, Step>>();
  const pair = from.get(below) ?? new Map<string, Step>();
  const found = pair.get(key) ?? step(link, by);
  judgedSteps.set(above, from.set(below, pair.set(key, found)));
  return found;
}

/** "=", "≤", "≥" or "equal up to a constant", as they may be typed; undefined for anything else. */
export function readRelation(text: unknown): Relation | undefined {
  const words = String(text ?? "=").trim().toLowerCase().replace(/\s+/g, " ");
  if (["=", "==", ""].includes(words)) return "=";
  if (["≤", "<=", "=<", "⩽"].includes(words)) return "≤";
  if (["≥", ">=", "=>", "⩾"].includes(words)) return "≥";
  return /^(is )?(equal |= ?)?up to (a|an additive) constant( in theta| in θ)?$/.test(words)
    ? "equal up to a constant"
    : undefined;
}

/** @throws RangeError for what is no relation */
export function relationOf(text: unknown): Relation {
  const relation = readRelation(text);
  if (!relation) {
    throw new RangeError(
      `Cannot read a relation: expected =, ≤, ≥ or “equal up to a constant”, got “${String(text)}”`,
    );
  }
  return relation;
}

/** One line against the line above. */
export function step(link: Link, by: readonly string[]): Step {
  const { relation, notation } = link, named = by.map(citedIn), known = unique(named.flat());
  const words = by.filter((text, k) => named[k].length === 0 && text.trim() !== "");
  const shown = words.length > 0 ? { words } : {};
  const plain = holds(link, []);
  if (plain) return { step: "algebra", ...extras(known, plain.conditions), ...shown };
  const usable = usableOf(known, notation);
  if (holds(link, usable)) {
    const least = fewest(link, usable);
    if (countOf(known) > MOST_REASONS) {
      const why = `${countOf(known)} reasons at once are a jump: a step may take ${MOST_REASONS}`;
      return { step: "unsupported", jump: true, why, ...shown };
    }
    const { conditions } = holds(link, least)!;
    return { step: "follows", ...extras(known.filter((c) => !least.includes(c)), conditions), ...shown };
  }
  const off = relation === "=" ? offBy(link, usable) : undefined;
  const [refused] = known.flatMap(({ reason, about }) => reason.refuses?.(notation, about) ?? []);
  const why = refused ??
    (known.length > 0
      ? "it could not be seen that it follows by this"
      : words.length === 0
      ? "no reason is given"
      : undefined);
  return { step: "unsupported", ...(why ? { why } : {}), ...(off ? { off } : {}), ...shown };
}

/** The reasons whose side conditions hold in a notation. */
export const usableOf = (given: readonly Cited[], notation: Notation): readonly Cited[] =>
  given.filter(({ reason, about }) => reason.refuses?.(notation, about) === undefined);

const unique = (list: readonly Cited[]): Cited[] => [...new Map(list.map((c) => [c.text, c])).values()];

const extras = (notNeeded: readonly Cited[], conditions: readonly string[]) => ({
  ...(notNeeded.length > 0 ? { notNeeded: notNeeded.map(({ text }) => text) } : {}),
  ...(conditions.length > 0 ? { conditions } : {}),
});

/** How many reasons these are: symmetries together are one. */
function countOf(given: readonly Cited[]): number {
  const symmetries = given.filter(({ reason }) => reason === reasons["symmetric NAME"]).length;
  return given.length - Math.max(0, symmetries - 1);
}

/** The reasons without those that can be left out, one after the other. */
export const fewest = (link: Link, given: readonly Cited[]): readonly Cited[] =>
  given.reduce((kept, one) => {
    const without = kept.filter((c) => c !== one);
    return holds(link, without) ? without : kept;
  }, given);

/** On which conditions a relation can be seen. */
interface Seen {
  readonly conditions: readonly string[];
}

/** Whether the relation can be seen under these reasons, and on which conditions. */
export function holds(link: Link, given: readonly Cited[]): Seen | undefined {
  const used = new Set<string>(), found = seen(link, given, used);
  // a reason that serves only for what it stands on is another one than the one that is cited, unless the lines speak
  // of what it is about
  const isSpokenOf = ({ reason: { of } }: Cited) =>
    of && [link.above, link.below].flatMap(nodes).some((node) => node.op === "apply" && node.name === of);
  const borrowed = found &&
    given.some((one) =>
      one.reason.brings && one.reason.rule && !used.has(one.text) && !isSpokenOf(one) &&
      !seen(link, given.filter((c) => c !== one))
    );
  return borrowed ? undefined : found;
}

/** What splits a difference into terms that can be told apart. */
const splitting = () => ["logarithm of a product", "linearity of expectation"].map((name) => cited(name)!);

function seen(link: Link, given: readonly Cited[], used?: Set<string>): Seen | undefined {
  const { above, below, relation, notation } = link;
  const toConstant = relation === "equal up to a constant" &&
    given.some(({ reason }) => reason === reasons["free of theta"]);
  // what gives an inequality gives no equality
  const fitting = isInequality(relation) ? given : given.filter(({ reason }) => !reason.facts);
  const algebra = algebraOf(notation, toConstant ? [...fitting, ...splitting()] : fitting, used);
  return unlessTooLarge(() => {
    const [a, b] = [above, below].map((tree) => normalForm(tree, algebra));
    const left = difference(a, b, algebra);
    const conditions = () => ({ conditions: [...algebra.conditions].map(readable).sort() });
    if (left.terms.length === 0) return conditions();
    if (toConstant) return isFree(left, notation) ? conditions() : undefined;
    if (!isInequality(relation) || !isScalar(above.shape)) return undefined;
    const gap = relation === "≥" ? left : subtract(difference(b, b, algebra), left);
    return isSumOfFacts(gap, given, algebra, 4) ? conditions() : undefined;
  });
}

/** Undefined where what is multiplied out, or divided by, is more than a line holds. */
function unlessTooLarge<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

const isFree = (left: Sum, notation: Notation): boolean =>
  left.terms.every((t) =>
    atomsOf(t).every(({ free }) => [...free].every((name) => !notation.theta.has(name)))
  );

/** Whether a sum is one of at most `depth` facts that the reasons offer. */
function isSumOfFacts(gap: Sum, given: readonly Cited[], algebra: Algebra, depth: number): boolean {
  if (gap.terms.length === 0) return true;
  if (depth === 0) return false;
  const facts = given.flatMap(({ reason }) => reason.facts?.(gap, algebra) ?? []);
  return facts.some((fact) => {
    const rest = difference(gap, fact, algebra);
    return rest.key !== gap.key && isSumOfFacts(rest, given, algebra, depth - 1);
  });
}

/** Most terms that are still said. */
const FEW = 3;

/** What separates two lines, where it is short. */
function offBy({ above, below, notation }: Link, given: readonly Cited[]): string | undefined {
  const algebra = algebraOf(notation, unique([...given, ...splitting()]));
  return unlessTooLarge(() => {
    const left = difference(normalForm(below, algebra), normalForm(above, algebra), algebra);
    return left.terms.length <= FEW && left.key.length < 200 ? write(treeOf(left)) : undefined;
  });
}

/** A condition as a reader takes it in: without the marks of bound variables. */
const readable = (key: string): string => key.replace(/°f?\d+/g, "").replace(/\^\((-?\d+)\)/g, "^$1");
