/** The cells of a notebook with one worked question, as [kind, id, tags, source]. */
export const cells:
  readonly (readonly [kind: "markdown" | "code", id: string, tags: string[], source: string])[] = [
    [
      "markdown",
      "q6-title",
      [],
      `# 6 · Coins

_One toss says more about chance than it seems._

| symbol | in code | what it is |
| --- | --- | --- |
| $p$ | \`p\` | probability of 1, from 0 to 1 |
| $x$ | \`x\` | the outcome, 0 or 1 |`,
    ],
    [
      "code",
      "q6-imports",
      [],
      `import { begin, show, standing } from "lib/show/mod.ts";
import { answer } from "lib/coins/questions.ts";
import { claims } from "lib/coins/claims.ts";
import { spread } from "lib/coins/figures.ts";

await begin();`,
    ],
    [
      "markdown",
      "q6-1-question",
      [],
      `## 6.1 How much a toss varies

**<!--{{points 6.1}}-->2 points<!--/-->.** A coin shows 1 with probability $p$, else 0. What is the variance of one toss, $\\mathbb{E}\\,(x - p)^2$?

Write \`coinsVariance(p)\`.

<details><summary>At hand</summary>

Squares are \`p ** 2\`; a function is \`(p) => …\`.

</details>`,
    ],
    [
      "code",
      "answer-coinsVariance",
      ["answer"],
      `let coinsVariance: (p: number) => number;
// BEGIN SOLUTION
coinsVariance = (p) => p * (1 - p);
// END SOLUTION`,
    ],
    ["code", "q6-1-check", ["check"], `await show(answer("coinsVariance", () => coinsVariance));`],
    ["code", "q6-1-claims", ["solution"], `await show(claims("6.1"));`],
    ["code", "q6-1-figure", ["picture"], `await show(spread());`],
    [
      "markdown",
      "q6-standing",
      [],
      `## Where am I

Points so far, from the verdicts above. They are provisional: grades are decided elsewhere, by the same questions.`,
    ],
    ["code", "q6-standing-check", ["check"], `await show(standing(answer.questions));`],
  ];
