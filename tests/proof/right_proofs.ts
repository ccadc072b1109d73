export type Pair = readonly [line: string, by?: string | readonly string[], relation?: string];
/** What the feedback says, the most that the lines may earn, and the lines. */
export type Wrong = readonly [says: RegExp, points: number, lines: readonly Pair[]];

export const upTo = "equal up to a constant";
export const [first11, last11] = ["E(z, log(lik(z) prior(z)))", "log(evidence) - KL"];
export const split = ["logarithm of a product", "linearity of expectation"];
export const [first31, last31] = [
  "integral(x, pX(x) log(pX(x) / pF(x)))",
  "integral(u, pBack(u) log(pBack(u) / pU(u)))",
];
export const both = ["change of variables", "inverse function theorem"];
export const [first51, last51] = [
  "1/2 E(f1, f2, norm(Wp f1 - f2)^2)",
  "1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))",
];
export const features = ["definition of F1", "definition of F2", "definition of F12"];
export const expanded = "1/2 E(f1, f2, f1' Wp' Wp f1 - f1' Wp' f2 - f2' Wp f1 + f2' f2)";
export const traces = "1/2 E(f1, f2, tr(Wp' Wp f1 f1') - tr(f1 f2' Wp) - tr(Wp f1 f2') + tr(f2 f2'))";
export const means =
  "1/2 (tr(Wp' Wp E(f1, f2, f1 f1')) - tr(E(f1, f2, f1 f2') Wp) - tr(Wp E(f1, f2, f1 f2')) + tr(E(f1, f2, f2 f2')))";
export const trick = ["a scalar is its trace", "cyclic trace", "trace of a transpose"];
export const [first53, last53] = ["1/2 d(w' w, t)", "-lambda0 w' w"];

