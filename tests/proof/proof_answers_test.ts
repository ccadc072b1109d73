import assert from "node:assert/strict";
import { answer as elbo } from "lib/elbo/questions.ts";
import { answer as flow } from "lib/flow/questions.ts";
import { answer as simsiam } from "lib/simsiam/questions.ts";

type Pair = readonly [line: string, by?: string | readonly string[], relation?: string];
type Wrong = readonly [says: RegExp, points: number, lines: readonly Pair[]];

const upTo = "equal up to a constant";
const [first11, last11] = ["E(z, log(lik(z) prior(z)))", "log(evidence) - KL"];
const split = ["logarithm of a product", "linearity of expectation"];
const [first31, last31] = [
  "integral(x, pX(x) log(pX(x) / pF(x)))",
  "integral(u, pBack(u) log(pBack(u) / pU(u)))",
];
const both = ["change of variables", "inverse function theorem"];
const [first51, last51] = [
  "1/2 E(f1, f2, norm(Wp f1 - f2)^2)",
  "1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))",
];
const features = ["definition of F1", "definition of F2", "definition of F12"];
const expanded = "1/2 E(f1, f2, f1' Wp' Wp f1 - f1' Wp' f2 - f2' Wp f1 + f2' f2)";
const traces = "1/2 E(f1, f2, tr(Wp' Wp f1 f1') - tr(f1 f2' Wp) - tr(Wp f1 f2') + tr(f2 f2'))";
const means =
  "1/2 (tr(Wp' Wp E(f1, f2, f1 f1')) - tr(E(f1, f2, f1 f2') Wp) - tr(Wp E(f1, f2, f1 f2')) + tr(E(f1, f2, f2 f2')))";
const trick = ["a scalar is its trace", "cyclic trace", "trace of a transpose"];
const [first53, last53] = ["1/2 d(w' w, t)", "-lambda0 w' w"];

