"""Reference numbers for question 4, from another engine: sympy differentiates V and solves each rule's own
equations for the next state; mpmath finds eigenvalues, powers and the flow with 40 digits.

    pip install sympy==1.14.0 mpmath==1.3.0
    python data/gan.py > data/gan.json
"""

import json

import mpmath
import sympy as sp

mpmath.mp.dps = 40
d, g, dn, gn, dp, gp, dh, gh, alpha, gamma = sp.symbols("d g d_n g_n d_p g_p d_h g_h alpha gamma", real=True)
V = d * g


def slope_d(at_d, at_g):
    return sp.diff(V, d).subs({d: at_d, g: at_g}, simultaneous=True)


def slope_g(at_d, at_g):
    return sp.diff(V, g).subs({d: at_d, g: at_g}, simultaneous=True)


def penalised(at_d, at_g):
    return sp.diff(V - gamma / 2 * d**2, d).subs({d: at_d, g: at_g}, simultaneous=True)


# every rule as equations between the new state (d_n, g_n), the old (d, g) and the one before (d_p, g_p)
RULES = {
    "simultaneous": [dn - d - alpha * slope_d(d, g), gn - g + alpha * slope_g(d, g)],
    "alternating-d-first": [dn - d - alpha * slope_d(d, g), gn - g + alpha * slope_g(dn, g)],
    "alternating-g-first": [dn - d - alpha * slope_d(d, gn), gn - g + alpha * slope_g(d, g)],
    "extragradient": [
        dn - d - alpha * slope_d(d + alpha * slope_d(d, g), g - alpha * slope_g(d, g)),
        gn - g + alpha * slope_g(d + alpha * slope_d(d, g), g - alpha * slope_g(d, g)),
    ],
    "proximal": [dn - d - alpha * slope_d(dn, gn), gn - g + alpha * slope_g(dn, gn)],
    "optimistic": [
        dn - d - alpha * (2 * slope_d(d, g) - slope_d(dp, gp)),
        gn - g + alpha * (2 * slope_g(d, g) - slope_g(dp, gp)),
    ],
    "r1": [dn - d - alpha * penalised(d, g), gn - g + alpha * slope_g(d, g)],
}


def matrix(method):
    """The map old state -> new state as a matrix of expressions in alpha, gamma."""
    new = sp.solve(RULES[method], [dn, gn], dict=True)[0]
    state = [d, g, dp, gp] if method == "optimistic" else [d, g]
    rows = [[sp.simplify(sp.diff(new[x], s)) for s in state] for x in (dn, gn)]
    if method == "optimistic":
        rows += [[1, 0, 0, 0], [0, 1, 0, 0]]
    return sp.Matrix(rows)


def number(x):
    return float(mpmath.mpf(str(x)) if not isinstance(x, mpmath.mpf) else x)


cases = []
for method in RULES:
    M = matrix(method)
    for a in ["-3/2", "-2/5", "1/10", "1/3", "7/10", "1", "5/2"]:
        c = "3/2"
        exact = M.subs({alpha: sp.Rational(a), gamma: sp.Rational(c)})
        A = mpmath.matrix([[mpmath.mpf(sp.Rational(x).p) / sp.Rational(x).q for x in exact.row(i)] for i in range(exact.rows)])
        values, _ = mpmath.eig(A)
        state = mpmath.matrix([1, mpmath.mpf(1) / 2] * (exact.rows // 2))
        power = A**300
        end = power * state
        cases.append({
            "method": method,
            "alpha": float(sp.Rational(a)),
            "gamma": float(sp.Rational(c)),
            "matrix": [[float(x) for x in exact.row(i)] for i in range(exact.rows)],
            "spectralRadius": number(max(abs(v) for v in values)),
            "start": [1, 0.5],
            "logNorm300": number(mpmath.log(mpmath.sqrt(end[0] ** 2 + end[1] ** 2))),
        })

flows = []
for d0, g0, t in [(1, 0, 1), (0.3, -1.2, 7.5), (-2, 0.7, 40)]:
    # the exponential of the flow's matrix by its series, in 40 digits
    E = mpmath.expm(mpmath.matrix([[0, t], [-t, 0]]), method="taylor")
    end = E * mpmath.matrix([mpmath.mpf(d0), mpmath.mpf(g0)])
    flows.append({"start": [d0, g0], "t": t, "end": [number(end[0]), number(end[1])]})

print(json.dumps(
    {
        "source": f"data/gan.py, sympy {sp.__version__}, mpmath {mpmath.__version__}, 40 digits",
        "date": "2026-11-23",
        "rules": cases,
        "flow": flows,
        "logNorm10000": {"alpha": 1, "start": [1, 0], "value": number(10000 * mpmath.log(2) / 2)},
    },
    indent=1,
))
