export {
  affine1d,
  cube,
  exponential,
  leakyRelu,
  type ScalarFlow,
  sinhArcsinh,
  tanhShift,
} from "./flow/scalar.ts";
export { affineCoupling, type FoldableFlow, linear, radial, type VectorFlow } from "./flow/vector.ts";
export { constrainPlanar, planar } from "./flow/planar.ts";
export { compose, invert } from "./flow/compose.ts";
export {
  type Fit,
  fitForward,
  fitReverse,
  forwardKl,
  type Gaussian,
  gradReverseKl,
  reverseKl,
} from "./flow/fit.ts";
