export { type ExecuteOptions, type Execution, type Kernel, startKernel, type Status } from "./kernel.ts";
export type { MimeBundle, Output } from "./output.ts";
export { kernelEnvironment } from "./process.ts";
