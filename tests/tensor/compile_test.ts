import assert from "node:assert/strict";
import {
  adam,
  type Argument,
  binaryCrossEntropy,
  compile,
  dense,
  maskedConv,
  randomNormal,
  type Result,
  setThreads,
  tf,
} from "lib/tensor/mod.ts";
import { random } from "lib/math/random.ts";
import { heap, share, threads } from "../../lib/tensor/dispatch.ts";

const steps = Deno.env.get("LONG") === "1" ? 2000 : 100;

const drawn = (shape: number[], seed: number, spread = 1): tf.Tensor =>
  tf.tensor(
    Float32Array.from(random(seed).normals(shape.reduce((n, d) => n * d, 1)), (z) => spread * z),
    shape,
  );
const variable = (shape: number[], seed: number) => tf.tidy(() => tf.variable(drawn(shape, seed, 0.3)));
const squares = (x: tf.Tensor, W: tf.Tensor) => x.matMul(W).square().mean<tf.Scalar>();

/** A step as a student writes it, its variables, and the arguments of call k. */
interface Training {
  readonly variables: tf.Variable[];
  readonly optimizer?: tf.Optimizer;
  readonly step: (...x: never[]) => Result;
  readonly args: (k: number) => Argument[];
}

/** A training whose loss is a function of the batch x and the weights. */
function training(
  shapes: number[][],
  loss: (x: tf.Tensor, ...weights: tf.Tensor[]) => tf.Tensor,
  batch: number[],
  optimizer: tf.Optimizer = adam(0.01),
): Training {
  const variables = shapes.map((shape, i) => variable(shape, i + 1));
  const step = (x: tf.Tensor) =>
    optimizer.minimize(() => loss(x, ...variables).asScalar(), true, variables) as tf.Scalar;
  return { variables, optimizer, step, args: (k) => [drawn(batch, k % 7)] };
}

const mlp = (optimizer?: tf.Optimizer) =>
  training(
    [[6, 9], [9], [9, 2]],
    (x, W, b, U) => x.matMul(W).add(b).tanh().matMul(U).sub(x.slice([0, 0], [-1, 2])).square().mean(),
    [8, 6],
    optimizer,
  );

const crossEntropy = (x: tf.Tensor, l: tf.Tensor) =>
  l.relu().sub(l.mul(x)).add(l.abs().neg().exp().log1p()).sum(1);

function vae(fused: boolean): Training {
  const shapes = [[20, 16], [16], [16, 8], [8], [4, 20], [20]],
    variables = shapes.map((s, i) => variable(s, i));
  const optimizer = adam(0.01), [W, b, U, c, D, d] = variables;
  const plainLoss = (x: tf.Tensor, noise: tf.Tensor) => {
    const [mean, logVar] = tf.split(x.matMul(W).add(b).relu().matMul(U).add(c), 2, 1);
    const z = mean.add(logVar.mul(0.5).exp().mul(noise));
    const kl = mean.square().add(logVar.exp()).sub(1).sub(logVar).sum(1).mul(0.5);
    return crossEntropy(x, z.matMul(D).add(d)).add(kl).mean();
  };
  const layer = (x: tf.Tensor, W: tf.Tensor, b: tf.Tensor, f: "relu" | "linear") =>
    dense(x as tf.Tensor2D, W as tf.Tensor2D, b as tf.Tensor1D, f);
  const fusedLoss = (x: tf.Tensor, noise: tf.Tensor) => {
    const [mean, logVar] = tf.split(layer(layer(x, W, b, "relu"), U, c, "linear"), 2, 1) as tf.Tensor2D[];
    const z = mean.add(logVar.mul(0.5).exp().mul(noise));
    return binaryCrossEntropy(x, layer(z, D, d, "linear")).mean();
  };
  const loss = fused ? fusedLoss : plainLoss;
  const step = (x: tf.Tensor, noise: tf.Tensor) =>
    optimizer.minimize(() => loss(x, noise).asScalar(), true, variables) as tf.Scalar;
  const args = (k: number) => [tf.tidy(() => drawn([8, 20], k % 7).greater(0).toFloat()), drawn([8, 4], k)];
  return { variables, optimizer, step, args };
}

