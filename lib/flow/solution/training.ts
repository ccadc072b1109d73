/**
 * Flows of the plane that learn.
 *
 * | file          | holds                                                               |
 * | ------------- | ------------------------------------------------------------------- |
 * | points.ts     | two moons; the plane of largest variance                            |
 * | plane.ts      | mass and mean log density; the digits as points; the normal to beat |
 * | real_nvp.ts   | affine couplings, fitted by forward KL to samples                   |
 * | planar_fit.ts | planar layers, fitted by reverse KL to an unnormalised density      |
 * | descend.ts    | how both are trained                                                |
 * | tf.ts         | the one door to tensors                                             |
 */
export { twoMoons } from "../points.ts";
export { bestNormal, digitPlane, meanLogDensity, planeIntegral, planeMass } from "../plane.ts";
export { type RealNvp, realNvpToBase, trainRealNvp } from "./real_nvp.ts";
export { type PlanarStack, planarStackFlow, ringEnergy, trainPlanar } from "./planar_fit.ts";
