/** The other end of `reader.ts`: parses and grafts, and runs nothing of what it reads. */
import { graft } from "./graft.ts";

const here = self as unknown as {
  onmessage: (event: MessageEvent<Parameters<typeof graft>>) => void;
  postMessage(message: unknown): void;
};

here.onmessage = ({ data }) => {
  try {
    here.postMessage(graft(...data));
  } catch (cause) {
    here.postMessage({ failure: cause instanceof Error ? cause.message : String(cause) });
  }
};

here.postMessage("ready");
