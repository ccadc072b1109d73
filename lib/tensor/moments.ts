import {
  AdadeltaOptimizer,
  AdagradOptimizer,
  AdamaxOptimizer,
  AdamOptimizer,
  backend as currentBackend,
  engine,
  MomentumOptimizer,
  type Optimizer,
  RMSPropOptimizer,
  scalar,
  type Tensor,
  tidy,
  type Variable,
} from "@tensorflow/tfjs-core";
import { FastBackend } from "./backend.ts";
import { heap } from "./dispatch.ts";
import { adamInOnePass } from "./fused/adam.ts";
import { noteGuard, noteWritten, perform, refuse } from "./recording.ts";

/** A moment of one variable, as tfjs's optimizers keep it. */
interface Moment {
  readonly originalName: string;
  readonly variable: Variable;
}

/** The moments of one variable, and how often they have been updated. */
export interface Own {
  readonly moments: (Moment | undefined)[];
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

/** What tfjs's optimizers keep: lists of moments under their names, one place a variable. */
export interface State {
  readonly learningRate: number;
  readonly epsilon: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly accBeta1?: Variable;
  readonly accBeta2?: Variable;
  readonly iteration?: Variable;
  iterations_?: number;
}

/** The names of the lists, by class. */
const classes: readonly (readonly [{ readonly prototype: Optimizer }, readonly string[]])[] = [
  [MomentumOptimizer, ["accumulations"]],
  [AdagradOptimizer, ["accumulatedGrads"]],
  [AdadeltaOptimizer, ["accumulatedGrads", "accumulatedUpdates"]],
  [RMSPropOptimizer, ["accumulatedMeanSquares", "accumulatedMoments", "accumulatedMeanGrads"]],
  [AdamaxOptimizer, ["accumulatedFirstMoment", "accumulatedWeightedInfNorm"]],
  [AdamOptimizer, ["accumulatedFirstMoment", "accumulatedSecondMoment"]],
];

const listOf = (state: State, name: string) =>
  (state as unknown as Record<string, (Moment | undefined)[]>)[name];
const setList = (state: State, name: string, list: readonly (Moment | undefined)[]) =>
  Object.assign(state, { [name]: list });

/** Whose the moments of an optimizer are; those that came from `setWeights` are nobody's yet. */
interface Book {
  readonly own: Map<Variable, Own>;
  readonly loose: Own[];
  /** The first list as it was left: another one is there after `setWeights`. */
  list: readonly (Moment | undefined)[];
}
const books = new WeakMap<object, Book>();

function bookOf(state: State, lists: readonly string[]): Book {
  const known = books.get(state), list = listOf(state, lists[0]);
  if (known !== undefined && known.list === list) return known;
  const loose = list.map((_, i) => ({
    moments: lists.map((name) => listOf(state, name)[i]),
    age: state.iterations_ ?? 0,
  }));
  const book = { own: new Map<Variable, Own>(), loose, list };
  books.set(state, book);
  return book;
}

const shapeText = (x: { shape: readonly number[] }) => `[${x.shape.join(", ")}]`;

/** A variable's moments: its own, or loose ones under its name, or the first that are under no one's. */
function momentsOf({ own, loose }: Book, name: string, owner: Variable): Own {
  const known = own.get(owner);
  if (known !== undefined) return known;
  const owned = loose.map(({ moments: [first] }) => first?.originalName.replace(/\/[^/]*$/, "") ?? "");
  const named = owned.indexOf(name);
  const at = named >= 0
    ? named
    : owned.findIndex((other) => engine().registeredVariables[other] === undefined);
  const found: Own = at < 0 ? { moments: [], age: 0 } : loose[at];
  for (const moment of found.moments) {
    if (moment !== undefined && shapeText(moment.variable) !== shapeText(owner)) {
      throw new RangeError(
        `Cannot update ${name}: expected moments of shape ${shapeText(owner)}, got ${
          shapeText(moment.variable)
        }`,
      );
    }
  }
  if (at >= 0) loose.splice(at, 1);
  own.set(owner, found);
  return found;
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
    if (gradient !== undefined && shapeText(gradient) !== shapeText(variable)) {
      throw new RangeError(
        `Cannot apply a gradient to ${name}: expected shape ${shapeText(variable)}, got ${
          shapeText(gradient)
        }`,
      );
    }
    return { name, variable, gradient, own: momentsOf(book, name, variable) };
  });
}

