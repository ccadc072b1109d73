import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util";
import { backendName } from "../../../lib/tensor/backend.ts";
import { install } from "../../../lib/tensor/install.ts";
import { setPanelWidth, share, threads } from "../../../lib/tensor/dispatch.ts";
import { guardHeap } from "../guard.ts";

/** The backend as tfjs-core's suite meets it: SYW_THREADS = 1 or 2, SYW_WIDTH = 8 or 16, SYW_GUARD = 1: fenced. */
const count = Number(Deno.env.get("SYW_THREADS") ?? 1);
install();
if (Deno.env.get("SYW_GUARD") === "1") guardHeap();
threads.allow(count);
setPanelWidth(Deno.env.get("SYW_WIDTH") === "16" ? 16 : 8);
if (count === 2) share("everything");
setTestEnvs([{ name: backendName, backendName, isDataSync: true }]);
Object.assign(globalThis, { threadsAtWork: () => threads.count() });