/** Right proofs of the four answers, in several forms each. */
export const right: Readonly<Record<string, readonly (readonly Pair[])[]>> = {
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
    [
      [first11],
      ["E(z, log(lik(z))) + E(z, log(prior(z)))", split],
      ["E(z, log(lik(z))) + E(z, log(prior(z))) - E(z, log(q(z)))", "free of theta", upTo],
      ["E(z, log(lik(z) prior(z) / q(z)))", split],
      ["E(z, log(evidence post(z) / q(z)))", "Bayes"],
      ["log(evidence) - E(z, log(q(z) / post(z)))", split],
      [last11, "definition of KL"],
    ],
    [[first11], [
      "log(evidence) - E(z, log(q(z) / post(z)))",
      ["Bayes", "free of θ"],
      "equal up to a constant in θ",
    ], [last11, "Definition of KL"]],
    [
      ["E(z, log(lik(z) * prior(z)))"],
      ["E(z, log(evidence * post(z)))", "bayes"],
      ["E(z, log(evidence * post(z) / q(z)))", "free of theta", "up to a constant"],
      ["E(z, log(evidence) - log(q(z) / post(z)))", "logarithm of a product"],
      ["log(evidence) - E(z, log(q(z) / post(z)))", "linearity of expectation"],
      ["log(evidence) - KL", "definition of KL"],
    ],
    [
      [first11],
      ["E(z, log(post(z) evidence))", "Bayes"],
      ["E(z, log(post(z)) + log(evidence))", "logarithm of a product"],
      ["E(z, log(post(z)) - log(q(z)) + log(evidence))", "free of theta", upTo],
      ["E(z, log(post(z) / q(z))) + log(evidence)", split],
      ["-E(z, log(q(z) / post(z))) + log(evidence)", "logarithm of a product"],
      [last11, "definition of KL"],
    ],
    [[first11], ["log(evidence) + E(z, log(post(z)))", ["Bayes", ...split]], [last11, [
      "definition of KL",
      "free of theta",
    ], upTo]],
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
    [
      [first31],
      ["integral(x, pX(x) log(pX(x))) - integral(x, pX(x) log(pF(x)))", split],
      ["integral(u, pBack(u) log(pX(F(u)))) - integral(u, pBack(u) log(pU(u) / det(u)))", both],
      ["integral(u, pBack(u) log(pX(F(u)) det(u) / pU(u)))", split],
      [last31, "change of variables"],
    ],
    [[first31], ["integral(x, pX(x) log(pX(x) det(Finv(x)) / pU(Finv(x))))", both], [
      last31,
      "change of variables",
    ]],
    [
      ["integral(y, pX(y) log(pX(y) / pF(y)))"],
      ["integral(y, pX(y) log(pX(y) / (pU(Finv(y)) detInv(y))))", "change of variables"],
      ["integral(v, pX(F(v)) det(v) log(pX(F(v)) det(v) / pU(v)))", both],
      [last31, "change of variables"],
    ],
    [
      [first31],
      ["-integral(x, pX(x) log(pF(x) / pX(x)))", "logarithm of a product"],
      ["-integral(x, pX(x) log(pU(Finv(x)) detInv(x) / pX(x)))", "change of variables"],
      ["-integral(u, pBack(u) log(pU(u) / (det(u) pX(F(u)))))", both],
      ["-integral(u, pBack(u) log(pU(u) / pBack(u)))", "change of variables"],
      [last31, "logarithm of a product"],
    ],
    [[first31], ["integral(u, pX(F(u)) log(pX(F(u)) / pF(F(u))) det(u))", "change of variables"], [
      "integral(u, pBack(u) log(pX(F(u)) det(u) / pU(u)))",
      both,
    ], [last31, "change of variables"]],
    [
      [first31],
      ["integral(x, pX(x) (log(pX(x)) - log(pU(Finv(x))) - log(detInv(x))))", [
        "change of variables",
        "logarithm of a product",
      ]],
      ["integral(u, pBack(u) (log(pX(F(u))) - log(pU(u)) + log(det(u))))", [
        ...both,
        "logarithm of a product",
      ]],
      ["integral(u, pBack(u) (log(pX(F(u)) det(u)) - log(pU(u))))", "logarithm of a product"],
      ["integral(u, pBack(u) (log(pBack(u)) - log(pU(u))))", "change of variables"],
      [last31, "logarithm of a product"],
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
    [
      [first51],
      ["1/2 E(f1, f2, tr((Wp f1 - f2) (Wp f1 - f2)'))", [
        "norm as a product",
        "a scalar is its trace",
        "cyclic trace",
      ]],
      ["1/2 tr(E(f1, f2, (Wp f1 - f2) (f1' Wp' - f2')))", [
        "transpose of a product",
        "linearity of expectation",
      ]],
      [
        "1/2 tr(Wp E(f1, f2, f1 f1') Wp' - Wp E(f1, f2, f1 f2') - E(f1, f2, f2 f1') Wp' + E(f1, f2, f2 f2'))",
        "linearity of expectation",
      ],
      ["1/2 tr(Wp F1 Wp' - Wp F12 - F12' Wp' + F2)", features],
      [last51, ["cyclic trace", "trace of a transpose"]],
    ],
    [
      [first51],
      ["1/2 E(f1, f2, (f1' Wp' - f2') (Wp f1 - f2))", ["norm as a product", "transpose of a product"]],
      ["1/2 E(f1, f2, tr((Wp f1 - f2) (f1' Wp' - f2')))", ["a scalar is its trace", "cyclic trace"]],
      [
        "1/2 tr(Wp E(f1, f2, f1 f1') Wp' - Wp E(f1, f2, f1 f2') - E(f1, f2, f2 f1') Wp' + E(f1, f2, f2 f2'))",
        "linearity of expectation",
      ],
      ["1/2 (tr(Wp F1 Wp') - tr(Wp F12) - tr(F12' Wp') + tr(F2))", features],
      ["1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12' Wp') + tr(F2))", "cyclic trace"],
      [last51, ["cyclic trace", "trace of a transpose"]],
    ],
    [
      [first51],
      ["1/2 E(f1, f2, (Wp f1)' (Wp f1) - (Wp f1)' f2 - f2' (Wp f1) + f2' f2)", "norm as a product"],
      [expanded, "transpose of a product"],
      [traces, trick],
      [means, "linearity of expectation"],
      [last51, features],
    ],
    [
      [first51],
      ["1/2 E(f1, f2, (Wp f1 - f2)' (Wp f1 - f2))", "norm as a product"],
      ["1/2 E(f1, f2, f1' Wp' Wp f1 - 2 f2' Wp f1 + f2' f2)", "transpose of a product"],
      ["1/2 E(f1, f2, tr(Wp' Wp f1 f1') - 2 tr(Wp f1 f2') + tr(f2 f2'))", [
        "a scalar is its trace",
        "cyclic trace",
      ]],
      [
        "1/2 (tr(Wp' Wp E(f1, f2, f1 f1')) - 2 tr(Wp E(f1, f2, f1 f2')) + tr(E(f1, f2, f2 f2')))",
        "linearity of expectation",
      ],
      ["1/2 (tr(Wp' Wp F1) - 2 tr(Wp F12) + tr(F2))", features],
      [last51, "cyclic trace"],
    ],
    [
      ["E(f1, f2, norm(Wp f1 - f2)^2) / 2"],
      [expanded, ["norm as a product", "transpose of a product"]],
      [
        "1/2 (E(f1, f2, f1' Wp' Wp f1) - E(f1, f2, f1' Wp' f2) - E(f1, f2, f2' Wp f1) + E(f1, f2, f2' f2))",
        "linearity of expectation",
      ],
      [
        "1/2 (E(f1, f2, tr(Wp' Wp f1 f1')) - E(f1, f2, tr(f1 f2' Wp)) - E(f1, f2, tr(Wp f1 f2')) + E(f1, f2, tr(f2 f2')))",
        trick,
      ],
      [means, "linearity of expectation"],
      [last51, features],
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
    [
      [first53],
      ["1/2 (d(w, t)' w + w' d(w, t))", "product rule"],
      ["d(w, t)' w", "transpose of a product"],
      ["-(H w)' w", "the dynamics"],
      ["-w' H' w", "transpose of a product"],
      ["-w' H w", "symmetric H"],
      [last53, "smallest eigenvalue", "≤"],
    ],
    [
      ["d(w' w, t) / 2"],
      ["(w' d(w, t) + d(w, t)' w) / 2", "product rule"],
      ["-(w' H w + (H w)' w) / 2", "dynamics"],
      ["-w' H w", ["transpose of a product", "symmetric H"]],
      ["-lambda0 (w' w)", "smallest eigenvalue", "≤"],
    ],
    [[first53], ["-w' H w", ["the dynamics", "product rule"]], ["-lambda0 norm(w)^2", [
      "smallest eigenvalue",
      "norm as a product",
    ], "<="], [last53, "norm as a product"]],
  ],
};