type Step = (gradients: Gradients) => void;

/** x ← f() for a variable of one number; where a step is recorded, f is asked again at each replay. */
function setNumber(x: Variable | undefined, f: () => number) {
  if (x === undefined) return;
  const backend = currentBackend();
  if (!(backend instanceof FastBackend) || backend.refCount(x.dataId) !== 1) {
    refuse("it changes a number of an optimizer");
    return tidy(() => x.assign(scalar(f())));
  }
  const address = backend.address(x);
  noteWritten(x);
  perform("number", [address], () => void (heap.floats()[address / 4] = f()));
}

/** tfjs's own step for some variables: it sees lists that hold their moments alone, and their age as its own. */
function stockStep(state: State, lists: readonly string[], updates: readonly Update[], stock: Step) {
  const [{ own }] = updates, { accBeta1, accBeta2, beta1, beta2 } = state;
  setNumber(accBeta1, () => beta1 ** (own.age + 1));
  setNumber(accBeta2, () => beta2 ** (own.age + 1));
  setNumber(state.iteration, () => state.iterations_ ?? 0);
  lists.forEach((name, i) => setList(state, name, updates.map(({ own }) => own.moments[i])));
  stock(updates.map(({ name, gradient }) => ({ name, tensor: gradient as Tensor })));
  lists.forEach((name, i) => updates.forEach(({ own }, k) => own.moments[i] = listOf(state, name)[k]));
}

/** Every number that an optimizer was made with: what a recorded step took from it. */
const settings = (state: State) =>
  Object.entries(state).filter(([key, x]) => typeof x === "number" && key !== "iterations_").join();

/**
 * An update in which each variable has its own moments and its own age, whatever else the optimizer is used
 * for. (tfjs keeps moments by the variable's place in the list that is being updated.) Afterwards the lists
 * hold all moments, for saving and disposing; those of variables that are gone are freed.
 */
function update(
  state: State,
  lists: readonly string[],
  gradients: Gradients,
  stock: Step,
  inOnePass: (state: State, updates: readonly Update[]) => boolean,
) {
  const book = bookOf(state, lists), count = state.iterations_ ?? 0;
  noteGuard(() => bookOf(state, lists) === book);
  try {
    const updates = updatesOf(gradients, book);
    if (!inOnePass(state, updates)) {
      const set = settings(state);
      noteGuard(() => settings(state) === set);
      const byAge = state.accBeta1 === undefined
        ? new Map([[0, updates]])
        : Map.groupBy(updates, ({ own }) => own.age);
      for (const group of byAge.values()) {
        if (group.length > 0) stockStep(state, lists, group, stock);
        state.iterations_ = count;
      }
    }
    const aged = updates.flatMap(({ own, gradient }) => gradient === undefined ? [] : [own]);
    perform("age", [aged.length], () => {
      for (const own of aged) own.age++;
      state.iterations_ = (state.iterations_ ?? 0) + 1;
    });
  } finally {
    for (const [variable, { moments }] of book.own) {
      if (!variable.isDisposed) continue;
      book.own.delete(variable);
      moments.forEach((moment) => moment?.variable.dispose());
    }
    const all = [...book.own.values(), ...book.loose];
    lists.forEach((name, i) => setList(state, name, all.map(({ moments }) => moments[i])));
    book.list = listOf(state, lists[0]);
  }
}

/** Gives every optimizer of tfjs moments by variable. */
export function keepMomentsByVariable() {
  for (const [{ prototype }, lists] of classes) {
    const stock = prototype.applyGradients;
    const onePass = prototype === AdamOptimizer.prototype ? adamInOnePass : () => false;
    prototype.applyGradients = function (gradients) {
      const step: Step = (some) => stock.call(this, some);
      update(this as unknown as State, lists, gradients, step, onePass);
    };
  }
}
