"""Reference numbers for linear algebra, differential equations and linear SimSiam, by mpmath, NumPy and SciPy.

    python data/simsiam.py > data/simsiam.json      (about a minute)

Linear algebra, formulas and Euler steps: mpmath with 60 digits. Differential equations without a closed form:
mpmath's Taylor series where it can, SciPy's DOP853 or Radau at its finest tolerance where not (the entry says
which, with the tolerance its digits deserve). Smallest eigenvalues of large curvatures: the dense matrix, NumPy.
"""

import json
import platform

import mpmath as mp
import numpy as np
import scipy
from scipy.integrate import solve_ivp

mp.mp.dps = 60


def number(x):
    return float(mp.nstr(mp.mpf(x), 17)) if not isinstance(x, float) else x


def rows(A):
    return [[number(x) for x in row] for row in A.tolist()]


def vector(v):
    return [number(x) for x in v]


def matrix(A):
    """The floats at their exact binary values, which is what another program reads from the JSON."""
    return mp.matrix([[mp.mpf(x) for x in row] for row in A])


def frobenius(A):
    return mp.sqrt(sum(x * x for x in A))


# ---------------------------------------------------------------- linear algebra

GENERAL = {
    "one by one": [[-2.5]],
    "gan at alpha 0.3": [[1, 0.3], [-0.3, 1]],
    "negative definite with large entries": [[-49, 24], [-64, 31]],
    "skew": [[0, 2.25, -0.4375], [-2.25, 0, 0.3125], [0.4375, -0.3125, 0]],
    "cyclic permutation": [[0, 0, 1], [1, 0, 0], [0, 1, 0]],
    "graded": [[1, 1e-3, 1e-6], [1e-3, 1e-4, 1e-7], [1e-6, 1e-7, 1e-9]],
    "badly scaled": [[1, 1e6, 0], [1e-6, 2, 1e6], [0, 1e-6, 3]],
    "generic": [[0.5, -1.25, 2, 0.75], [1, 0.25, -0.5, 1.5], [-2, 0.125, 1, -1], [0.375, 2, -0.25, -0.5]],
    "nilpotent": [[0, 1, 2], [0, 0, 3], [0, 0, 0]],
    "zero": [[0, 0], [0, 0]],
}
EXPONENTIALS = {
    "far from normal": [[1, 1e6], [0, -1]],
    "rotation by 1000": [[0, 1000], [-1000, 0]],
    "rates 1e6 apart": [[-1e6, 1e6], [1, -1]],
    "cancelling": [[-131, 19, 18], [-390, 56, 54], [-387, 57, 52]],
}
DEFINITE = {
    "one by one": [[0.25]],
    "two": [[2, 0.5], [0.5, 1]],
    "hilbert 6": [[1 / (i + j + 1) for j in range(6)] for i in range(6)],
    "generic": [[4, 1, -0.5, 0.25], [1, 3, 0.75, -1], [-0.5, 0.75, 2, 0.5], [0.25, -1, 0.5, 1.5]],
    "graded": [[1e8, 10, 1e-3], [10, 1, 1e-5], [1e-3, 1e-5, 1e-8]],
}
RECTANGULAR = {
    "wide": [[1, 2, 3], [4, 5, 6.5]],
    "tall": [[1, 0.5], [-2, 0.25], [0, 3], [1, 1]],
    "rank one": [[1, 2], [2, 4], [-1, -2]],
}


def linear_algebra():
    general = {}
    for name, A in GENERAL.items():
        M = matrix(A)
        values = mp.eig(M, left=False, right=False) if len(A) > 1 else [M[0, 0]]
        entry = {
            "A": A,
            "eigenvalues": sorted(([number(mp.re(x)), number(mp.im(x))] for x in values), reverse=True),
            "expm": rows(mp.expm(M)),
        }
        if name in ("nilpotent", "zero"):
            entry["eigenvalues"] = [[0.0, 0.0]] * len(A)
        elif abs(mp.det(M)) > mp.mpf(10) ** -40:
            entry["inverse"] = rows(M ** -1)
        general[name] = entry
    definite = {}
    for name, S in DEFINITE.items():
        M = matrix(S)
        definite[name] = {
            "S": S,
            "cholesky": rows(mp.cholesky(M)),
            "logDet": number(mp.log(mp.det(M))),
            "eigenvalues": vector(sorted(mp.eigsy(M, eigvals_only=True))),
            "inverse": rows(M ** -1),
        }
    return {
        "general": general,
        "exponentials": {name: {"A": A, "expm": rows(mp.expm(matrix(A)))} for name, A in EXPONENTIALS.items()},
        "definite": definite,
        "rectangular": {
            name: {"A": A, "singularValues": sorted(vector(mp.svd(matrix(A), compute_uv=False)), reverse=True)}
            for name, A in RECTANGULAR.items()
        },
    }


