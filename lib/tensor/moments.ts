import * as core from "@tensorflow/tfjs-core";
import { engine, type Optimizer, type Tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import { adamInOnePass } from "./fused/adam.ts";
import { drawn } from "./random.ts";
import { noteGuard, perform } from "./recording.ts";
import { listed, refusal } from "./refusals.ts";

/** A moment of one variable, as tfjs's optimizers keep it. */
interface Moment {
  readonly originalName: string;
  readonly variable: Variable;
}
type Moments = (Moment | undefined)[];

/** The moments of one variable, and how often they have been updated. */
export interface Own {
  readonly moments: Moments;
  age: number;
}

/** What an optimizer is asked to do for one variable; without a gradient it is left as it is. */
export interface Update {
  readonly name: string;
  readonly variable: Variable;
  readonly gradient: Tensor | undefined;
  readonly own: Own;
}

type Gradients = Parameters<Optimizer["applyGradients"]>[0];

/** What tfjs's optimizers keep: settings, how often they were used, and lists of moments. */
export interface State {
  readonly learningRate: number;
  readonly epsilon: number;
  readonly beta1: number;
  readonly beta2: number;
  iterations_?: number;
}
/** One of its lists, which have one place a variable. */
const listOf = (state: State, name: string) => (state as unknown as Record<string, Moments>)[name];

/** Every number that an optimizer was made with: what a recorded step took from it. */
const settingsOf = (state: State) =>
  Object.entries(state).filter(([key, x]) => typeof x === "number" && key !== "iterations_").join();

/** Whose the moments of an optimizer are; those that came from `setWeights` are nobody's yet. */
interface Book {
  /** The names of its lists. */
  readonly names: readonly string[];
  readonly own: Map<Variable, Own>;
  readonly loose: Own[];
  /** The first list as it was left: another one is there after `setWeights`. */
  first: Moments;
}
const books = new WeakMap<object, Book>();

function bookOf(state: State): Book {
  const known = books.get(state);
  if (known !== undefined && listOf(state, known.names[0]) === known.first) return known;
  const names = Object.keys(state).filter((name) => Array.isArray(listOf(state, name)));
  const first = listOf(state, names[0]), age = state.iterations_ ?? 0;
  const loose = first.map((_, i) => ({ moments: names.map((name) => listOf(state, name)[i]), age }));
  const book = { names, own: new Map<Variable, Own>(), loose, first };
  books.set(state, book);
  return book;
}

/** A variable's moments: its own, or loose ones under its name, or the first that are under no one's. */
function momentsOf({ own, loose }: Book, name: string, owner: Variable): Own {
  const known = own.get(owner);
  if (known !== undefined) return known;
  const names = loose.map(({ moments: [first] }) => first?.originalName.replace(/\/[^/]*$/, "") ?? "");
  const taken = loose[names.indexOf(name)] ??
    loose.find((_, i) => engine().registeredVariables[names[i]] === undefined);
  const found = taken ?? { moments: [], age: 0 };
  for (const moment of found.moments) {
    if (moment !== undefined) expectShape(`update ${name}`, "moments of ", owner, moment.variable);
  }
  if (taken !== undefined) loose.splice(loose.indexOf(taken), 1);
  own.set(owner, found);
  return found;
}

/** @throws RangeError unless both have the same shape */
function expectShape(doing: string, what: string, wanted: Tensor, got: Tensor) {
  const [a, b] = [wanted, got].map(({ shape }) => listed(shape));
  if (a !== b) throw refusal(doing, `${what}shape ${a}`, b);
}

/** @throws Error, RangeError unless each gradient is a living variable's and has its shape */
function updatesOf(gradients: Gradients, book: Book): Update[] {
  const named: readonly { name: string; tensor?: Tensor | null }[] = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor: tensor as Tensor }));
  return named.map(({ name, tensor }) => {
    const variable = engine().registeredVariables[name], gradient = tensor ?? undefined;
    if (variable === undefined) {
      throw new Error(`Cannot apply a gradient: expected a variable that is alive, got the name "${name}"`);
    }
    if (gradient !== undefined) expectShape(`apply a gradient to ${name}`, "", variable, gradient);
    return { name, variable, gradient, own: momentsOf(book, name, variable) };
  });
}

type Step = (this: object, gradients: Gradients) => void;

/**
 * tfjs's own step for one variable, by an optimizer of the same settings that has this one's moments and its age
 * alone. (βᵗ and t are variables of one number in tfjs, which it assigns to at the end of a step.)
 */
function stockStep(state: State, names: readonly string[], { name, gradient, own }: Update, stock: Step) {
  const alone = Object.create(state);
  names.forEach((list, i) => alone[list] = [own.moments[i]]);
  const number = (f: () => number) => Object.assign(drawn([], () => Float32Array.of(f())), { assign() {} });
  tidy(() => {
    if ("accBeta1" in state) {
      alone.accBeta1 = number(() => state.beta1 ** (own.age + 1));
      alone.accBeta2 = number(() => state.beta2 ** (own.age + 1));
      alone.iteration = number(() => state.iterations_ ?? 0);
    }
    stock.call(alone, [{ name, tensor: gradient as Tensor }]);
  });
  names.forEach((list, i) => own.moments[i] = alone[list][0]);
}

/**
 * An update in which each variable has its own moments and its own age, whatever else the optimizer is used
 * for. (tfjs keeps moments by the variable's place in the list that is being updated.) Afterwards the lists
 * hold all moments, for saving and disposing; those of variables that are gone are freed.
 */
function update(state: State, gradients: Gradients, stock: Step, inOnePass: typeof adamInOnePass) {
  const book = bookOf(state);
  noteGuard(() => bookOf(state) === book);
  try {
    const updates = updatesOf(gradients, book);
    if (!inOnePass(state, updates)) {
      const settings = settingsOf(state);
      noteGuard(() => settingsOf(state) === settings);
      for (const one of updates) stockStep(state, book.names, one, stock);
    }
    const aged = updates.flatMap(({ own, gradient }) => gradient === undefined ? [] : [own]);
    perform("age", [aged.length], () => {
      for (const own of aged) own.age++;
      state.iterations_ = (state.iterations_ ?? 0) + 1;
    }, { spans: [], ordered: true });
  } finally {
    for (const [variable, { moments }] of book.own) {
      if (!variable.isDisposed) continue;
      book.own.delete(variable);
      moments.forEach((moment) => moment?.variable.dispose());
    }
    const all = [...book.own.values(), ...book.loose];
    book.names.forEach((name, i) => Object.assign(state, { [name]: all.map(({ moments }) => moments[i]) }));
    book.first = listOf(state, book.names[0]);
  }
}

/** Gives every optimizer of tfjs moments by variable. */
export function keepMomentsByVariable() {
  const { MomentumOptimizer, AdagradOptimizer, AdadeltaOptimizer, RMSPropOptimizer } = core;
  const plain = [MomentumOptimizer, AdagradOptimizer, AdadeltaOptimizer, RMSPropOptimizer];
  for (const { prototype } of [...plain, core.AdamaxOptimizer, core.AdamOptimizer]) {
    const stock = prototype.applyGradients as Step;
    const onePass = prototype === core.AdamOptimizer.prototype ? adamInOnePass : () => false;
    prototype.applyGradients = function (gradients: Gradients) {
      update(this as unknown as State, gradients, stock, onePass);
    };
  }
}
