import type { Output } from "../kernel/mod.ts";
import { isRecord } from "../notebook.ts";

export const verdictMime = "application/vnd.show-your-work.verdict+json";

const statuses = ["holds", "almost", "keep working", "not answered", "defective", "noted"] as const;

/** As much of a verdict as every reader of executed notebooks needs; the rest of its keys are kept. */
export type HarvestedVerdict = {
  id: string;
  answer?: string;
  points?: number;
  statement: string;
  status: (typeof statuses)[number];
  misconception?: string;
} & Record<string, unknown>;

/**
 * The verdicts that a cell shows.
 *
 * @param outputs of one executed cell
 * @returns the verdicts in order, and what stands in a verdict's place without being one
 */
export function harvest(outputs: readonly Output[]): { verdicts: HarvestedVerdict[]; malformed: unknown[] } {
  const shown = outputs.flatMap((output) => "data" in output ? [output.data[verdictMime]] : [])
    .filter((value) => value !== undefined);
  const all = shown.flatMap((value) => Array.isArray(value) ? value : [value]);
  return { verdicts: all.filter(isVerdict), malformed: all.filter((value) => !isVerdict(value)) };
}

function isVerdict(value: unknown): value is HarvestedVerdict {
  return isRecord(value) && typeof value.id === "string" && typeof value.statement === "string" &&
    statuses.some((status) => status === value.status) &&
    (value.answer === undefined || typeof value.answer === "string");
}

/**
 * Why a verdict lets a run fail; null when it does not.
 *
 * @param edition "solution": every answer must hold; "student": an answer may still be missing
 */
export function objection(verdict: HarvestedVerdict, edition: "solution" | "student"): string | null {
  const { id, answer, status, statement, misconception } = verdict;
  if (status === "holds") return null;
  if (answer === undefined && status === "noted") return null;
  if (answer !== undefined && edition === "student" && status === "not answered") return null;
  const name = answer === undefined ? `verdict ${id}` : `answer ${answer} (${id})`;
  return `${name} is "${status}": ${misconception ?? statement}`;
}
