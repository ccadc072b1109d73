import { random } from "lib/math/random.ts";
import { adam, compile, tf } from "lib/tensor/mod.ts";

/** A random training step: layers, and between them what cells do to rows, columns, parts and sums. */
function randomStep(seed: number) {
  const chance = random(seed), pick = <T>(...of: T[]): T => of[Math.floor(chance.uniform() * of.length)];
  const drawn = (shape: [number, number]) =>
    tf.tensor2d(Float32Array.from({ length: shape[0] * shape[1] }, () => chance.normal()), shape);
  const rows = pick(1, 8, 16, 24, 33, 64, 100),
    width = () => pick(1, 2, 3, 8, 12, 16, 20, 33, 40, 64);
  const variables: tf.Variable[] = [];
  const weight = (shape: [number, number]) => {
    const held = tf.variable(tf.tidy(() => drawn(shape).mul(0.3)));
    variables.push(held);
    return held as unknown as tf.Tensor2D;
  };
  const shapes: ((x: tf.Tensor2D) => tf.Tensor2D)[] = [];
  const first = width();
  let at = first;
  const layer = () => {
    const to = width(), W = weight([at, to]), b = weight([1, to]);
    at = to;
    return (x: tf.Tensor2D) => x.matMul(W).add(b) as tf.Tensor2D;
  };
  const activation = () =>
    pick<(x: tf.Tensor2D) => tf.Tensor2D>(
      (x) => x.relu(),
      (x) => x.tanh(),
      (x) => x.sigmoid(),
      (x) => x.abs().neg().exp().log1p(),
      (x) => x.square().mul(0.1),
      (x) => x.sub(x.mean(1, true)),
      (x) => x.mul(x.sum(0, true).mul(0.01)),
      (x) => x.div(x.square().sum(1, true).add(1).sqrt()),
      (x) => x.softmax(),
      (x) => tf.where(x.greater(0), x, x.mul(0.1)),
      (x) => x.transpose<tf.Tensor2D>().mul<tf.Tensor2D>(1.1).transpose<tf.Tensor2D>(),
      (x) => x.reshape([1, -1]).mul(0.9).reshape(x.shape),
      (x) => tf.concat([x, x.neg()], 1).slice([0, 0], x.shape) as tf.Tensor2D,
      (x) => tf.reverse(x, 0),
      (x) => x.shape[1] > 1 ? tf.concat(tf.split(x, x.shape[1], 1).toReversed(), 1) as tf.Tensor2D : x,
    );
  for (let k = pick(1, 2, 3, 4); k > 0; k--) shapes.push(layer(), activation());
  const last = layer(), shortcut = chance.uniform() < 0.5;
  const loss = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Scalar => {
    let h = x;
    for (const f of shapes) {
      const next = f(h);
      h = shortcut && next.shape[1] === h.shape[1] ? next.add(h) as tf.Tensor2D : next;
    }
    const error = last(h).sub(y);
    return error.square().sum(1).mean().add(h.square().mean().mul(0.01));
  };
  const optimizer = pick<() => tf.Optimizer>(
    () => adam(0.01),
    () => tf.train.sgd(0.01),
    () => tf.train.rmsprop(0.01),
  )();
  const step = (x: tf.Tensor2D, y: tf.Tensor2D) =>
    optimizer.minimize(() => loss(x, y), true, variables) as tf.Scalar;
  const data = Array.from({ length: 3 }, () => [drawn([rows, first]), drawn([rows, at])] as const);
  return { variables, optimizer, step, data, dispose: () => tf.dispose([...data.flat(), ...variables]) };
}

/** Losses and weights of some calls. */
export function trained(seed: number, compiled: boolean): number[] {
  const { variables, optimizer, step, data, dispose } = randomStep(seed), replayed = compile(step);
  const fast = compiled ? replayed : step;
  const numbers = Array.from({ length: 7 }, (_, k) => {
    const cost = fast(...data[k % 3]), [value] = cost.dataSync();
    cost.dispose();
    return value;
  });
  numbers.push(...variables.flatMap((x) => [...x.dataSync()]));
  replayed.dispose();
  optimizer.dispose();
  dispose();
  return numbers;
}