const right: Readonly<Record<string, readonly (readonly Pair[])[]>> = {
  proof11: [
    [
      [first11],
      ["E(z, log(lik(z) prior(z) / q(z)))", "free of theta", upTo],
      ["E(z, log(post(z) evidence / q(z)))", "Bayes"],
      ["log(evidence) + E(z, log(post(z) / q(z)))", split],
      [last11, "definition of KL"],
    ],
    [
      [first11],
      ["E(z, log(post(z) evidence))", "Bayes"],
      ["E(z, log(post(z))) + log(evidence)", split],
      ["log(evidence) + E(z, log(post(z))) - E(z, log(q(z)))", "free of theta", upTo],
      ["log(evidence) - E(z, log(q(z) / post(z)))", split],
      [last11, "definition of KL"],
    ],
    [
      [first11],
      ["E(z, log(lik(z) prior(z))) - E(z, log(q(z)))", "free of theta", upTo],
      ["E(z, log(lik(z) prior(z) / q(z)))", split],
      ["E(z, log(lik(z) prior(z) / post(z) * (post(z) / q(z))))", "times 1"],
      ["E(z, log(evidence) + log(post(z) / q(z)))", ["Bayes", "logarithm of a product"]],
      ["log(evidence) + E(z, log(post(z) / q(z)))", "linearity of expectation"],
      [last11, "definition of KL"],
    ],
    [
      [first11],
      ["E(z, log(evidence post(z) / q(z)))", ["Bayes", "free of theta"], upTo],
      ["E(z, log(evidence) - log(q(z) / post(z)))", "logarithm of a product"],
      ["log(evidence) - E(z, log(q(z) / post(z)))", "linearity of expectation"],
      [last11, "definition of KL"],
    ],
    [
      [first11],
      ["E(z, log(lik(z)) + log(prior(z)) - log(q(z)))", ["logarithm of a product", "free of theta"], upTo],
      ["E(z, log(post(z) evidence / q(z)))", ["Bayes", "logarithm of a product"]],
      [last11, [...split, "definition of KL"]],
    ],
    [[first11], [last11, ["Bayes", "definition of KL", "free of theta"], upTo]],
    [
      ["E(z, log(prior(z) lik(z)))"],
      ["E(z, log(evidence post(z)))", "bayes"],
      ["log(evidence) - KL", ["definition of KL", "free of theta"], upTo],
    ],
  ],
  proof31: [
    [
      [first31],
      ["integral(x, pX(x) log(pX(x) / (pU(Finv(x)) detInv(x))))", "change of variables"],
      ["integral(u, pX(F(u)) det(u) log(pX(F(u)) det(u) / pU(u)))", both],
      [last31, "change of variables"],
    ],
    [
      [first31],
      ["integral(x, pX(x) log(pX(x) / (pU(Finv(x)) detInv(x))))", "change of variables"],
      ["integral(u, pX(F(u)) det(u) log(pX(F(u)) / (pU(u) detInv(F(u)))))", "change of variables"],
      ["integral(u, pX(F(u)) det(u) log(pX(F(u)) det(u) / pU(u)))", "inverse function theorem"],
      [last31, "change of variables"],
    ],
    [
      [first31],
      ["integral(u, pX(F(u)) det(u) log(pX(F(u)) / pF(F(u))))", "change of variables"],
      ["integral(u, pBack(u) log(pX(F(u)) / pF(F(u))))", "change of variables"],
      ["integral(u, pBack(u) log(pX(F(u)) / (pU(u) detInv(F(u)))))", "change of variables"],
      ["integral(u, pBack(u) log(pX(F(u)) det(u) / pU(u)))", "inverse function theorem"],
      [last31, "change of variables"],
    ],
    [[first31], [last31, both]],
    [
      [first31],
      ["integral(x, pX(x) (log(pX(x)) - log(pF(x))))", "logarithm of a product"],
      [
        "integral(u, pX(F(u)) det(u) (log(pX(F(u))) - log(pU(u)) - log(detInv(F(u)))))",
        ["change of variables", "logarithm of a product"],
      ],
      ["integral(u, pBack(u) (log(pX(F(u))) + log(det(u)) - log(pU(u))))", [
        ...both,
        "logarithm of a product",
      ]],
      [last31, ["change of variables", "logarithm of a product"]],
    ],
    [
      [first31],
      ["integral(x, pX(x) log(pX(x) det(Finv(x)) / pU(Finv(x))))", both],
      ["integral(u, det(u) pX(F(u)) log(pX(F(u)) det(u) / pU(u)))", "change of variables"],
      [last31, "change of variables"],
    ],
  ],
  proof51: [
    [
      [first51],
      ["1/2 E(f1, f2, (Wp f1 - f2)' (Wp f1 - f2))", "norm as a product"],
      ["1/2 E(f1, f2, (f1' Wp' - f2') (Wp f1 - f2))", "transpose of a product"],
      [expanded, []],
      [traces, trick],
      [means, "linearity of expectation"],
      [last51, features],
    ],
    [
      [first51],
      [expanded, ["norm as a product", "transpose of a product"]],
      [
        "1/2 E(f1, f2, tr(f1' Wp' Wp f1) - tr(f1' Wp' f2) - tr(f2' Wp f1) + tr(f2' f2))",
        "a scalar is its trace",
      ],
      ["1/2 E(f1, f2, tr(Wp' Wp f1 f1') - tr(Wp' f2 f1') - tr(Wp f1 f2') + tr(f2 f2'))", "cyclic trace"],
      [traces, "trace of a transpose"],
      [means, "linearity of expectation"],
      [last51, features],
    ],
    [
      [first51],
      [expanded, ["norm as a product", "transpose of a product"]],
      ["1/2 E(f1, f2, f1' Wp' Wp f1 - 2 f2' Wp f1 + f2' f2)", "transpose of a product"],
      [
        "1/2 (tr(Wp' Wp E(f1, f2, f1 f1')) - 2 tr(Wp E(f1, f2, f1 f2')) + tr(E(f1, f2, f2 f2')))",
        ["a scalar is its trace", "cyclic trace", "linearity of expectation"],
      ],
      ["1/2 (tr(Wp' Wp F1) - 2 tr(Wp F12) + tr(F2))", features],
      [last51, "cyclic trace"],
    ],
    [
      [first51],
      ["E(f1, f2, 1/2 (Wp f1 - f2)' (Wp f1 - f2))", ["norm as a product", "linearity of expectation"]],
      ["E(f1, f2, 1/2 tr((Wp f1 - f2) (Wp f1 - f2)'))", ["a scalar is its trace", "cyclic trace"]],
      [
        "E(f1, f2, 1/2 tr(Wp f1 f1' Wp' - Wp f1 f2' - f2 f1' Wp' + f2 f2'))",
        "transpose of a product",
      ],
      [
        "1/2 (tr(Wp E(f1, f2, f1 f1') Wp') - tr(Wp E(f1, f2, f1 f2')) - tr(E(f1, f2, f2 f1') Wp') + tr(E(f1, f2, f2 f2')))",
        "linearity of expectation",
      ],
      ["1/2 (tr(Wp F1 Wp') - tr(Wp F12) - tr(F12' Wp') + tr(F2))", features],
      [last51, ["cyclic trace", "trace of a transpose"]],
    ],
    [
      [first51],
      ["1/2 E(f1, f2, norm(Wp f1)^2 - 2 f2' Wp f1 + norm(f2)^2)", [
        "norm as a product",
        "transpose of a product",
      ]],
      [
        "1/2 E(f1, f2, tr((Wp f1)' (Wp f1)) - 2 tr(f2' Wp f1) + tr(f2' f2))",
        ["norm as a product", "a scalar is its trace"],
      ],
      ["1/2 E(f1, f2, tr(f1' Wp' Wp f1) - 2 tr(f2' Wp f1) + tr(f2' f2))", "transpose of a product"],
      ["1/2 E(f1, f2, tr(Wp' Wp f1 f1') - 2 tr(Wp f1 f2') + tr(f2 f2'))", "cyclic trace"],
      [
        "1/2 E(f1, f2, tr(Wp' Wp f1 f1')) - E(f1, f2, tr(Wp f1 f2')) + 1/2 E(f1, f2, tr(f2 f2'))",
        "linearity of expectation",
      ],
      [
        "1/2 tr(Wp' Wp E(f1, f2, f1 f1')) - tr(Wp E(f1, f2, f1 f2')) + 1/2 tr(E(f1, f2, f2 f2'))",
        "linearity of expectation",
      ],
      ["1/2 tr(Wp' Wp F1) - tr(Wp F12) + 1/2 tr(F2)", features],
      [last51, "cyclic trace"],
    ],
    [
      [first51],
      [expanded, ["norm as a product", "transpose of a product"]],
      ["1/2 E(f1, f2, tr(Wp f1 f1' Wp') - tr(Wp' f2 f1') - tr(Wp f1 f2') + tr(f2 f2'))", [
        "a scalar is its trace",
        "cyclic trace",
      ]],
      [
        "1/2 (tr(Wp E(f1, f2, f1 f1') Wp') - tr(Wp' E(f1, f2, f2 f1')) - tr(Wp E(f1, f2, f1 f2')) + tr(E(f1, f2, f2 f2')))",
        "linearity of expectation",
      ],
      ["1/2 (tr(Wp F1 Wp') - tr(Wp' F12') - tr(Wp F12) + tr(F2))", features],
      ["1/2 (tr(Wp' Wp F1) - tr(Wp' F12') - tr(Wp F12) + tr(F2))", "cyclic trace"],
      [last51, "trace of a transpose"],
    ],
  ],
  proof53: [
    [
      [first53],
      ["w' d(w, t)", "product rule"],
      ["-w' H w", "the dynamics"],
      [last53, "smallest eigenvalue", "≤"],
    ],
    [
      [first53],
      ["1/2 (d(w, t)' w + w' d(w, t))", "product rule"],
      ["1/2 (-w' H' w - w' H w)", ["the dynamics", "transpose of a product"]],
      ["-w' H w", "symmetric H"],
      [last53, "smallest eigenvalue", "<="],
    ],
    [[first53], ["-w' H w", ["product rule", "the dynamics"]], [last53, "smallest eigenvalue", "≤"]],
    [[first53], [last53, ["product rule", "the dynamics", "smallest eigenvalue"], "≤"]],
    [
      [first53],
      ["w' d(w, t)", "product rule"],
      ["w' (-H w)", "the dynamics"],
      [last53, "smallest eigenvalue", "≤"],
    ],
    [
      ["1/2 d(w' w, t)"],
      ["1/2 (2 w' d(w, t))", "product rule"],
      ["-w' H w", "the dynamics"],
      ["-lambda0 norm(w)^2", ["smallest eigenvalue", "norm as a product"], "≤"],
      ["-lambda0 w' w", "norm as a product"],
    ],
    [
      ["d(w' w, t) / 2"],
      ["d(norm(w)^2, t) / 2", "norm as a product"],
      ["w' d(w, t)", ["norm as a product", "product rule"]],
      ["-w' H w", "the dynamics"],
      [last53, "smallest eigenvalue", "≤"],
    ],
  ],
};

