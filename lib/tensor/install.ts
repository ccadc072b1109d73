import { refuseRaggedArrays } from "./arrays.ts";
import { assignInPlace } from "./compile.ts";
import { useFastBackend } from "./backend.ts";
import { showNumbers } from "./inspect.ts";
import { keepMomentsByVariable } from "./moments.ts";
import { overrideElementwise } from "./ops/elementwise.ts";
import { overrideProducts } from "./ops/matmul.ts";
import { overrideReductions } from "./ops/reduce.ts";
import { overrideShapes } from "./ops/shape.ts";
import { registerFused } from "./fused/register.ts";
import { saveWithoutClones } from "./saved.ts";
import { overrideConvolutions } from "./ops/convolution.ts";

/** Registers the backend with its fast kernels and makes it the current one. */
export function install() {
  overrideElementwise();
  overrideProducts();
  overrideReductions();
  overrideShapes();
  overrideConvolutions();
  registerFused();
  saveWithoutClones();
  keepMomentsByVariable();
  assignInPlace();
  refuseRaggedArrays();
  useFastBackend();
  showNumbers();
}