const image = (x: tf.Tensor) => x as tf.Tensor4D;
const trainings: Record<string, () => Training> = {
  adam: () => mlp(),
  sgd: () => mlp(tf.train.sgd(0.1)),
  momentum: () => mlp(tf.train.momentum(0.01, 0.9)),
  rmsprop: () => mlp(tf.train.rmsprop(0.01)),
  "centred rmsprop": () => mlp(tf.train.rmsprop(0.001, 0.9, 0.5, undefined, true)),
  adagrad: () => mlp(tf.train.adagrad(0.01)),
  adadelta: () => mlp(tf.train.adadelta(0.01)),
  adamax: () => mlp(tf.train.adamax(0.01, 0.9, 0.99, undefined, 0.1)),
  "vae, plain": () => vae(false),
  "vae, fused": () => vae(true),
  "masked convolutions": () =>
    training(
      [[3, 3, 1, 4], [3, 3, 4, 1]],
      (x, K, L) =>
        maskedConv(maskedConv(image(x), image(K), "A", { activation: "relu" }), image(L), "B").square()
          .mean(),
      [3, 5, 5, 1],
    ),
  "convolutions, plain": () =>
    training(
      [[3, 3, 1, 4], [3, 3, 4, 1]],
      (x, K, L) =>
        tf.conv2d(image(tf.conv2d(image(x), image(K), 1, "same").relu()), image(L), 2, "same").square()
          .mean(),
      [3, 5, 5, 1],
    ),
  "where, argMax, max": () =>
    training([[6, 6]], (x, W) => {
      const h = x.matMul(W);
      return tf.where(h.greater(0), h.square(), h.elu()).max(1).add(h.argMax(1).toFloat()).mean();
    }, [5, 6]),
  "softmax and logSumExp": () =>
    training(
      [[6, 6]],
      (x, W) => tf.logSumExp(x.matMul(W), 1).sub(x.matMul(W).softmax().mul(x).sum(1)).mean(),
      [5, 6],
    ),
  "a gradient inside": () =>
    training([[6, 6]], (x, W) => tf.grad((u: tf.Tensor) => u.matMul(W).tanh().sum())(x).square().mean(), [
      2,
      6,
    ]),
  "layers of tfjs": () => {
    const layer = tf.layers.dense({ units: 3, inputShape: [6], activation: "tanh" });
    const model = tf.sequential({ layers: [layer] }), optimizer = adam(0.01);
    model.setWeights([drawn([6, 3], 1), drawn([3], 2)]);
    const variables = model.trainableWeights.map((w) => w.read() as tf.Variable);
    const step = (x: tf.Tensor) =>
      optimizer.minimize(
        () => (model.apply(x) as tf.Tensor).square().mean().asScalar(),
        true,
        variables,
      ) as tf.Scalar;
    return { variables, optimizer, step, args: (k) => [drawn([4, 6], k)] };
  },
  "whole numbers as arguments": () => {
    const { variables, optimizer } = training([[6, 6]], squares, []), [W] = variables;
    const step = (i: tf.Tensor1D) =>
      optimizer!.minimize(
        () => tf.gather(W, i).square().sum().mul<tf.Scalar>(0.1),
        true,
        variables,
      ) as tf.Scalar;
    return { variables, optimizer, step, args: (k) => [tf.tensor1d([k % 6, (5 * k + 1) % 6], "int32")] };
  },
  "numbers as arguments": () => {
    const { variables, optimizer } = training([[6, 6]], squares, []), [W] = variables;
    const step = (x: tf.Tensor, s: number) =>
      optimizer!.minimize(() => squares(x, W).mul<tf.Scalar>(s), true, variables) as tf.Scalar;
    return { variables, optimizer, step, args: (k) => [drawn([5, 6], k), k % 3] };
  },
  "batches of two sizes": () => ({
    ...training([[6, 6]], squares, []),
    args: (k) => [drawn([k % 5 === 4 ? 2 : 4, 6], k)],
  }),
  "a falling learning rate": () => {
    const all = training([[6, 6]], squares, []), { optimizer } = all;
    const args = (
      k: number,
    ) => [tf.tidy(() => (Object.assign(optimizer!, { learningRate: 0.1 / (k + 1) }), drawn([2, 6], k)))];
    return { ...all, args };
  },
  "assignments": () => {
    const W = variable([6, 6], 1);
    const step = (x: tf.Tensor) => (W.assign(W.mul(0.9).add(x.matMul(x, false, true).mul(0.01))), W.sum());
    return { variables: [W], step, args: (k) => [drawn([6, 6], k)] };
  },
  "several results": () => {
    const W = variable([6, 6], 1);
    const step = (x: tf.Tensor) => ({
      y: x.matMul(W),
      turned: x.matMul(W).transpose(),
      row: W.slice([1, 0], [1, 6]),
    });
    return { variables: [W], step, args: (k) => [drawn([5, 6], k)] };
  },
};