# ---------------------------------------------------------------- differential equations


def odes():
    mp.mp.dps = 25
    pendulum = mp.odefun(lambda t, y: [y[1], -mp.sin(y[0])], 0, [mp.mpf(2), mp.mpf(0)])
    lotka = mp.odefun(lambda t, y: [y[0] * (1 - y[1]), y[1] * (y[0] - 1)], 0, [mp.mpf("0.5"), mp.mpf(2)])
    out = {
        "pendulum": {"by": "mpmath odefun", "states": {str(t): vector(pendulum(t)) for t in (1, 5, 10)}},
        "lotka": {"by": "mpmath odefun", "states": {str(t): vector(lotka(t)) for t in (1, 5, 10)}},
    }
    mp.mp.dps = 60

    def robertson(t, y):
        a, b, c = y
        return [-0.04 * a + 1e4 * b * c, 0.04 * a - 1e4 * b * c - 3e7 * b * b, 3e7 * b * b]

    s = solve_ivp(robertson, (0, 40), [1, 0, 0], method="Radau", rtol=2.3e-14, atol=1e-20, t_eval=[0.4, 40])
    out["robertson"] = {
        "by": "SciPy Radau",
        "tolerance": 1e-8,
        "states": {str(t): y.tolist() for t, y in zip([0.4, 40], s.y.T)},
    }
    return out


# ---------------------------------------------------------------- linear SimSiam


def identity(n):
    return mp.eye(n)


def velocity(W, Wp, X, Xprime, stop, predictor, eta):
    C = X + Xprime
    P = Wp if predictor else identity(W.rows)
    dW = P.T * (P * W * C - W * X)
    if not stop:
        dW += W * C - P * W * X
    dP = P * W * C * W.T - (W * X * W.T).T
    return -(dW + eta * W), -(dP + eta * P)


W0 = [[0.6, -0.2, 0.3], [0.1, 0.5, -0.4]]
WP0 = [[0.7, 0.2], [-0.1, 0.6]]


def d1():
    mp.mp.dps = 40
    X, Xprime, lr = identity(3), identity(3) / 4, mp.mpf(1) / 10
    out = {}
    for stop in (True, False):
        for predictor in (True, False):
            W, Wp = matrix(W0), matrix(WP0) if predictor else identity(2)
            norms = {}
            for k in range(1, 2001):
                dW, dP = velocity(W, Wp, X, Xprime, stop, predictor, mp.mpf(5) / 100)
                W = W + lr * dW
                if predictor:
                    Wp = Wp + lr * dP
                if k in (1, 100, 500, 2000):
                    norms[str(k)] = number(frobenius(W))
            out[f"stopGradient {str(stop).lower()}, predictor {str(predictor).lower()}"] = {
                "stopGradient": stop, "predictor": predictor, "norms": norms, "W": rows(W), "Wp": rows(Wp),
            }
    W, Wp = matrix(W0), matrix(WP0)
    for _ in range(2000):
        dW, dP = velocity(W, Wp, X, Xprime, True, True, 0)
        W, Wp = W + lr * dW, Wp + lr * dP
    P0, V0 = matrix(WP0), matrix(W0)
    limit = identity(2) * mp.mpf("0.64") + V0 * V0.T - P0.T * P0
    mp.mp.dps = 60
    return {
        "norm0": number(frobenius(V0)),
        "variants": out,
        "noDecay": {"euler": number(frobenius(W)), "flowSquare": rows(limit), "flowNorm": number(mp.sqrt(limit[0, 0] + limit[1, 1]))},
    }


def mode(x, xprime, eta):
    x, xprime, eta = (mp.mpf(repr(v)) for v in (x, xprime, eta))
    threshold = x * x / (4 * (x + xprime))
    if eta > threshold:
        return {"pPlus": None, "pMinus": None, "threshold": number(threshold)}
    root = mp.sqrt(x * x - 4 * eta * (x + xprime))
    return {
        "pPlus": number((x + root) / (2 * (x + xprime))),
        "pMinus": number((x - root) / (2 * (x + xprime))),
        "threshold": number(threshold),
    }


