export { affine1d, cube, exponential, leakyRelu, type ScalarFlow, sinhArcsinh, tanhShift } from "./scalar.ts";
export { affineCoupling, linear, radial, type VectorFlow } from "./vector.ts";
export { constrainPlanar, planar } from "./planar.ts";
export { compose, invert } from "./compose.ts";
export { fitForward, fitReverse, forwardKl, type Gaussian, reverseKl } from "./fit.ts";