const tensorsOf = (result: Result): tf.Tensor[] =>
  result instanceof tf.Tensor ? [result] : Object.values(result ?? {}) as tf.Tensor[];

/** Everything that a training computes in n calls, and what its step says. */
function run(make: () => Training, n: number, compiled: boolean): { numbers: number[]; said: string[] } {
  const { variables, optimizer, step, args } = make(), said: string[] = [], warn = console.warn;
  const plain = step as unknown as (...x: Argument[]) => Result,
    fast = compile(plain),
    numbers: number[] = [];
  console.warn = (text: string) => void said.push(text);
  try {
    for (let k = 0; k < n; k++) {
      const given = args(k), made = tensorsOf(compiled ? fast(...given) : plain(...given));
      for (const t of made) numbers.push(...t.dataSync());
      tf.dispose([made, given.filter((x) => x instanceof tf.Tensor)] as tf.Tensor[][]);
    }
    for (const v of variables) numbers.push(...v.dataSync());
  } finally {
    console.warn = warn;
    fast.dispose();
    tf.dispose(variables);
    optimizer?.dispose();
  }
  return { numbers, said };
}

for (const [name, make] of Object.entries(trainings)) {
  Deno.test(`law: ${name}: a compiled step gives the same bits, and leaves nothing behind`, () => {
    const plain = run(make, steps, false);
    const before = [tf.memory().numTensors, heap.inUse()];
    assert.deepEqual(
      run(make, steps, false).numbers,
      plain.numbers,
      "the training itself is not decided by its seeds",
    );
    const left = [tf.memory().numTensors, heap.inUse()].map((x, i) => x - before[i]);
    for (const count of [1, 2]) {
      setThreads(count);
      if (count === 2) share("everything");
      const start = [tf.memory().numTensors, heap.inUse()], compiled = run(make, steps, true);
      share("what pays");
      assert.deepEqual(compiled.numbers, plain.numbers);
      assert.deepEqual(compiled.said, []);
      const rest = [tf.memory().numTensors, heap.inUse()].map((x, i) => x - start[i]);
      assert(rest.every((x, i) => x <= left[i]), `left behind: ${rest}, uncompiled ${left}`);
    }
  });
}

/** A step that can't be replayed runs as it is written, and says why, once. */
function alike(name: string, make: () => Training, reason: RegExp, n = 40) {
  Deno.test(`edge: ${name}: runs as it is written and says so`, () => {
    const plain = run(make, n, false), compiled = run(make, n, true);
    assert.deepEqual(compiled.numbers, plain.numbers);
    assert.equal(compiled.said.length, 1);
    assert.match(compiled.said[0], reason);
  });
}