def d2():
    cases = [(1.0, 0.25, eta) for eta in (0.0, 0.01, 0.05, 0.1, 0.15, 0.19, 0.21)]
    cases += [(0.6, 0.25, 0.05), (0.3, 0.25, 0.05), (1.0, 0.0, 1e-9), (2.0, 3.0, 0.1)]
    return [{"x": x, "xPrime": xp, "weightDecay": eta, **mode(x, xp, eta)} for x, xp, eta in cases]


def flow(W, Wp, X, Xprime, stop, predictor, eta, times, alpha=1.0):
    """By DOP853, float64; the unknowns of W are scaled by nothing: absolute tolerance 1e-16."""
    W, Wp, X, Xprime = (np.array(A, float) for A in (W, Wp, X, Xprime))
    n2, n1 = W.shape
    C = X + Xprime

    def f(_, y):
        W = y[: n1 * n2].reshape(n2, n1)
        if predictor == "optimal":
            P = (W @ X @ W.T).T @ np.linalg.inv(W @ C @ W.T)
        else:
            P = y[n1 * n2 :].reshape(n2, n2) if predictor else np.eye(n2)
        dW = P.T @ (P @ W @ C - W @ X) + (0 if stop else W @ C - P @ W @ X) + eta * W
        if predictor is not True:
            return -dW.ravel()
        dP = P @ W @ C @ W.T - (W @ X @ W.T).T
        return -np.r_[dW.ravel(), (alpha * dP + eta * P).ravel()]

    y0 = np.r_[W.ravel(), Wp.ravel()] if predictor is True else W.ravel()
    s = solve_ivp(f, (0, times[-1]), y0, method="DOP853", rtol=2.3e-14, atol=1e-16, t_eval=times)
    states = []
    for y in s.y.T:
        state = {"W": y[: n1 * n2].reshape(n2, n1)}
        if predictor is True:
            state["Wp"] = y[n1 * n2 :].reshape(n2, n2)
        states.append(state)
    return states


AX = [[0.92, -0.15, -1.33, 0.17], [-0.15, 1.59, 0.41, -0.04], [-1.33, 0.41, 2.66, -0.02], [0.17, -0.04, -0.02, 0.5]]
AY = [[0.11, 0, 0.04, 0.06], [0, 0.08, -0.13, 0.01], [0.04, -0.13, 0.55, -0.1], [0.06, 0.01, -0.1, 0.22]]
AW = [[0.4, 0, -0.3, -0.3], [-0.2, -0.5, -0.2, 0], [0.1, -0.1, -0.8, 0]]
AP = [[0.7, 0.3, 0.2], [-0.2, 0.4, 0.6], [0.2, 0.5, 1.2]]


def flows():
    times = [0.5, 2, 8]
    anisotropic = []
    for stop in (True, False):
        for predictor in (True, False, "optimal"):
            for eta, alpha in ((0.0, 1.0), (0.05, 0.5)):
                states = flow(AW, AP, AX, AY, stop, predictor, eta, times, alpha)
                anisotropic.append({
                    "stopGradient": stop, "predictor": predictor, "weightDecay": eta, "alphaP": alpha,
                    "W": states[-1]["W"].tolist(),
                    **({"Wp": states[-1]["Wp"].tolist()} if predictor is True else {}),
                })
    singular = [
        {"weightDecay": eta, "t": t,
         "singularValues": np.linalg.svd(flow(AW, AP, AX, AY, True, True, eta, [t])[0]["W"], compute_uv=False).tolist()}
        for eta, t in ((0.0, 20), (0.0, 60), (0.02, 20), (0.02, 300), (1.0, 60))
    ]
    stiff = [[1e6, 0.5, 0], [0.5, 1, 0.1], [0, 0.1, 0.01]]
    W = matrix([[1, 0.5, 0.2], [0, 1, -1]])
    return {
        "X": AX, "Xprime": AY, "W": AW, "Wp": AP, "t": times[-1], "anisotropic": anisotropic,
        "dimensionalCollapse": singular,
        "stiff": {
            "Xprime": stiff, "W": rows(W), "t": 3,
            "neither": rows(W * mp.expm(matrix(stiff) * -6)),
            "stopGradientOnly": rows(W * mp.expm(matrix(stiff) * -3)),
        },
        "conserved": {"W": 1.5, "Wp": 0.2, "limit": number(mp.sqrt(mp.mpf("1.5") ** 2 - (mp.mpf("0.2") - 1) ** 2))},
    }


