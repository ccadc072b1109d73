import {
  both,
  expanded,
  features,
  first11,
  first31,
  first51,
  first53,
  last11,
  last31,
  last51,
  last53,
  means,
  split,
  traces,
  trick,
  upTo,
  type Wrong,
} from "./right_proofs.ts";

/** What must not pass: what the feedback says, and the most that the lines may earn. */
export const wrong: Readonly<Record<string, readonly Wrong[]>> = {
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
    [/Line 4 is true, but an inequality needs a reason by its name/, 2, [
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