const counting = (loss: (x: tf.Tensor, W: tf.Tensor, call: number) => tf.Tensor) => () => {
  let call = 0;
  return training([[6, 6]], (x, W) => loss(x, W, call++), [5, 6]);
};
alike(
  "values read",
  counting((x, W) => squares(x, W).mul(1 + squares(x, W).dataSync()[0])),
  /reads the values/,
);
alike(
  "a branch on data",
  counting((x, W) => x.sum().dataSync()[0] > 0 ? squares(x, W) : squares(x, W).mul(2)),
  /reads the values/,
);
alike(
  "a number that changes at each call",
  counting((x, W, k) => squares(x, W).mul(k + 1)),
  /differs from call to call/,
);
alike(
  "a tensor from a list, another at each call",
  () => {
    const list = [1, 2, 3].map((seed) => variable([6, 6], seed));
    const all = counting((x, W, k) => squares(x, W).add(list[k % 3].mean()))();
    return { ...all, variables: [...all.variables, ...list] };
  },
  /differs from call to call/,
);
alike("tensors that stay", () => {
  const W = variable([6, 6], 1), kept: tf.Variable[] = [];
  const step = (x: tf.Tensor) => {
    kept.push(tf.variable(x.matMul(W)));
    return W.sum();
  };
  return { variables: [W], step, args: (k) => [drawn([6, 6], k)] };
}, /tensors that stay/);
alike("tensors of another type", () => {
  const W = variable([2, 2], 1);
  const step = (x: tf.Tensor) => tf.real(tf.complex(x.add(W), x)).add(W);
  return { variables: [W], step, args: (k) => [drawn([2, 2], k)] };
}, /of type complex64/);
alike("more kinds of numbers than it keeps", () => {
  const { variables, optimizer } = training([[6, 6]], squares, []), [W] = variables;
  const step = (x: tf.Tensor, s: number) =>
    optimizer!.minimize(() => squares(x, W).mul<tf.Scalar>(s), true, variables);
  return { variables, optimizer, step: step as Training["step"], args: (k) => [drawn([5, 6], k), k] };
}, /more than 8 kinds/);

alike("shapes that depend on numbers", () => {
  const W = variable([6], 1);
  const step = (x: tf.Tensor) => tf.unique(x.add(W.sum().mul(0)).round()).values.sum().add(W);
  return { variables: [W], step, args: (k) => [drawn([6], k)] };
}, /shapes that depend on numbers/);
Deno.test("edge: a variable as an argument is the variable itself, and can be trained", () => {
  const said: string[] = [], warn = console.warn, x = drawn([5, 6], 2);
  console.warn = (text: string) => void said.push(text);
  const play = (wrap: typeof compile) => {
    const W = variable([6, 6], 1), optimizer = adam(0.1);
    const step = wrap((V: tf.Tensor) =>
      optimizer.minimize(() => squares(x, V), true, [V as tf.Variable]) as tf.Scalar
    );
    const numbers: number[] = [];
    for (let k = 0; k < 12; k++) tf.tidy(() => void numbers.push(...step(W).dataSync(), ...W.dataSync()));
    optimizer.dispose();
    W.dispose();
    return numbers;
  };
  assert.deepEqual(play(compile), play(((f: unknown) => f) as typeof compile));
  console.warn = warn;
  assert.match(said.join(), /an argument is a variable/);
  x.dispose();
});

Deno.test("edge: a number that changes late is seen at the next look, and the calls in between are named", () => {
  let factor = 1;
  const said: string[] = [], warn = console.warn, W = variable([6, 6], 1), x = drawn([5, 6], 2);
  const step = compile((x: tf.Tensor) => squares(x, W).mul(factor));
  console.warn = (text: string) => void said.push(text);
  const value = () => tf.tidy(() => step(x).dataSync()[0]);
  const right = () => tf.tidy(() => squares(x, W).mul(factor).dataSync()[0]);
  for (let call = 1; call <= 20; call++) assert.equal(value(), right());
  factor = 3;
  for (let call = 21; call < 32; call++) value();
  for (let call = 32; call <= 70; call++) assert.equal(value(), right(), `call ${call}`);
  console.warn = warn;
  assert.equal(said.length, 1);
  assert.match(said[0], /calls since number 16 may have used old ones/);
  step.dispose();
  tf.dispose([W, x]);
});