def point():
    """Equation (3) and its gradients by brute force over the pairs of views, views not exchangeable."""
    pairs = [
        ([1, -0.5, 2], [0.75, 0.25, 1], "0.25"),
        ([0.5, 1.5, -1], [1, 0.5, -2], "0.125"),
        ([-2, 0.25, 0.5], [-1, 1, 0.25], "0.375"),
        ([0, 1, 1.25], [0.5, -0.75, 1], "0.25"),
    ]
    W, Wp = matrix([[0.6, -0.2, 0.3], [0.1, 0.5, -0.4]]), matrix([[0.7, 0.2], [-0.1, 0.6]])
    J, gW, gStop, gP = mp.mpf(0), mp.zeros(2, 3), mp.zeros(2, 3), mp.zeros(2, 2)
    for a, b, w in pairs:
        x1, x2, w = mp.matrix(a), mp.matrix(b), mp.mpf(w)
        r = Wp * W * x1 - W * x2
        J += w * (r.T * r)[0] / 2
        gP += w * r * (W * x1).T
        gStop += w * Wp.T * r * x1.T
        gW += w * (Wp.T * r * x1.T - r * x2.T)
    # Each pair as one data point with two equally likely views, drawn independently: exchangeable.
    independent = [(u, v, float(w) / 4) for a, b, w in pairs for u in (a, b) for v in (a, b)]
    sW, sStop = mp.zeros(2, 3), mp.zeros(2, 3)
    for a, b, w in independent:
        x1, x2 = mp.matrix(a), mp.matrix(b)
        r = Wp * W * x1 - W * x2
        sStop += w * Wp.T * r * x1.T
        sW += w * (Wp.T * r * x1.T - r * x2.T)
    return {
        "pairs": [{"x1": a, "x2": b, "weight": float(w)} for a, b, w in pairs],
        "W": rows(W), "Wp": rows(Wp),
        "objective": number(J), "gradWp": rows(gP), "gradW": rows(gW), "gradWStopped": rows(gStop),
        "independent": {"gradW": rows(sW), "gradWStopped": rows(sStop)},
    }


def wave(seed, r, c):
    """Entries any language can repeat: sin(seed + 1.7 i + 2.3 j + i j)."""
    i, j = np.meshgrid(np.arange(r), np.arange(c), indexing="ij")
    return np.sin(seed + 1.7 * i + 2.3 * j + i * j)


def smallest():
    out = []
    cases = [
        # n1, n2, rank of X, rank of X', size of X', size of Wp, shift of Wp
        (3, 2, 3, 3, 1.0, 1.0, 0.0),
        (16, 10, 16, 16, 0.3, 1.0, 0.0),
        (16, 10, 16, 4, 0.3, 1.0, 0.0),
        (12, 20, 6, 12, 1e-4, 0.001, 1.0),
        (20, 12, 20, 20, 1e-6, 100.0, 0.0),
        (60, 40, 60, 60, 0.2, 0.3, 0.8),
    ]
    for n1, n2, rankX, rankY, sizeY, sizeP, shift in cases:
        A, B = wave(1, n1, rankX), wave(2, n1, rankY)
        X, Y = A @ A.T / n1, sizeY * B @ B.T / n1
        P = sizeP * wave(3, n2, n2) / np.sqrt(n2) + shift * np.eye(n2)
        T = P - np.eye(n2)
        e = np.linalg.eigvalsh(np.kron(Y, P.T @ P + np.eye(n2)) + np.kron(X, T.T @ T))
        out.append({"n1": n1, "n2": n2, "rankX": rankX, "rankXprime": rankY, "sizeXprime": sizeY, "sizeWp": sizeP,
                    "shift": shift, "lambdaMin": float(e[0]), "norm": float(e[-1])})
    return out


print(json.dumps({
    "source": "data/simsiam.py",
    "versions": {"python": platform.python_version(), "mpmath": mp.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
    "date": "2026-11-23",
    "linalg": linear_algebra(),
    "ode": odes(),
    "d1": d1(),
    "d2": d2(),
    "flows": flows(),
    "point": point(),
    "lambdaMin": smallest(),
}, indent=1, ensure_ascii=False))
