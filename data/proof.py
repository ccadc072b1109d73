"""Reference values, degrees and TeX of formulas as lib/proof reads them, by SymPy in exact arithmetic.

    pip install sympy==1.14.0 antlr4-python3-runtime==4.11
    python data/proof.py > data/proof.json      (a minute or two)

Every formula stands here twice: as the text that lib/proof reads, and as SymPy code that was written beside it.
Values at one rational point: exact as "p/q", floats of 17 digits where a logarithm or a root is in them.
Degrees: of the polynomial, or of top and bottom of the quotient, along a random line through all entries.
Derivatives: SymPy's diff by every entry. TeX: written by hand, and where SymPy's LaTeX parser can read it, read
back and compared in value.
"""

import json
import platform
import random
import re

import sympy as sp
from sympy import Matrix, Rational, eye
from sympy.parsing.latex import parse_latex

random.seed(20)
t = sp.Symbol("t_line", real=True)

NOTATION = {
    "symbols": {
        "W": "n2 x n1", "Wp": "n2 x n2", "X": "n1 x n1 symmetric", "Xprime": "n1 x n1 symmetric",
        "f1": "n2", "f2": "n2", "a": "n1", "b": "n1", "A": "2 x 2", "P": "n2 x n2", "v0": "2", "w": "m", "H": "m x m symmetric",
        "alpha": "scalar", "beta": "scalar", "d": "scalar", "g": "scalar", "lambda": "scalar",
        "lambda0": "scalar", "k": "scalar", "s": "scalar", "evidence": "scalar", "time": "scalar",
        "i": "imaginary unit",
    },
    "functions": {"lik": ["z"], "prior": ["z"], "post": ["z"], "q": ["z"], "pX": ["x"], "pU": ["u"], "F": ["u"]},
    "definitions": {
        "F1": "W (X + Xprime) W'", "F2": "W (X + Xprime) W'", "F12": "W X W'", "Wt": "Wp - I", "B": "Wp' Wp",
        "J": "1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))", "KL": "E(z, log(q(z) / post(z)))",
    },
    "dynamics": {"d(w, time)": "-H w"},
    "tex": {"lik(z)": "p_\\theta(x \\mid z)", "prior(z)": "p(z)", "post(z)": "p_\\theta(z \\mid x)",
            "evidence": "p_\\theta(x)", "Wt": "\\tilde W_p", "d(w, time)": "\\dot w", "time": "t"},
}
SHAPES = {"W": (2, 3), "Wp": (2, 2), "X": (3, 3), "Xprime": (3, 3), "a": (3, 1), "b": (3, 1), "A": (2, 2), "P": (2, 2),
          "v0": (2, 1), "w": (3, 1), "H": (3, 3)}
SYMMETRIC = {"X", "Xprime", "H"}
SCALARS = ["alpha", "beta", "d", "g", "lambda", "lambda0", "s", "evidence"]
K = 3


def draw():
    return Rational(random.choice([-1, 1]) * random.randint(1, 29), random.randint(1, 7))


def point():
    """One rational value for every symbol; scalars positive, so that logarithms and roots are real."""
    at = {name: Matrix(r, c, lambda i, j: draw()) for name, (r, c) in SHAPES.items()}
    for name in SYMMETRIC:
        at[name] = at[name] + at[name].T
    at |= {name: abs(draw()) for name in SCALARS}
    at["pairs"] = [(Rational(m, 6), Matrix(2, 1, lambda i, j: draw()), Matrix(2, 1, lambda i, j: draw()))
                   for m in (1, 2, 3)]
    at["tables"] = {name: [abs(draw()) for _ in range(3)] for name in ("lik", "prior", "post", "q", "pX", "pU")}
    at["tables"]["F"] = [2, 0, 1]
    at["weights"] = [Rational(1, 6), Rational(1, 3), Rational(1, 2)]
    return at


POINT = point()


def line():
    """The point and a random direction: every entry moves along t."""
    p, v = POINT, point()

    def go(x, y):
        return x + t * y
    at = {name: go(p[name], v[name]) for name in [*SHAPES, *SCALARS]}
    at["pairs"] = [(m, go(f, u), go(h, n)) for (m, f, h), (_, u, n) in zip(p["pairs"], v["pairs"])]
    at["tables"] = {name: [go(x, y) for x, y in zip(p["tables"][name], v["tables"][name])]
                    for name in p["tables"] if name != "F"} | {"F": p["tables"]["F"]}
    at["weights"] = p["weights"]
    return at