Deno.test("edge: what happens to variables between calls is seen at the call where it matters", () => {
  const events: Record<string, (t: { W: tf.Variable; optimizer: tf.Optimizer; kept: tf.Tensor[] }) => void> =
    {
      "assigned to": ({ W }) => tf.tidy(() => W.assign(drawn([6, 6], 99))),
      cloned: ({ W, kept }) => void kept.push(W.clone()),
      "cloned and assigned to": ({ W, kept }) => {
        kept.push(W.clone());
        tf.tidy(() => W.assign(drawn([6, 6], 98)));
      },
      "not trainable any more": ({ W }) => Object.assign(W, { trainable: false }),
      "trained elsewhere": ({ W, optimizer }) =>
        void optimizer.minimize(() => W.square().sum().asScalar(), false, [W]),
      "a new learning rate": ({ optimizer }) => void Object.assign(optimizer, { learningRate: 0.5 }),
    };
  const make: Record<string, () => tf.Optimizer> = { adam, rmsprop: () => tf.train.rmsprop(0.01) };
  for (const [what, happens] of Object.entries(events)) {
    for (const [kind, optimizerOf] of Object.entries(make)) {
      const play = (compiled: boolean) => {
        const W = variable([6, 6], 1),
          V = variable([6, 6], 2),
          optimizer = optimizerOf(),
          kept: tf.Tensor[] = [];
        const loss = (x: tf.Tensor) => () => squares(x, W).add<tf.Scalar>(squares(x, V));
        const plain = (x: tf.Tensor) => optimizer.minimize(loss(x), true) as tf.Scalar, fast = compile(plain);
        const numbers: number[] = [];
        for (let k = 0; k < 30; k++) {
          if (k === 12 || k === 13 || k === 20) happens({ W, optimizer, kept });
          tf.tidy(() =>
            numbers.push(...(compiled ? fast : plain)(drawn([5, 6], k)).dataSync(), ...W.dataSync())
          );
        }
        for (const t of kept) numbers.push(...t.dataSync());
        fast.dispose();
        optimizer.dispose();
        tf.dispose([W, V, ...kept]);
        return numbers;
      };
      assert.deepEqual(play(true), play(false), `${what}, ${kind}`);
    }
  }
});

Deno.test("edge: captured tensors, arguments and steps that have been disposed of are errors", () => {
  const c = drawn([6, 6], 1), x = drawn([6, 6], 2), step = compile((x: tf.Tensor) => x.matMul(c));
  for (let k = 0; k < 6; k++) step(x).dispose();
  c.dispose();
  for (let k = 0; k < 3; k++) assert.throws(() => step(x), /disposed/);
  x.dispose();
  assert.throws(
    () => step(x),
    /expected a tensor or a number as argument 1, got a tensor that has been disposed of/,
  );
  step.dispose();
  assert.throws(() => step(x), /expected one that is alive/);
  assert.throws(() => compile(5 as never), /expected a function, got 5/);
  for (const result of [5, "x", Promise.resolve(1), [1], {}]) {
    assert.throws(() => compile(() => result as never)(), /to return tensors or nothing/);
  }
  assert.throws(
    () => compile((x: tf.Tensor) => x)([[1]] as never),
    /expected a tensor or a number as argument 1/,
  );
});

Deno.test("law: one tensor as two arguments, results that are kept, and nothing shared between calls", () => {
  const step = compile((a: tf.Tensor, b: tf.Tensor) => a.mul(2).add(b)), x = drawn([9], 1), y = drawn([9], 2);
  const right = (a: tf.Tensor, b: tf.Tensor) =>
    [...a.dataSync()].map((v, i) => Math.fround(2 * v + b.dataSync()[i]));
  const results: tf.Tensor[] = [];
  for (let k = 0; k < 12; k++) results.push(k % 2 === 0 || k < 6 ? step(x, x) : step(x, y));
  results.forEach((t, k) => {
    assert.deepEqual([...t.dataSync()], k % 2 === 0 || k < 6 ? right(x, x) : right(x, y));
  });
  step.dispose();
  tf.dispose([x, y, ...results]);
});

Deno.test("edge: tensors from elsewhere, and arguments that a step gives back or disposes of, stay what they are", () => {
  const [W, c] = [variable([6], 1), drawn([6], 2)], warn = console.warn;
  console.warn = () => {};
  const steps: ((x: tf.Tensor) => tf.Tensor)[] = [() => W, () => c, (x) => x, (x) => (x.dispose(), c.add(1))];
  for (const f of steps) {
    const step = compile(f);
    for (let k = 0; k < 8; k++) {
      const [x, y] = [drawn([6], 3), drawn([6], 3)], expected = f(x), got = step(y);
      assert.equal(got === y, expected === x);
      assert.equal(y.isDisposed, x.isDisposed);
      assert.deepEqual([...got.dataSync()], [...expected.dataSync()]);
      assert(!W.isDisposed && !c.isDisposed);
      tf.dispose([x, y, expected, got].filter((t) => t !== W && t !== c));
    }
    step.dispose();
  }
  console.warn = warn;
  tf.dispose([W, c]);
});

