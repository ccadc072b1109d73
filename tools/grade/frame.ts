/** What a process sent, read by the trusted side, which takes nothing for granted. */
import type { Collected, CollectedLine, Outcome } from "lib/proof/collect.ts";
import { suspects } from "lib/proof/probe.ts";
import { clean } from "./clean.ts";
import { revive } from "./plain.ts";

const isSuspect = (name: unknown): name is keyof typeof suspects =>
  typeof name === "string" && Object.hasOwn(suspects, name);

const deepest = 8;
const most = 1_100_000;

/** Data that is not what `collect` makes. */
export class Forged extends Error {}

/**
 * What a process sent, checked as if an enemy had written it: exactly the fields that `collect` makes, plain data
 * of bounded depth and size in new objects.
 *
 * @throws Forged
 */
export function decodeCollected(sent: unknown): Collected {
  const { kind, ...fields } = record(sent);
  const budget = { left: most };
  switch (kind) {
    case "missing":
      return { kind };
    case "fault":
      return { kind, sentence: text(fields.sentence, 1000) };
    case "values":
      return {
        kind,
        values: list(fields.values, 100_000).map((item) => outcome(item, budget)),
        ...(fields.again === undefined ? {} : { again: outcome(fields.again, budget) }),
        ...(fields.mutated === true ? { mutated: true } : {}),
        ...(isSuspect(fields.suspect) ? { suspect: fields.suspect } : {}),
        ...(typeof fields.unprinted === "number" ? { unprinted: fields.unprinted } : {}),
      };
    case "written":
      return { kind, text: text(fields.text, 5000) };
    case "lines":
      return { kind, lines: list(fields.lines, 100).map((item) => line(item, budget)) };
    default:
      throw new Forged("no such kind");
  }
}

function line(sent: unknown, budget: { left: number }): CollectedLine {
  const { line, by, because, relation, tex, values } = record(sent);
  return {
    ...(line === undefined ? {} : { line: text(line, 20_000) }),
    ...(by === undefined ? {} : { by: list(by, 30).map((reason) => text(reason, 500)) }),
    because: text(because, 500),
    relation: text(relation, 40),
    tex: text(tex, 2000),
    values: list(values, 100_000).map((item) => outcome(item, budget)),
  };
}

function outcome(sent: unknown, budget: { left: number }): Outcome {
  const fields = record(sent);
  if (typeof fields.fault === "string") return { fault: text(fields.fault, 1000) };
  const value = plain(fields.value, deepest, budget);
  return fields.single === true ? { value, single: true } : { value };
}

function plain(value: unknown, depth: number, budget: { left: number }): unknown {
  if (--budget.left < 0) throw new Forged("too much data");
  if (typeof value === "string") return value.slice(0, 10_000).toWellFormed();
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) throw new Forged("nested too deeply");
  if (Array.isArray(value)) return value.map((item) => plain(item, depth - 1, budget));
  const word = revive(value);
  if (word) return word.value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.slice(0, 100).filter(([key]) => key !== "__proto__").map(
      ([key, item]) => [key.slice(0, 100), plain(item, depth - 1, budget)],
    ),
  );
}

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Forged("no record");
  return value as Record<string, unknown>;
}

function list(value: unknown, longest: number): unknown[] {
  if (!Array.isArray(value) || value.length > longest) throw new Forged("no list");
  return value;
}

function text(value: unknown, longest: number): string {
  if (typeof value !== "string") throw new Forged("no text");
  return clean(value, longest);
}
