import { dividePast, firstA, pixelName, receptiveField } from "../../mod.ts";
import { inWords } from "../../../course/words.ts";
import { type Fragment, reveal } from "../../../show/fragments.ts";

/** What comes out of the predictions that the notebook asks for, computed. */

/** How many earlier pixels five layers miss at 33, and how many layers 15 needs to see 11. */
export function revealDepth(): Fragment {
  const { tooShallow, blind } = dividePast({ masks: firstA(5), grid: 5, target: [2, 2] });
  const depth = [1, 2, 3, 4, 5, 6, 7, 8].find((layers) =>
    receptiveField({ masks: firstA(layers), grid: 5, target: [0, 4] })[0][0] === 1
  )!;
  return reveal(
    `Five layers miss ${inWords(tooShallow.length + blind.length)} pixel before 33: ${
      blind.map(pixelName).join(", ")
    }. It is not too far away; no depth reaches it.`,
    `From 15 the pixel 11 is only too far: each layer goes one column to the left, so ${
      inWords(depth)
    } layers reach it.`,
  );
}