def symbolic():
    """Every entry a symbol of its own: what derivatives are taken of."""
    at = dict(POINT)
    for name, (r, c) in SHAPES.items():
        at[name] = Matrix(r, c, lambda i, j: sp.Symbol(f"{name}_{i}_{j}"))
    at |= {name: sp.Symbol(name, positive=True) for name in SCALARS}
    return at


def substitution():
    pairs = {sp.Symbol(f"{name}_{i}_{j}"): POINT[name][i, j]
             for name, (r, c) in SHAPES.items() for i in range(r) for j in range(c)}
    return pairs | {sp.Symbol(name, positive=True): POINT[name] for name in SCALARS}


def world(at):
    """The names that the SymPy code of a formula is written with."""
    g = {name: at[name] for name in [*SHAPES, *SCALARS] if name != "lambda"}
    g |= {"lam": at["lambda"], "I2": eye(2), "I3": eye(3), "k": K, "R": Rational, "log": sp.log, "exp": sp.exp,
          "sqrt": sp.sqrt, "Abs": sp.Abs, "cos": sp.cos, "sin": sp.sin, "tanh": sp.tanh, "i": sp.I, "M": Matrix,
          "pi": sp.pi, "tr": lambda m: m.trace(), "det": lambda m: m.det(), "inv": lambda m: m.inv(),
          "vec": lambda m: m.reshape(1, 1) if m.shape == (1, 1) else Matrix([x for j in range(m.cols) for x in m[:, j]]),
          "kron": sp.kronecker_product, "sq": lambda v: (v.T * v).trace(), "one": lambda m: m[0, 0],
          "diag": lambda v: sp.diag(*list(v)), "Max": sp.Max, "Min": sp.Min}
    g["E2"] = lambda f: sum(((m * f(x, y)) for m, x, y in at["pairs"][1:]),
                            at["pairs"][0][0] * f(*at["pairs"][0][1:]))
    g["E1"] = lambda f: sum(m * f(z) for z, m in enumerate(at["weights"]))
    g["S"] = lambda f: sum(f(z) for z in range(3))
    g["tables"] = at["tables"]
    for name in at["tables"]:
        g[name] = lambda z, name=name: at["tables"][name][z]
    g["F1"] = g["W"] * (g["X"] + g["Xprime"]) * g["W"].T
    g["F12"] = g["W"] * g["X"] * g["W"].T
    g["Wt"] = g["Wp"] - eye(2)
    g["B"] = g["Wp"].T * g["Wp"]
    g["J"] = (tr(g["B"] * g["F1"]) - 2 * tr(g["Wp"] * g["F12"]) + tr(g["F1"])) / 2
    return g


def tr(m):
    return m.trace()


