/** What a process and all that it has started use. */
interface Usage {
  /** Processor time of all threads so far. */
  seconds: number;
  megabytes: number;
}

/** Ticks of the processor clock in /proc: Linux shows them in hundredths of a second on every machine of today. */
const ticks = 100;

/**
 * @param alone the process without what it has started
 * @returns undefined when there is no such process any more
 */
export function usage(pid: number, alone = false): Usage | undefined {
  return Deno.build.os === "linux" ? fromProc(pid, alone) : fromPs(pid);
}

function fromProc(pid: number, alone: boolean): Usage | undefined {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // the second field is a name in brackets, in which anything may stand
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const resident = /VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1] ?? "0";
    const total = {
      seconds: (Number(fields[11]) + Number(fields[12])) / ticks,
      megabytes: Number(resident) / 1e3,
    };
    for (const child of alone ? [] : childrenOf(pid)) {
      const used = fromProc(child, false);
      total.seconds += used?.seconds ?? 0;
      total.megabytes += used?.megabytes ?? 0;
    }
    return total;
  } catch {
    return undefined;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).split(" ").filter((x) => x !== "").map(
      Number,
    );
  } catch {
    return [];
  }
}

function fromPs(pid: number): Usage | undefined {
  try {
    const { stdout } = new Deno.Command("ps", { args: ["-o", "rss=,time=", "-p", String(pid)] }).outputSync();
    const [rss, time] = new TextDecoder().decode(stdout).trim().split(/\s+/);
    if (!time) return undefined;
    return {
      megabytes: Number(rss) / 1e3,
      seconds: time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0),
    };
  } catch {
    return undefined;
  }
}