const answerOf = (name: string, lines: unknown) =>
  (name === "proof11" ? elbo : name === "proof31" ? flow : simsiam)(name, () => lines);

for (const [name, forms] of Object.entries(right)) {
  Deno.test(`${name}: ${forms.length} right proofs hold`, () => {
    for (const [k, lines] of forms.entries()) {
      const verdict = answerOf(name, lines);
      assert.equal(verdict.status, "holds", `form ${k + 1}: ${verdict.feedback}`);
      assert.equal(verdict.points, verdict.maxPoints);
    }
  });
}

/** What must not pass: what the feedback says, and the most that the lines may earn. */
const wrong: Readonly<Record<string, readonly Wrong[]>> = {
  proof11: [
    // the product split, then a jump
    [/Line 3 is true, but not by this: \d reasons are missing/, 1, [
      [first11],
      ["E(z, log(lik(z)) + log(prior(z)))", "logarithm of a product"],
      [last11, "definition of KL", upTo],
    ]],
    // idle algebra, then a jump
    [/Line 3 is true, but not by this/, 0, [
      [first11],
      [`${first11} (1 + 1 - 1)`, "x"],
      [last11, ["Bayes", "free of theta"], upTo],
    ]],
    // nothing said
    [/Line 2: a reason is missing/, 0, [[first11], [last11, [], upTo]]],
    [/Line 2 is true, its reason is in your own words/, 0, [[first11], [last11, "blah", upTo]]],
    // the first line again, the last line again
    [/Line 2 is no step: it is line 1 again/, 0.75, [
      [first11],
      [first11, "Bayes"],
      [last11, "definition of KL", upTo],
      [last11, "definition of KL"],
    ]],
    // order and brackets are no step
    [/Line 2 is no step/, 1, [[first11], ["E(z, log((prior(z)) (lik(z))))", "Bayes"], [
      last11,
      "Bayes",
      upTo,
    ]]],
    // equality where only a constant is free
    [/Line 2 breaks.*same number for every/, 2.25, [
      [first11],
      ["E(z, log(lik(z) prior(z) / q(z)))", "free of theta"],
      ["E(z, log(post(z) evidence / q(z)))", "Bayes"],
      ["log(evidence) + E(z, log(post(z) / q(z)))", split],
      [last11, "definition of KL"],
    ]],
    // the divergence added
    [/last line is not yet/, 2, [
      [first11],
      ["E(z, log(lik(z) prior(z) / q(z)))", "free of theta", upTo],
      ["E(z, log(post(z) evidence / q(z)))", "Bayes"],
      ["log(evidence) + E(z, log(post(z) / q(z)))", split],
    ]],
    [/Line 4 breaks|Line 4 is the first that breaks/, 2, [
      [first11],
      ["E(z, log(lik(z) prior(z) / q(z)))", "free of theta", upTo],
      ["E(z, log(post(z) evidence / q(z)))", "Bayes"],
      ["log(evidence) + KL", [...split, "definition of KL"]],
      [last11, "definition of KL"],
    ]],
    // what is dropped moves with θ
    [/Line 3 (breaks|is the first that breaks)/, 2, [
      [first11],
      ["E(z, log(post(z) evidence))", "Bayes"],
      ["log(evidence)", "free of theta", upTo],
      [last11, "definition of KL", upTo],
    ]],
    // the wrong reason
    [/Line 3 is true, but not by this: one reason is missing or wrong/, 2.75, [
      [first11],
      ["E(z, log(lik(z) prior(z) / q(z)))", "free of theta", upTo],
      ["E(z, log(post(z) evidence / q(z)))", "linearity of expectation"],
      [last11, [...split, "definition of KL"]],
    ]],
    // Jensen
    [/Line 2 stands in relation “≤”/, 0, [[first11], ["log(E(z, lik(z) prior(z)))", "Jensen", "≤"], [
      last11,
      "Bayes",
    ]]],
    // another question's start
    [/first line is not the left-hand side/, 0, [
      ["log(evidence)"],
      ["log(evidence) + KL - KL"],
      [last11, "free of theta", upTo],
    ]],
    // no formula
    [/Line 2: Cannot read the formula/, 1.5, [[first11], ["E(z, log(lik(z) prior(z)", "Bayes"], [
      last11,
      "Bayes",
      upTo,
    ]]],
  ],
  proof31: [
    [/Line 2 is no step/, 0, [
      [first31],
      ["integral(x, (pX(x)) (log(pX(x) / (pF(x)))))", "change of variables"],
      [last31, "inverse function theorem"],
    ]],
    [/Line 2: a reason is missing/, 0, [[first31], [last31]]],
    [/Line 2 is true, its reason is in your own words and 2 reasons are missing/, 0, [[first31], [
      last31,
      "blah",
    ]]],
    [/Line 2 is true, but not by this/, 2, [[first31], [last31, "change of variables"]]],
    [/Line 2 (breaks|is the first that breaks)/, 2.75, [
      [first31],
      ["integral(x, pX(x) log(pX(x) / pU(Finv(x))))", "change of variables"],
      ["integral(u, pX(F(u)) det(u) log(pX(F(u)) det(u) / pU(u)))", both],
      [last31, "change of variables"],
    ]],
    [/Line 3 (breaks|is the first that breaks)/, 2.75, [
      [first31],
      ["integral(x, pX(x) log(pX(x) / (pU(Finv(x)) detInv(x))))", "change of variables"],
      ["integral(u, pX(F(u)) log(pX(F(u)) det(u) / pU(u)))", both],
      [last31, "change of variables"],
    ]],
    [/Line 3 (breaks|is the first that breaks)/, 2.75, [
      [first31],
      ["integral(x, pX(x) log(pX(x) / (pU(Finv(x)) detInv(x))))", "change of variables"],
      ["integral(u, pX(F(u)) det(u) log(pX(F(u)) / (pU(u) det(u))))", both],
      [last31, "change of variables"],
    ]],
    [/last line is not yet/, 3, [
      [first31],
      ["integral(x, pX(x) log(pX(x) / (pU(Finv(x)) detInv(x))))", "change of variables"],
      ["integral(u, pX(F(u)) det(u) log(pX(F(u)) det(u) / pU(u)))", both],
    ]],
    [/first line is not the left-hand side/, 0, [
      ["integral(x, pF(x) log(pF(x) / pX(x)))"],
      ["integral(u, pU(u) log(pU(u) / pBack(u)))", both],
      [last31, "change of variables"],
    ]],
    [/Line 3 is no step: it is line 1 again/, 3.25, [
      [first31],
      ["integral(u, pX(F(u)) det(u) log(pX(F(u)) / pF(F(u))))", "change of variables"],
      [first31, "change of variables"],
      [last31, both],
    ]],
    [/Line 2 is true, but not by this.*is not a name|one reason is missing or wrong/, 3.5, [
      [first31],
      ["integral(x, pX(x) log(pX(x) / (pU(Finv(x)) detInv(x))))", "Bayes"],
      ["integral(u, pX(F(u)) det(u) log(pX(F(u)) det(u) / pU(u)))", both],
      [last31, "change of variables"],
    ]],
    [/Line 2 stands in relation/, 0, [[first31], [last31, both, "≤"]]],
    [/Line 2: Cannot read/, 0, [[first31], ["integral(x, pX(x) log(pX(x) / pG(x)))", "change of variables"], [
      last31,
      "because",
    ]]],
  ],
  proof51: [
    [/Line 2 is no step: it is line 1 again/, 0.75, [
      [first51],
      [first51, "norm as a product"],
      [last51, ["linearity of expectation", "cyclic trace", "definition of F1"]],
      [last51, "definition of F2"],
    ]],
    [/Line 2: a reason is missing/, 0, [[first51], [last51]]],
    [/Line 2 is true, its reason is in your own words/, 0, [[first51], [
      last51,
      "by the Riemann hypothesis",
    ]]],
    [/Line 2 is a jump: \d+ reasons at once/, 0, [
      [first51],
      [last51, [
        "norm as a product",
        "transpose of a product",
        ...trick,
        "linearity of expectation",
        ...features,
      ]],
    ]],
    [/Line 2 (breaks|is the first that breaks)/, 2.5, [
      [first51],
      ["1/2 E(f1, f2, f1' Wp' Wp f1 + f1' Wp' f2 + f2' Wp f1 + f2' f2)", [
        "norm as a product",
        "transpose of a product",
      ]],
      [traces, trick],
      [means, "linearity of expectation"],
      [last51, features],
    ]],
    [/Line 3 (breaks|is the first that breaks)/, 2.5, [
      [first51],
      [expanded, ["norm as a product", "transpose of a product"]],
      ["1/2 E(f1, f2, tr(Wp' Wp) tr(f1 f1') - tr(f1 f2' Wp) - tr(Wp f1 f2') + tr(f2 f2'))", trick],
      [means, "linearity of expectation"],
      [last51, features],
    ]],
    [/Line 2 (breaks|is the first that breaks)/, 2.5, [
      [first51],
      ["E(f1, f2, f1' Wp' Wp f1 - f1' Wp' f2 - f2' Wp f1 + f2' f2)", [
        "norm as a product",
        "transpose of a product",
      ]],
      [traces, trick],
      [means, "linearity of expectation"],
      [last51, features],
    ]],
    [/Line 2: Cannot read the formula/, 2, [
      [first51],
      ["1/2 E(f1, f2, f1 Wp' Wp f1)", "norm as a product"],
      [expanded, "norm as a product"],
      [last51, "cyclic trace"],
    ]],
    [/last line is not yet/, 2, [
      [first51],
      [expanded, ["norm as a product", "transpose of a product"]],
      [traces, trick],
      [means, "linearity of expectation"],
    ]],
    [/Line 2 is true, but not by this/, 2.75, [
      [first51],
      [expanded, "linearity of expectation"],
      [traces, trick],
      [means, "linearity of expectation"],
      [last51, features],
    ]],
    [/Line 3 is true, but not by this: one reason is missing or wrong/, 2.75, [
      [first51],
      [expanded, ["norm as a product", "transpose of a product"]],
      [traces, ["a scalar is its trace", "cyclic trace"]],
      [means, "linearity of expectation"],
      [last51, features],
    ]],
    [/Line 2 stands in relation/, 0, [[first51], [last51, "norm as a product", "≤"]]],
    [/first line is not the left-hand side/, 0, [["E(f1, f2, norm(Wp f1 - f2)^2)"], [
      last51,
      "norm as a product",
    ]]],
  ],
  proof53: [
    [/Line 2 is true, but not by this/, 0.75, [
      [first53],
      [last53, "smallest eigenvalue", "≤"],
      [last53, "smallest eigenvalue", "≤"],
    ]],
    [/Line 2 is true, but not by this/, 2.25, [
      [first53],
      ["-w' H w", "the dynamics"],
      [last53, "smallest eigenvalue", "≤"],
    ]],
    [/Line 3 is no step: it is line 2 again/, 2, [
      [first53],
      ["-w' H w", ["product rule", "the dynamics"]],
      ["-w' H w", "symmetric H"],
      [last53, "W is small", "≤"],
    ]],
    [/Line 4: a reason is missing/, 2.5, [
      [first53],
      ["w' d(w, t)", "product rule"],
      ["-w' H w", "the dynamics"],
      [last53, [], "≤"],
    ]],
    [/Line 4 waits for a reader/, 2.5, [
      [first53],
      ["w' d(w, t)", "product rule"],
      ["-w' H w", "the dynamics"],
      [last53, "W is small", "≤"],
    ]],
    [/Line 4 (breaks|is the first that breaks)/, 2.25, [
      [first53],
      ["w' d(w, t)", "product rule"],
      ["-w' H w", "the dynamics"],
      [last53, "smallest eigenvalue"],
    ]],
    [/Line 3 (breaks|is the first that breaks)/, 2, [
      [first53],
      ["w' d(w, t)", "product rule"],
      ["w' H w", "the dynamics"],
      [last53, "smallest eigenvalue", "≤"],
    ]],
    [/Line 2 (breaks|is the first that breaks)/, 2.25, [
      [first53],
      ["2 w' d(w, t)", "product rule"],
      ["-w' H w", "the dynamics"],
      [last53, "smallest eigenvalue", "≤"],
    ]],
    [/Line 4 stands in relation “≥”/, 0, [
      [first53],
      ["w' d(w, t)", "product rule"],
      ["-w' H w", "the dynamics"],
      [last53, "smallest eigenvalue", "≥"],
    ]],
    [/Line 2: a reason is missing/, 0, [[first53], [last53, undefined, "≤"]]],
    [/last line is not yet/, 1.5, [[first53], ["w' d(w, t)", "product rule"], ["-w' H w", "the dynamics"]]],
    [/Line 3 is true, but not by this/, 2.5, [
      [first53],
      ["w' d(w, t)", "product rule"],
      ["-w' H w", "symmetric H"],
      [last53, "smallest eigenvalue", "≤"],
    ]],
    [/first line is not the left-hand side/, 0, [["-w' H w"], [last53, "smallest eigenvalue", "≤"]]],
  ],
};
for (const [name, proofs] of Object.entries(wrong)) {
  Deno.test(`${name}: ${proofs.length} wrong proofs fail, each with its line`, () => {
    for (const [k, [says, points, lines]] of proofs.entries()) {
      const verdict = answerOf(name, lines);
      assert.notEqual(verdict.status, "holds", `wrong ${k + 1}`);
      assert.match(verdict.feedback!, says, `wrong ${k + 1}`);
      assert.ok(verdict.points! <= points, `wrong ${k + 1} earns ${verdict.points}`);
    }
  });
}

Deno.test("law: a reader gets a reason in free words with its line and the one above", () => {
  const verdict = simsiam("proof53", () => [
    [first53],
    ["w' d(w, t)", "product rule"],
    ["-w' H w", "the dynamics"],
    [last53, "W is small", "≤"],
  ]);
  assert.deepEqual(verdict.reading, [`line 4: -w' H w ≤ ${last53} | W is small`]);
});