# text · SymPy · hand-written TeX or None
FORMULAS = [
    # scalars and signs
    ("1", "R(1)", "1"),
    ("2 + 3", "R(5)", "2 + 3"),
    ("0.125", "R(1, 8)", r"\tfrac{1}{8}"),
    ("2.5e-2 alpha", "R(1, 40) * alpha", r"\tfrac{1}{40} \alpha"),
    ("alpha", "alpha", r"\alpha"),
    ("-alpha", "-alpha", r"-\alpha"),
    ("alpha + beta - d", "alpha + beta - d", r"\alpha + \beta - d"),
    ("alpha - (beta - d)", "alpha - (beta - d)", r"\alpha - (\beta - d)"),
    ("(alpha - beta) + (beta - d)", "alpha - d", r"(\alpha - \beta) + (\beta - d)"),
    ("-(alpha + beta)", "-(alpha + beta)", r"-(\alpha + \beta)"),
    ("alpha beta", "alpha * beta", r"\alpha \beta"),
    ("2 alpha beta", "2 * alpha * beta", r"2 \alpha \beta"),
    ("2 * 3 alpha", "6 * alpha", r"2 \cdot 3 \alpha"),
    ("alpha (beta + d)", "alpha * (beta + d)", r"\alpha (\beta + d)"),
    ("alpha (beta + d) g", "alpha * (beta + d) * g", r"\alpha (\beta + d) g"),
    ("(alpha + beta) (d - g)", "(alpha + beta) * (d - g)", r"(\alpha + \beta) (d - g)"),
    ("1/2 alpha", "alpha / 2", r"\tfrac{1}{2} \alpha"),
    ("-1/2 alpha", "-alpha / 2", r"-\tfrac{1}{2} \alpha"),
    ("1/2 (alpha + beta)", "(alpha + beta) / 2", r"\tfrac{1}{2} (\alpha + \beta)"),
    ("alpha / 2", "alpha / 2", r"\frac{\alpha}{2}"),
    ("alpha / beta", "alpha / beta", r"\frac{\alpha}{\beta}"),
    ("alpha beta / d", "alpha * beta / d", r"\frac{\alpha \beta}{d}"),
    ("alpha / (beta d)", "alpha / (beta * d)", r"\frac{\alpha}{\beta d}"),
    ("alpha / beta d", "alpha / (beta * d)", r"\frac{\alpha}{\beta d}"),
    ("alpha / beta * d", "alpha / beta * d", r"\frac{\alpha}{\beta} d"),
    ("(alpha + beta) / (d + g)", "(alpha + beta) / (d + g)", r"\frac{\alpha + \beta}{d + g}"),
    ("-alpha / beta", "-alpha / beta", r"-\frac{\alpha}{\beta}"),
    ("alpha - beta / d", "alpha - beta / d", r"\alpha - \frac{\beta}{d}"),
    ("(alpha / beta) (d / g)", "alpha / beta * d / g", r"\frac{\alpha}{\beta} \cdot \frac{d}{g}"),
    ("1 / (1 / alpha + 1 / beta)", "1 / (1 / alpha + 1 / beta)", None),
    ("alpha^2", "alpha**2", r"\alpha^2"),
    ("-alpha^2", "-alpha**2", r"-\alpha^2"),
    ("(-alpha)^2", "alpha**2", r"(-\alpha)^2"),
    ("(-alpha)^3", "-alpha**3", r"(-\alpha)^3"),
    ("alpha^-1", "1 / alpha", r"\alpha^{-1}"),
    ("alpha^2 beta^3", "alpha**2 * beta**3", r"\alpha^2 \beta^3"),
    ("(alpha + beta)^3", "(alpha + beta)**3", r"(\alpha + \beta)^3"),
    ("alpha^2^2", "alpha**4", None),
    ("2^k", "R(8)", "2^k"),
    ("(1 + alpha^2)^k", "(1 + alpha**2)**k", r"(1 + \alpha^2)^k"),
    ("(1 + alpha)^k (d - g)", "(1 + alpha)**k * (d - g)", r"(1 + \alpha)^k (d - g)"),
    ("alpha^(k - 1)", "alpha**(k - 1)", r"\alpha^{k - 1}"),
    ("alpha (beta)^2", "alpha * beta**2", r"\alpha \beta^2"),
    ("lambda^2 - 2 lambda + (1 + alpha^2)", "lam**2 - 2 * lam + 1 + alpha**2",
     r"\lambda^2 - 2 \lambda + (1 + \alpha^2)"),
    ("(1 - lambda)^2 + alpha^2", "(1 - lam)**2 + alpha**2", r"(1 - \lambda)^2 + \alpha^2"),
    ("(lambda - (1 + i alpha)) (lambda - (1 - i alpha))", "(lam - (1 + i * alpha)) * (lam - (1 - i * alpha))", None),
    ("i^2", "R(-1)", "i^2"),
    ("1 + i alpha", "1 + i * alpha", r"1 + i \alpha"),
    ("(1 + i alpha) (1 - i alpha)", "(1 + i * alpha) * (1 - i * alpha)", r"(1 + i \alpha) (1 - i \alpha)"),
    ("1 / (1 + i alpha)", "1 / (1 + i * alpha)", r"\frac{1}{1 + i \alpha}"),
    # functions of a number
    ("log(alpha)", "log(alpha)", r"\log \alpha"),
    ("log(alpha beta)", "log(alpha * beta)", r"\log(\alpha \beta)"),
    ("log(alpha / beta)", "log(alpha / beta)", r"\log \frac{\alpha}{\beta}"),
    ("log(alpha) - log(beta)", "log(alpha) - log(beta)", r"\log \alpha - \log \beta"),
    ("log(alpha) d", "log(alpha) * d", r"(\log \alpha) \, d"),
    ("d log(alpha)", "d * log(alpha)", r"d \, \log \alpha"),
    ("log(alpha)^2", "log(alpha)**2", r"(\log \alpha)^2"),
    ("-log(alpha)", "-log(alpha)", r"-\log \alpha"),
    ("1/2 log(2 pi)", "log(2 * pi) / 2", r"\tfrac{1}{2} \, \log(2 \pi)"),
    ("exp(-lambda0 s)", "exp(-lambda0 * s)", r"e^{-\lambda_0 s}"),
    ("exp(-2 lambda0 s) norm(v0)^2", "exp(-2 * lambda0 * s) * sq(v0)", r"e^{-2 \lambda_0 s} \, \lVert v_0 \rVert^2"),
    ("exp(alpha) + exp(-alpha)", "exp(alpha) + exp(-alpha)", r"e^{\alpha} + e^{-\alpha}"),
    ("exp((alpha + beta)^2)", "exp((alpha + beta)**2)", None),
    ("sqrt(1 + alpha^2)", "sqrt(1 + alpha**2)", r"\sqrt{1 + \alpha^2}"),
    ("sqrt(alpha) sqrt(beta)", "sqrt(alpha * beta)", r"\sqrt{\alpha} \sqrt{\beta}"),
    ("(1 + alpha^2)^(1/2)", "sqrt(1 + alpha**2)", r"\sqrt{1 + \alpha^2}"),
    ("(1 + alpha^2)^(k / 2)", "sqrt(1 + alpha**2)**3", None),
    ("abs(alpha - d)", "Abs(alpha - d)", r"\lvert \alpha - d \rvert"),
    ("abs(alpha - d)^2", "(alpha - d)**2", r"\lvert \alpha - d \rvert^2"),
    ("cos(alpha) d + sin(alpha) g", "cos(alpha) * d + sin(alpha) * g", None),
    ("cos(alpha)^2 + sin(alpha)^2", "cos(alpha)**2 + sin(alpha)**2", None),
    ("tanh(alpha + beta)", "tanh(alpha + beta)", r"\tanh(\alpha + \beta)"),
    ("max(alpha, beta)", "Max(alpha, beta)", None),
    ("min(alpha, beta)", "Min(alpha, beta)", None),
    ("log(evidence) - alpha", "log(evidence) - alpha", None),
    # matrices
    ("W", "W", "W"),
    ("W'", "W.T", r"W^\top"),
    ("W''", "W", None),
    ("W^T", "W.T", r"W^\top"),
    ("Xprime'", "Xprime.T", r"{X'}^\top"),
    ("2 W", "2 * W", "2 W"),
    ("-W", "-W", "-W"),
    ("W / 3", "W / 3", r"\frac{W}{3}"),
    ("alpha W - W beta", "(alpha - beta) * W", r"\alpha W - W \beta"),
    ("W X", "W * X", "W X"),
    ("W X W'", "W * X * W.T", r"W X W^\top"),
    ("W (X + Xprime) W'", "F1", r"W (X + X') W^\top"),
    ("W (X)'", "W * X.T", r"W X^\top"),
    ("(W X)'", "(W * X).T", r"(W X)^\top"),
    ("(W (X + Xprime))'", "((X + Xprime) * W.T)", r"\bigl[W (X + X')\bigr]^\top"),
    ("X^2", "X * X", "X^2"),
    ("(W' W)^2", "(W.T * W)**2", r"(W^\top W)^2"),
    ("A^-1", "A.inv()", "A^{-1}"),
    ("A^(-2)", "A.inv()**2", "A^{-2}"),
    ("A^k", "A**3", "A^k"),
    ("inv(A) A", "I2", None),
    ("inv(A)", "A.inv()", "A^{-1}"),
    ("inv(P B)", "(P * B).inv()", None),
    ("A + I", "A + I2", "A + I"),
    ("I - A", "I2 - A", "I - A"),
    ("2 I - A", "2 * I2 - A", "2 I - A"),
    ("(A + I) (A - I)", "(A + I2) * (A - I2)", "(A + I) (A - I)"),
    ("W (X - 2 I) W' + I Wp", "W * (X - 2 * I3) * W.T + Wp", None),
    ("I W", "W", "I W"),
    ("[1, alpha; -alpha, 1]", "M([[1, alpha], [-alpha, 1]])",
     r"\begin{pmatrix} 1 & \alpha \\ -\alpha & 1 \end{pmatrix}"),
    ("[[1, alpha], [-alpha, 1]]", "M([[1, alpha], [-alpha, 1]])",
     r"\begin{pmatrix} 1 & \alpha \\ -\alpha & 1 \end{pmatrix}"),
    ("[1, alpha; -alpha, 1] [d; g]", "M([d + alpha * g, g - alpha * d])", None),
    ("A [d; g]", "A * M([d, g])", r"A \begin{pmatrix} d \\ g \end{pmatrix}"),
    ("[d, g] A", "M([[d, g]]) * A", None),
    ("[d, g] [d; g]", "d**2 + g**2", None),
    ("[1 + alpha^2, 0; 0, 1 + alpha^2]", "(1 + alpha**2) * I2", None),
    ("[1, alpha; -alpha, 1]' [1, alpha; -alpha, 1]", "(1 + alpha**2) * I2", None),
    ("det([1 - lambda, alpha; -alpha, 1 - lambda])", "(1 - lam)**2 + alpha**2", None),
    ("tr(A)", "tr(A)", r"\operatorname{tr} A"),
    ("tr(P B)", "tr(P * B)", r"\operatorname{tr}(P B)"),
    ("tr(A) tr(B)", "tr(A) * tr(B)", r"(\operatorname{tr} A) \, \operatorname{tr} B"),
    ("tr(A') - tr(A)", "R(0)", r"\operatorname{tr}(A^\top) - \operatorname{tr} A"),
    ("det(A)", "det(A)", r"\det A"),
    ("det(A - lambda I)", "det(A - lam * I2)", r"\det(A - \lambda I)"),
    ("det(P B)", "det(P) * det(B)", None),
    ("vec(W)", "vec(W)", r"\operatorname{vec} W"),
    ("vec(P W X)", "kron(X.T, P) * vec(W)", None),
    ("kron(P, B)", "kron(P, B)", r"P \otimes B"),
    ("kron(X, P) vec(W)", "vec(P * W * X)", None),
    ("kron(Xprime, B + I) vec(W)", "vec((B + I2) * W * Xprime)", None),
    ("(kron(Xprime, B + I) + kron(X, Wt' Wt)) vec(W)",
     "vec((B + I2) * W * Xprime + Wt.T * Wt * W * X)",
     r"\bigl[X' \otimes (B + I) + X \otimes \tilde W_p^\top \tilde W_p\bigr] \, \operatorname{vec} W"),
    ("norm(a)^2", "sq(a)", r"\lVert a \rVert^2"),
    ("norm(a)^4", "sq(a)**2", None),
    ("norm(a)", "sqrt(sq(a))", r"\lVert a \rVert"),
    ("norm(W)^2", "tr(W.T * W)", None),
    ("norm(a - b)^2", "sq(a - b)", r"\lVert a - b \rVert^2"),
    ("a' b", "one(a.T * b)", r"a^\top b"),
    ("a b'", "a * b.T", r"a b^\top"),
    ("a' b W", "one(a.T * b) * W", None),
    ("W (a' b)", "one(a.T * b) * W", None),
    ("W a b' W'", "W * a * b.T * W.T", r"W a b^\top W^\top"),
    ("a' X b + b' Xprime a", "one(a.T * X * b) + one(b.T * Xprime * a)", None),
    ("(a' b)^2 - norm(a)^2 norm(b)^2", "one(a.T * b)**2 - sq(a) * sq(b)", None),
    ("(a' b)'", "one(a.T * b)", None),
    ("tr(a b')", "one(a.T * b)", r"\operatorname{tr}(a b^\top)"),
    ("diag(a) X", "diag(a) * X", None),
    ("w' H w / (w' w)", "one(w.T * H * w) / sq(w)", r"\frac{w^\top H w}{w^\top w}"),
    ("-lambda0 w' w", "-lambda0 * sq(w)", r"-\lambda_0 w^\top w"),
    # definitions
    ("F1", "F1", "F_1"),
    ("F12", "F12", "F_{12}"),
    ("F12' - Wp F1", "F12.T - Wp * F1", r"F_{12}^\top - W_p F_1"),
    ("W X W' - Wp W (X + Xprime) W'", "F12 - Wp * F1", r"W X W^\top - W_p W (X + X') W^\top"),
    ("Wt' Wt", "Wt.T * Wt", r"\tilde W_p^\top \tilde W_p"),
    ("B - Wp - Wp' + I", "Wt.T * Wt", None),
    ("tr(Wp' Wp F1)", "tr(B * F1)", r"\operatorname{tr}(W_p^\top W_p F_1)"),
    ("1/2 (tr(Wp' Wp F1) - tr(Wp F12) - tr(F12 Wp) + tr(F2))", "J",
     r"\tfrac{1}{2} \bigl[\operatorname{tr}(W_p^\top W_p F_1) - \operatorname{tr}(W_p F_{12}) - \operatorname{tr}(F_{12} W_p) + \operatorname{tr} F_2\bigr]"),
    ("J", "J", "J"),
    ("B W (X + Xprime) - (Wp + Wp') W X + W (X + Xprime)",
     "(B + I2) * W * Xprime + Wt.T * Wt * W * X", None),
    ("vec((B + I) W Xprime + Wt' Wt W X)", "vec((B + I2) * W * Xprime + Wt.T * Wt * W * X)", None),
    # binders
    ("E(f1, f2, f1' f2)", "E2(lambda x, y: one(x.T * y))", r"\mathbb{E}_{f_1, f_2} \left[f_1^\top f_2\right]"),
    ("E(f1, f2, f1 f2')", "E2(lambda x, y: x * y.T)", None),
    ("E(f1, f2, 1)", "R(1)", None),
    ("1/2 E(f1, f2, norm(Wp f1 - f2)^2)", "E2(lambda x, y: sq(Wp * x - y)) / 2",
     r"\tfrac{1}{2} \, \mathbb{E}_{f_1, f_2} \lVert W_p f_1 - f_2 \rVert^2"),
    ("1/2 E(f1, f2, (f1' Wp' - f2') (Wp f1 - f2))", "E2(lambda x, y: sq(Wp * x - y)) / 2", None),
    ("1/2 E(f1, f2, f1' Wp' Wp f1 - f1' Wp' f2 - f2' Wp f1 + f2' f2)", "E2(lambda x, y: sq(Wp * x - y)) / 2", None),
    ("1/2 E(f1, f2, tr(Wp' Wp f1 f1') - tr(Wp' f2 f1') - tr(Wp f1 f2') + tr(f2 f2'))",
     "E2(lambda x, y: sq(Wp * x - y)) / 2", None),
    ("tr(Wp' Wp E(f1, f2, f1 f1'))", "tr(B * E2(lambda x, y: x * x.T))", None),
    ("E(z, log(lik(z) prior(z)))", "E1(lambda z: log(lik(z) * prior(z)))",
     r"\mathbb{E}_{z} \left[\log(p_\theta(x \mid z) \, p(z))\right]"),
    ("E(z, log(lik(z) prior(z) / q(z)))", "E1(lambda z: log(lik(z) * prior(z) / q(z)))",
     r"\mathbb{E}_{z} \left[\log \frac{p_\theta(x \mid z) \, p(z)}{q(z)}\right]"),
    ("E(z, log((lik(z) prior(z) / post(z)) (post(z) / q(z))))", "E1(lambda z: log(lik(z) * prior(z) / q(z)))", None),
    ("KL", "E1(lambda z: log(q(z) / post(z)))", r"\mathrm{KL}"),
    ("log(evidence) - KL", "log(evidence) - E1(lambda z: log(q(z) / post(z)))", r"\log p_\theta(x) - \mathrm{KL}"),
    ("E(z, lik(z)) alpha", "E1(lambda z: lik(z)) * alpha", None),
    ("E(z, lik(z)^2) - E(z, lik(z))^2", "E1(lambda z: lik(z)**2) - E1(lambda z: lik(z))**2", None),
    ("sum(z, lik(z) prior(z))", "S(lambda z: lik(z) * prior(z))", r"\sum_{z} p_\theta(x \mid z) \, p(z)"),
    ("sum(z, lik(z)) alpha", "S(lambda z: lik(z)) * alpha", None),
    ("sum(z, alpha z^2)", "5 * alpha", None),
    ("sum(z, sum(u, lik(z) pU(u)))", "S(lambda z: lik(z)) * S(lambda u: pU(u))", None),
    ("integral(u, pX(F(u)) log(pX(F(u)) / pU(u)))", "E1(lambda u: pX(F(u)) * log(pX(F(u)) / pU(u)))",
     r"\int p_X(F(u)) \, \log \frac{p_X(F(u))}{p_U(u)} \, du"),
    ("integral(u, pX(F(u)) pU(u)^2)", "E1(lambda u: pX(F(u)) * pU(u)**2)", None),
    # derivatives
    ("d(d g, d)", "D('d * g', 'd')", r"\frac{\partial}{\partial d} (d g)"),
    ("d (d g)", "d**2 * g", None),
    ("d(alpha^3 beta, alpha)", "D('alpha**3 * beta', 'alpha')", None),
    ("d(alpha / beta, beta)", "D('alpha / beta', 'beta')", None),
    ("d(d(alpha^3, alpha), alpha)", "D('3 * alpha**2', 'alpha')", None),
    ("d(alpha W, alpha)", "W", None),
    ("d(log(alpha^2 + beta), alpha)", "D('log(alpha**2 + beta)', 'alpha')", None),
    ("d(exp(alpha beta) cos(alpha), alpha)", "D('exp(alpha * beta) * cos(alpha)', 'alpha')", None),
    ("d(sqrt(alpha^2 + d^2), d)", "D('sqrt(alpha**2 + d**2)', 'd')", None),
    ("d(tanh(alpha beta), beta)", "D('tanh(alpha * beta)', 'beta')", None),
    ("d(abs(alpha - d), d)", "D('Abs(alpha - d)', 'd')", None),
    ("d(norm(a)^2, a)", "D('sq(a)', 'a')", None),
    ("d(a' X b, a)", "D('one(a.T * X * b)', 'a')", None),
    ("d(tr(P W X W'), W)", "D('tr(P * W * X * W.T)', 'W')", None),
    ("d(tr(W' P W X), W)", "D('tr(W.T * P * W * X)', 'W')",
     r"\frac{\partial}{\partial W} \operatorname{tr}(W^\top P W X)"),
    ("d(det(A), A)", "D('det(A)', 'A')", None),
    ("d(J, Wp)", "D('J', 'Wp')", r"\frac{\partial J}{\partial W_p}"),
    ("-d(J, Wp)", "-D('J', 'Wp')", r"-\frac{\partial J}{\partial W_p}"),
    ("d(J, W)", "D('J', 'W')", r"\frac{\partial J}{\partial W}"),
    ("vec(d(J, W))", "vec(D('J', 'W'))", None),
    ("d(w, time)", "-H * w", r"\dot w"),
    ("1/2 d(w' w, time)", "-one(w.T * H * w)", None),
    ("w' d(w, time)", "-one(w.T * H * w)", None),
    ("d(w' H w, time)", "-2 * one(w.T * H * H * w)", None),
]
# formulas in which parts cancel, so that the degree of what is left is smaller than the text's
CANCEL = {"tr(A') - tr(A)", "inv(A) A", "cos(alpha)^2 + sin(alpha)^2", "(alpha - beta) + (beta - d)", "W''",
          "(lambda - (1 + i alpha)) (lambda - (1 - i alpha))", "1 / (1 + i alpha)"}