Deno.test("law: draws of chance inside a step stay draws, from the same sources", () => {
  const play = (compiled: boolean) => {
    const chance = random(5), W = variable([6, 6], 1), numbers: number[] = [];
    const plain = () => squares(randomNormal([5, 6], chance), W), fast = compile(plain);
    for (let k = 0; k < 20; k++) tf.tidy(() => numbers.push((compiled ? fast : plain)().dataSync()[0]));
    fast.dispose();
    W.dispose();
    return numbers;
  };
  assert.deepEqual(play(true), play(false));
  const forms: Record<string, () => tf.Tensor> = {
    randomNormal: () => tf.randomNormal([50]),
    randomUniform: () => tf.randomUniform([50]),
    truncatedNormal: () => tf.truncatedNormal([50]),
    dropout: () => tf.dropout(tf.ones([50]), 0.5).mul(tf.range(1, 51)),
  };
  for (const [name, draw] of Object.entries(forms)) {
    const step = compile(draw), seen = new Set<string>();
    for (let k = 0; k < 20; k++) tf.tidy(() => void seen.add(step().dataSync().join()));
    assert.equal(seen.size, 20, name);
    step.dispose();
  }
  const seeded = compile(() => tf.randomNormal([5], 0, 1, "float32", 7)), seen = new Set<string>();
  for (let k = 0; k < 9; k++) tf.tidy(() => void seen.add(seeded().dataSync().join()));
  assert.equal(seen.size, 1);
  seeded.dispose();
});

Deno.test("law: steps may be nested, take turns, stand inside a gradient, and fail in between", () => {
  const play = (wrap: typeof compile) => {
    const [W, V] = [variable([6, 6], 1), variable([6, 6], 2)],
      one = adam(0.1),
      two = tf.train.momentum(0.01, 0.9);
    let failing = false;
    const inner = wrap((x: tf.Tensor) => x.matMul(W).tanh());
    const first = wrap((x: tf.Tensor) =>
      one.minimize(() => inner(x).square().mean().asScalar(), true, [W]) as tf.Scalar
    );
    const second = wrap((x: tf.Tensor) => {
      const loss = two.minimize(() => squares(inner(x), V), true, [V, W]) as tf.Scalar;
      if (failing) throw new Error("in between");
      return loss;
    });
    const numbers: number[] = [];
    for (let k = 0; k < 40; k++) {
      tf.tidy(() => {
        const x = drawn([6, 6], k), add = (t: tf.Tensor) => numbers.push(...t.dataSync());
        failing = k === 2;
        if (failing) assert.throws(() => second(x), /in between/);
        else add(second(x));
        add(first(x));
        add(inner(x));
        add(tf.grad((u: tf.Tensor) => inner(u).sum())(x));
        add(W);
      });
    }
    for (const step of [inner, first, second]) if ("dispose" in step) step.dispose();
    for (const optimizer of [one, two]) optimizer.dispose();
    tf.dispose([W, V]);
    return numbers;
  };
  assert.deepEqual(play(compile), play(((f: unknown) => f) as typeof compile));
});

Deno.test("edge: a worker that dies, a limit on memory and growth between calls do a step no harm", async () => {
  const plain = run(trainings["vae, plain"], 60, false).numbers;
  setThreads(2);
  share("everything");
  const { variables, optimizer, step, args } = trainings["vae, plain"]();
  const fast = compile(step as unknown as (...x: Argument[]) => Result),
    numbers: number[] = [],
    held: tf.Tensor[] = [];
  for (let k = 0; k < 60; k++) {
    if (k === 20) await threads.kill();
    if (k === 30) held.push(tf.zeros([4_000_000]));
    if (k === 40) setThreads(1);
    const given = args(k), made = tensorsOf(fast(...given));
    for (const t of made) numbers.push(...t.dataSync());
    tf.dispose([...made, ...given.filter((x) => x instanceof tf.Tensor)]);
  }
  for (const v of variables) numbers.push(...v.dataSync());
  assert.deepEqual(numbers, plain);
  fast.dispose();
  optimizer?.dispose();
  tf.dispose([...variables, ...held]);
  share("what pays");
  setThreads(2);
});
