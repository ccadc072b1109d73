import { workerData } from "node:worker_threads";
import { compileKernels } from "./kernels/mod.ts";
import { serve } from "./threads.ts";

/** The second thread: its own kernels on the shared memory, then jobs until it is given up. */
const { memory, id } = workerData as { memory: WebAssembly.Memory; id: number };
serve(memory, compileKernels(memory, 1), id);
