import { guardHeap } from "../guard.ts";
import { runProgram } from "./program.ts";

/** Runs programs with the seeds from … to (arguments), of 1,000 steps each, and prints differences as it goes. */
const [from, to] = Deno.args.map(Number), check = guardHeap();
let differences = 0;
for (let seed = from; seed < to; seed++) {
  try {
    runProgram(seed, 1000, check);
  } catch (error) {
    differences++;
    console.log((error as Error).message);
  }
  if (seed % 50 === 49) console.log(`${1000 * (seed + 1 - from)} steps, ${differences} differences`);
}
console.log(`${1000 * (to - from)} steps, ${differences} differences`);