def differentiate(code, by):
    at = symbolic()
    f = eval(code, world(at))
    entries = at[by]
    slope = f.diff(entries) if not isinstance(entries, sp.MatrixBase) else Matrix(
        entries.rows, entries.cols, lambda i, j: sp.diff(f, entries[i, j]))
    return slope.subs(substitution())


def evaluate(code, at):
    names = world(at)
    names["D"] = differentiate
    return eval(code, names)


def scalar(x):
    x = sp.sympify(x)
    if x.is_Rational:
        return f"{x.p}/{x.q}"
    if not x.is_real:
        re, im = sp.re(sp.simplify(x)), sp.im(sp.simplify(x))
        return {"re": scalar(re), "im": scalar(im)}
    return float(sp.N(x, 20))


def value(x):
    if not isinstance(x, sp.MatrixBase):
        return scalar(x)
    if x.cols == 1:
        return [scalar(e) for e in x]
    return [[scalar(e) for e in x[i, :]] for i in range(x.rows)]


def degree(text, code):
    """None where the formula is no quotient of polynomials, or where the degree of a derivative is only bounded."""
    if "D(" in code or text in CANCEL or any(word in text for word in ("norm(a)^4", "time")):
        return "skip"
    at = line()
    result = evaluate(code, at)
    entries = list(result) if isinstance(result, sp.MatrixBase) else [sp.sympify(result)]
    top = bottom = 0
    for x in entries:
        n, m = sp.fraction(sp.together(sp.expand_complex(x) if x.has(sp.I) else x))
        if not (sp.expand(n).is_polynomial(t) and sp.expand(m).is_polynomial(t)):
            return None
        top, bottom = max(top, sp.degree(sp.expand(n), t)), max(bottom, sp.degree(sp.expand(m), t))
    return "skip" if top < 0 else int(max(top, bottom, 0))


