import type { Misconception } from "./question.ts";

/** Slips by the sentence that names their kind, as prints: how they travel to students. */
export function printed(
  kinds: Readonly<Record<string, readonly (readonly (number | null)[])[]>>,
): () => readonly Misconception[] {
  let made: readonly Misconception[] | undefined;
  return () =>
    made ??= Object.entries(kinds).flatMap(([says, prints]) =>
      prints.map((fingerprint) => ({ name: "slip", says, fingerprint }))
    );
}
