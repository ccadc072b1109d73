import type { Notation } from "./notation.ts";
import { treeOf } from "./normal/back.ts";
import { difference, normalForm } from "./normal/form.ts";
import { unordered } from "./normal/order.ts";
import { atomsOf, subtract, type Sum } from "./normal/sum.ts";
import { parse } from "./parse.ts";
import { algebraOf, type Cited, cited, citedIn, reasons } from "./reasons/mod.ts";
import { isScalar, parts, type Tree } from "./tree.ts";
import type { Relation } from "./verdict.ts";
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
export const MOST_REASONS = 3;

/**
 * Whether each line follows from the one above, by normal forms alone: no instance is needed, and nothing is computed.
 *
 * @throws FormulaError where a line is no formula of the notation
 */
export function steps(lines: readonly Written[], notation: Notation): Step[] {
  const read = lines.map(({ line, by = [], relation }) => ({
    tree: parse(line, notation),
    by: typeof by === "string" ? [by] : by,
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
    return known(above, tree, relation, by, notation);
  });
}

/** Steps that were judged before: a broken variant leaves most pairs of lines as they are. */
const judgedSteps = new WeakMap<Tree, WeakMap<Tree, Map<string, Step>>>();

function known(
  above: Tree,
  below: Tree,
  relation: Relation,
  by: readonly string[],
  notation: Notation,
): Step {
  const from = judgedSteps.get(above) ?? new WeakMap<Tree, Map<string, Step>>();
  const pair = from.get(below) ?? new Map<string, Step>(), key = [relation, ...by].join("\n");
  const found = pair.get(key) ?? step(above, below, relation, by, notation);
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

function relationOf(text: unknown): Relation {
  const relation = readRelation(text);
  if (!relation) {
    throw new RangeError(
      `Cannot read a relation: expected =, ≤, ≥ or “equal up to a constant”, got “${String(text)}”`,
    );
  }
  return relation;
}

/** One line against the line above. */
export function step(
  above: Tree,
  below: Tree,
  relation: Relation,
  by: readonly string[],
  notation: Notation,
): Step {
  const named = by.map(citedIn);
  const words = by.filter((text, k) => named[k].length === 0 && text.trim() !== "");
  const known = unique(named.flat());
  const shown = words.length > 0 ? { words } : {};
  const plain = holds(above, below, relation, [], notation);
  if (plain) return { step: "algebra", ...extras(known.map(({ text }) => text), plain.conditions), ...shown };
  const refused = known.flatMap(({ reason, about }) => reason.refuses?.(notation, about) ?? []);
  const usable = known.filter(({ reason, about }) => reason.refuses?.(notation, about) === undefined);
  const found = holds(above, below, relation, usable, notation);
  if (found) {
    const least = fewest(above, below, relation, usable, notation);
    const notNeeded = known.filter((c) => !least.includes(c)).map(({ text }) => text);
    if (countOf(known) > MOST_REASONS) {
      const why = `${countOf(known)} reasons at once are a jump: a step may take ${MOST_REASONS}`;
      return { step: "unsupported", jump: true, why, ...shown };
    }
    const { conditions } = holds(above, below, relation, least, notation)!;
    return { step: "follows", ...extras(notNeeded, conditions), ...shown };
  }
  const off = relation === "=" ? offBy(above, below, usable, notation) : undefined;
  const why = refused.length > 0
    ? refused[0]
    : known.length === 0 && words.length === 0
    ? "no reason is given"
    : known.length === 0
    ? undefined
    : "it could not be seen that it follows by this";
  return { step: "unsupported", ...(why ? { why } : {}), ...(off ? { off } : {}), ...shown };
}

const unique = (list: readonly Cited[]): Cited[] => [...new Map(list.map((c) => [c.text, c])).values()];

const extras = (notNeeded: readonly string[], conditions: readonly string[]) => ({
  ...(notNeeded.length > 0 ? { notNeeded } : {}),
  ...(conditions.length > 0 ? { conditions } : {}),
});

/** How many reasons these are: symmetries together are one. */
function countOf(given: readonly Cited[]): number {
  const symmetries = given.filter(({ reason }) => reason === reasons["symmetric NAME"]).length;
  return given.length - Math.max(0, symmetries - 1);
}

/** The reasons without those that can be left out, one after the other. */
export function fewest(
  above: Tree,
  below: Tree,
  relation: Relation,
  given: readonly Cited[],
  notation: Notation,
): readonly Cited[] {
  return given.reduce<readonly Cited[]>((kept, one) => {
    const without = kept.filter((c) => c !== one);
    return holds(above, below, relation, without, notation) ? without : kept;
  }, given);
}

/** Whether the relation can be seen under these reasons, and on which conditions. */
export function holds(
  above: Tree,
  below: Tree,
  relation: Relation,
  given: readonly Cited[],
  notation: Notation,
): { conditions: readonly string[] } | undefined {
  const used = new Set<string>(), found = isSeen(above, below, relation, given, notation, used);
  // a reason that serves only for what it stands on is another one than the one that is cited, unless the lines speak
  // of what it is about
  const spokenOf = ({ reason: { of } }: Cited) => of && timesOf(above, of) + timesOf(below, of) > 0;
  const borrowed = found &&
    given.some((one) =>
      one.reason.brings && one.reason.rule && !used.has(one.text) && !spokenOf(one) &&
      !isSeen(above, below, relation, given.filter((c) => c !== one), notation)
    );
  return borrowed ? undefined : found;
}

/** How often a function stands in a line. */
const timesOf = (tree: Tree, name: string): number =>
  parts(tree).reduce(
    (sum, part) => sum + timesOf(part, name),
    tree.op === "apply" && tree.name === name ? 1 : 0,
  );

function isSeen(
  above: Tree,
  below: Tree,
  relation: Relation,
  given: readonly Cited[],
  notation: Notation,
  used?: Set<string>,
): { conditions: readonly string[] } | undefined {
  const toConstant = relation === "equal up to a constant" &&
    given.some(({ reason }) => reason === reasons["free of theta"]);
  const unequal = relation === "≤" || relation === "≥";
  // what gives an inequality gives no equality
  const fitting = unequal ? given : given.filter(({ reason }) => !reason.facts);
  const all = toConstant
    ? [...fitting, ...["logarithm of a product", "linearity of expectation"].map((name) => cited(name)!)]
    : fitting;
  const algebra = algebraOf(notation, all, used);
  try {
    const [a, b] = [above, below].map((tree) => normalForm(tree, algebra));
    const left = difference(a, b, algebra);
    const conditions = () => ({ conditions: [...algebra.conditions].map(readable).sort() });
    if (left.terms.length === 0) return conditions();
    if (toConstant) return isFree(left, notation) ? conditions() : undefined;
    if (!unequal || !isScalar(above.shape)) return undefined;
    const gap = relation === "≥" ? left : subtract(difference(b, b, algebra), left);
    return isSumOfFacts(gap, given, algebra, 4) ? conditions() : undefined;
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
function isSumOfFacts(
  gap: Sum,
  given: readonly Cited[],
  algebra: ReturnType<typeof algebraOf>,
  depth: number,
): boolean {
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
function offBy(above: Tree, below: Tree, given: readonly Cited[], notation: Notation): string | undefined {
  const split = ["logarithm of a product", "linearity of expectation"].map((name) => cited(name)!);
  try {
    const algebra = algebraOf(notation, unique([...given, ...split]));
    const left = difference(normalForm(below, algebra), normalForm(above, algebra), algebra);
    return left.terms.length <= FEW && left.key.length < 200 ? write(treeOf(left)) : undefined;
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

/** A condition as a reader takes it in: without the marks of bound variables. */
const readable = (key: string): string => key.replace(/°f?\d+/g, "").replace(/\^\((-?\d+)\)/g, "^$1");