def readable(tex):
    """What SymPy's LaTeX parser knows: numbers and one-letter names."""
    return all(part not in tex for part in ("operatorname", "\\top", "begin", "mathbb", "\\sum", "\\int", "partial",
                                            "lVert", "\\bigl", "\\mid", "mathrm", "tilde", "\\dot", "otimes", "X'",
                                            "\\det", "\\lambda_0", "d \\, ")) and not any(c in tex for c in "WAXFBJI")


def reads_back(text, tex, code):
    """Whether SymPy reads the TeX as the formula."""
    names = {sp.Symbol(n): POINT[n] for n in SCALARS} | {sp.Symbol("k"): K, sp.Symbol("i"): sp.I,
                                                         sp.Symbol("lambda"): POINT["lambda"]}
    for mark, plainer in (("\\tfrac", "\\frac"), ("\\,", " "), ("\\left", ""), ("\\right", ""), ("\\lvert", "|"),
                          ("\\rvert", "|")):
        tex = tex.replace(mark, plainer)
    # a name before a bracket is a factor, never a function
    read = parse_latex(re.sub(r"(?<=[\w})])  ?\(", r" \\cdot (", tex))
    read = read.subs(sp.Function("exp"), sp.exp).subs(names).subs(sp.Symbol("pi"), sp.pi).subs(sp.Symbol("e"), sp.E)
    difference = sp.N(sp.sympify(read.doit()) - evaluate(code, POINT), 30)
    return abs(difference) < 1e-20


