import { workerData } from "node:worker_threads";
import { compileKernels } from "./kernels/mod.ts";
import { serve } from "./threads.ts";

/** The second thread: its own kernels on the shared memory, then jobs until the process ends. */
const memory = workerData as WebAssembly.Memory;
serve(memory, compileKernels(memory, 1));
