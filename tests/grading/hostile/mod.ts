import { escapes } from "./escape.ts";
import { exhausts } from "./exhaust.ts";
import { odd } from "./files.ts";
import { forgeries } from "./forge.ts";
import type { Hostile } from "./kind.ts";
import { texts } from "./text.ts";

/** Hostile submissions by kind, each with the outcome that is fair. */
export const hostile: Readonly<Record<string, readonly Hostile[]>> = {
  escapes,
  exhausts,
  forgeries,
  texts,
  odd,
};
