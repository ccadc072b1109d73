import { workerData } from "node:worker_threads";
import { openProducts, setProducts } from "../math/native.ts";
import { compileKernels } from "./kernels/mod.ts";
import { serve } from "./threads.ts";

/** The second thread: its own kernels on the shared memory, then jobs until it is given up. */
const { memory, id, library } = workerData as { memory: WebAssembly.Memory; id: number; library?: string };
if (library !== undefined) setProducts(openProducts(library));
serve(memory, compileKernels(memory, 1), id);