def plain(x):
    if isinstance(x, sp.MatrixBase):
        return value(x)
    return scalar(x)


def main():
    entries = []
    for text, code, tex in FORMULAS:
        entry = {"text": text, "value": value(evaluate(code, POINT)), "degree": degree(text, code)}
        if tex is not None:
            entry["tex"] = tex
            if readable(tex):
                if not reads_back(text, tex, code):
                    raise SystemExit(f"SymPy reads {tex} as something else than {text}")
                entry["read"] = True
        entries.append(entry)
    scope = {name: plain(POINT[name]) for name in [*SHAPES, *SCALARS]} | {"k": "3/1"}
    scope["E"] = {
        "f1, f2": [{"weight": scalar(m), "f1": value(x), "f2": value(y)} for m, x, y in POINT["pairs"]],
        "z": [{"weight": scalar(m), "z": z} for z, m in enumerate(POINT["weights"])],
    }
    scope["sum"] = {"z": [0, 1, 2], "u": [0, 1, 2]}
    scope["integral"] = {"u": [{"weight": scalar(m), "u": u} for u, m in enumerate(POINT["weights"])]}
    tables = {name: [x if name == "F" else scalar(x) for x in table] for name, table in POINT["tables"].items()}
    print(json.dumps({
        "made": {"by": "data/proof.py", "sympy": sp.__version__, "python": platform.python_version()},
        "notation": NOTATION, "scope": scope, "functions": tables, "sizes": {"n1": 3, "n2": 2, "m": 3, "k": K},
        "formulas": entries,
    }, indent=1))


main()
