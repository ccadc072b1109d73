"""Reference numbers for lib/math/divergence.ts and lib/flow/mod.ts, by other routes than theirs: writes data/flow.json.

    pip install mpmath==1.4.1 && python data/flow.py

All in 30-digit arithmetic (mpmath): divergences from their textbook forms by tanh-sinh quadrature; W1 from error
functions and the zeros of their difference; densities of flows as derivatives of distribution functions through
roots found numerically; Jacobians by mpmath's differences; stationary points of the reverse KL by Newton's method
on derivatives of the integral in its own variable x (not in the standardised one).
"""

import json
import pathlib
import platform

import mpmath as mp

mp.mp.dps = 30


def parts(mixture):
    return [tuple(mp.mpf(v) for v in part) for part in mixture]


def density(mixture):
    return lambda x: mp.fsum(w * mp.npdf(x, m, s) for w, m, s in mixture)


def cdf(mixture):
    return lambda x: mp.fsum(w * mp.ncdf(x, m, s) for w, m, s in mixture)


def marks(*mixtures):
    """Where to cut the line: every component's mean and a few sds around it, far tails cut at 60 sds."""
    cuts = sorted({m + k * s for mixture in mixtures for _, m, s in mixture for k in (-60, -12, -5, -2, 0, 2, 5, 12, 60)})
    return cuts


def roots(f, points):
    """Zeros of f between neighbouring points where its sign changes."""
    found = []
    values = [f(x) for x in points]
    for a, b, at_a, at_b in zip(points, points[1:], values, values[1:]):
        if at_a == 0:
            found.append(a)
        elif at_a * at_b < 0:
            found.append(mp.findroot(f, (a, b), solver="anderson", tol=1e-28))
    return found


def fine(mixtures):
    cuts = marks(*mixtures)
    return [a + (b - a) * mp.mpf(k) / 24 for a, b in zip(cuts, cuts[1:]) for k in range(24)]


def vectors():
    cases = [
        ([0.2, 0.3, 0.5], [0.5, 0.25, 0.25]), ([0.0, 0.4, 0.6], [0.1, 0.2, 0.7]), ([1.0, 0.0], [0.5, 0.5]),
        ([0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]), ([0.25, 0.75], [0.2500001, 0.7499999]),
    ]
    out = []
    for p, q in cases:
        ps, qs = [mp.mpf(v) for v in p], [mp.mpf(v) for v in q]
        ps, qs = [v / mp.fsum(ps) for v in ps], [v / mp.fsum(qs) for v in qs]

        def kl(a, b):
            return mp.fsum(x * mp.log(x / y) for x, y in zip(a, b) if x > 0)

        middle = [(x + y) / 2 for x, y in zip(ps, qs)]
        out.append({
            "p": p, "q": q, "kl": kl(ps, qs), "jensenShannon": (kl(ps, middle) + kl(qs, middle)) / 2,
            "totalVariation": mp.fsum(abs(x - y) for x, y in zip(ps, qs)) / 2,
            "chiSquare": mp.fsum(x * x / y for x, y in zip(ps, qs)) - 1,
            "hellingerSquared": 1 - mp.fsum(mp.sqrt(x * y) for x, y in zip(ps, qs)),
        })
    return out


def densities():
    cases = [
        ([[1, 0, 1]], [[1, 1, 2]]), ([[1, 1, 2]], [[1, 0, 1.5]]), ([[1, 0, 1]], [[1, 0.25, 0.75]]),
        ([[0.5, -2, 0.6], [0.5, 2, 0.6]], [[1, 0, 2]]), ([[0.3, -1.5, 0.5], [0.7, 2, 0.8]], [[0.6, -1, 0.7], [0.4, 1, 1.2]]),
        ([[0.9, 0, 1], [0.1, 6, 0.01]], [[1, 0.5, 1.5]]),
    ]
    out = []
    for p, q in cases:
        ps, qs = parts(p), parts(q)
        f, g, cuts = density(ps), density(qs), marks(ps, qs)
        crossings = roots(lambda x: f(x) - g(x), fine([ps, qs]))
        cuts = sorted(set(cuts + crossings))
        heavy = 2 * max(s for *_, s in qs) ** 2 <= max(s for *_, s in ps) ** 2

        def integral(h):
            return mp.quad(h, cuts)

        def half(a, b):
            return integral(lambda x: a(x) * mp.log(2 * a(x) / (a(x) + b(x))) if a(x) > 0 else mp.mpf(0)) / 2

        difference = lambda x: cdf(ps)(x) - cdf(qs)(x)
        zeros = roots(difference, [x for x in fine([ps, qs]) if abs(difference(x)) > mp.mpf(10) ** -25 or difference(x) == 0])
        out.append({
            "p": p, "q": q, "kl": integral(lambda x: f(x) * mp.log(f(x) / g(x))), "jensenShannon": half(f, g) + half(g, f),
            "totalVariation": integral(lambda x: abs(f(x) - g(x))) / 2,
            "chiSquare": "Infinity" if heavy else integral(lambda x: f(x) ** 2 / g(x)) - 1,
            "hellingerSquared": 1 - integral(lambda x: mp.sqrt(f(x) * g(x))),
            "wasserstein1": mp.quad(lambda x: abs(difference(x)), sorted(set(cuts + zeros))),
            "entropy": -integral(lambda x: f(x) * mp.log(f(x)) if f(x) > 0 else mp.mpf(0)),
        })
    return out


def scalar_flows():
    flows = {
        "affine1d": ({"scale": -1.75, "shift": 0.5}, lambda u: mp.mpf(-1.75) * u + mp.mpf(0.5), [-3, 0.1, 4]),
        "sinhArcsinh": ({"epsilon": 0.75, "delta": 0.625}, lambda u: mp.sinh((mp.asinh(u) + mp.mpf(0.75)) / mp.mpf(0.625)), [-6, 0.5, 40]),
        "tanhShift": ({"amount": 0.5}, lambda u: u + mp.mpf(0.5) * mp.tanh(u), [-2.5, 0.25, 3]),
        "exponential": (None, mp.exp, [0.01, 1, 30]),
        "leakyRelu": ({"slope": 0.125}, lambda u: u if u >= 0 else mp.mpf(0.125) * u, [-0.5, -0.01, 2]),
        "cube": (None, lambda u: u**3, [-8, -0.001, 0.5, 27]),
    }
    out = []
    for name, (parameters, forward, points) in flows.items():
        mean, sd = mp.mpf(0.25), mp.mpf(1.5)
        sign = -1 if name == "affine1d" else 1

        def inverse(y):
            low, high = mp.mpf(-40), mp.mpf(40)
            for _ in range(130):
                middle = (low + high) / 2
                low, high = (middle, high) if sign * (forward(middle) - y) < 0 else (low, middle)
            return (low + high) / 2

        distribution = lambda y: mp.ncdf(sign * (inverse(y) - mean) / sd)
        out.append({
            "flow": name, "parameters": parameters, "mean": 0.25, "sd": 1.5, "points": points,
            "inverse": [inverse(mp.mpf(y)) for y in points],
            "logDensity": [mp.log(mp.diff(distribution, mp.mpf(y), h=mp.mpf(10) ** -12)) for y in points],
        })
    return out


def jacobian_log(forward, z):
    n = len(z)
    rows = [[mp.diff(lambda t: forward([z[k] + (t if k == j else 0) for k in range(n)])[i], 0) for j in range(n)] for i in range(n)]
    return mp.log(abs(mp.det(mp.matrix(rows))))


def vector_flows():
    def planar(u, w, b):
        return lambda z: [x + a * mp.tanh(mp.fsum(p * q for p, q in zip(w, z)) + b) for x, a in zip(z, u)]

    def radial(z0, alpha, beta):
        def forward(z):
            r = mp.sqrt(mp.fsum((x - c) ** 2 for x, c in zip(z, z0)))
            return [x + beta * (x - c) / (alpha + r) for x, c in zip(z, z0)]
        return forward

    cases = [
        ("planar", {"u": [0.5, -0.25], "w": [1.5, 2.0], "b": 0.375}, [0.25, -1.0]),
        ("planar", {"u": [-0.5, 0.0, 1.0], "w": [2.0, 1.0, 0.0], "b": -0.5}, [0.75, 0.125, -2.0]),
        ("planar", {"u": [-1.5, 0.25], "w": [2.0, 1.0], "b": 0.25}, [0.5, -0.125]),
        ("radial", {"z0": [0.5, -0.5], "alpha": 0.75, "beta": 2.0}, [1.25, 0.25]),
        ("radial", {"z0": [0.0, 0.25, 1.0], "alpha": 1.5, "beta": -1.25}, [0.5, -0.75, 2.0]),
    ]
    out = []
    for name, parameters, z in cases:
        exact = {k: [mp.mpf(v) for v in value] if isinstance(value, list) else mp.mpf(value) for k, value in parameters.items()}
        forward = planar(**exact) if name == "planar" else radial(**exact)
        at = [mp.mpf(v) for v in z]
        out.append({"flow": name, "parameters": parameters, "z": z, "forward": forward(at), "logAbsDet": jacobian_log(forward, at)})
    return out


def reverse_kl(p):
    """KL(N(m, s²) ‖ p) and its derivatives in (m, s), as integrals over x against derivatives of the normal density."""
    f = density(p)

    def moments(m, s):
        cuts = sorted({m + k * s for k in (-13, -6, -3, -1, 0, 1, 3, 6, 13)} | {v for _, v, d in p if abs(v - m) < 13 * s})
        t = lambda x: (x - m) / s
        weights = [
            lambda x: mp.mpf(1), lambda x: t(x) / s, lambda x: (t(x) ** 2 - 1) / s,
            lambda x: (t(x) ** 2 - 1) / s**2, lambda x: (t(x) ** 3 - 3 * t(x)) / s**2,
            lambda x: (t(x) ** 4 - 5 * t(x) ** 2 + 2) / s**2,
        ]
        e = [mp.quad(lambda x: mp.npdf(x, m, s) * w(x) * mp.log(f(x)), cuts) for w in weights]
        value = -mp.log(s) - mp.log(2 * mp.pi * mp.e) / 2 - e[0]
        return {"kl": value, "gradient": [-e[1], -1 / s - e[2]], "hessian": [-e[3], -e[4], 1 / s**2 - e[5]]}

    return moments


def stationary(mixture, start):
    moments = reverse_kl(mixture)
    m, s = (mp.mpf(v) for v in start)
    for _ in range(12):
        at = moments(m, s)
        g, (a, b, c) = at["gradient"], at["hessian"]
        det = a * c - b * b
        m, s = m - (c * g[0] - b * g[1]) / det, s - (a * g[1] - b * g[0]) / det
        if max(abs(v) for v in g) < 1e-22:
            break
    at = moments(m, s)
    return {"mean": m, "sd": s, "kl": at["kl"], "minimum": bool(at["hessian"][0] > 0 and at["hessian"][0] * at["hessian"][2] > at["hessian"][1] ** 2)}


def forward_fit(mixture):
    f = density(mixture)
    mean = mp.fsum(w * m for w, m, _ in mixture)
    sd = mp.sqrt(mp.quad(lambda x: (x - mean) ** 2 * f(x), marks(mixture)))
    kl = mp.quad(lambda x: f(x) * mp.log(f(x) / mp.npdf(x, mean, sd)), marks(mixture))
    return {"mean": mean, "sd": sd, "kl": kl}


def pair(a):
    return [(mp.mpf(0.5), -a, mp.mpf(1)), (mp.mpf(0.5), a, mp.mpf(1))]


def landscape():
    out = {"fits": []}
    for mixture, starts in [
        ([[0.5, -2, 0.6], [0.5, 2, 0.6]], [(2, 0.6), (-2, 0.6), (0, 1.8)]),
        ([[0.3, -1.5, 0.5], [0.7, 2, 0.8]], [(-1.5, 0.54), (2, 0.85)]),
    ]:
        p = parts(mixture)
        out["fits"].append({"mixture": mixture, "forward": forward_fit(p), "reverse": [{"start": start, **stationary(p, start)} for start in starts]})

    mp.mp.dps = 20

    def fold(a, m, s):
        at = reverse_kl(pair(a))(m, s)
        h = at["hessian"]
        return [*at["gradient"], h[0] * h[2] - h[1] ** 2]

    a, m, s = mp.findroot(fold, (2.41, 2.14, 1.29), tol=1e-24)
    out["saddleNode"] = {"a": a, "mean": m, "sd": s}

    def advantage(a):
        return stationary(pair(a), (a, 1))["kl"] - stationary(pair(a), (0, mp.sqrt(1 + a * a) * 0.88))["kl"]

    out["equalKl"] = {"a": mp.findroot(advantage, (2.79, 2.81), solver="anderson", tol=1e-22)}
    mp.mp.dps = 30
    p = parts([[0.3, -1.5, 0.5], [0.7, 2, 0.8]])
    out["gradients"] = [
        {"mean": m, "sd": s, **{k: v for k, v in reverse_kl(p)(mp.mpf(m), mp.mpf(s)).items()}}
        for m, s in [(0.0, 1.0), (-1.0, 0.25), (3.0, 2.5)]
    ]
    return out


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return float(value) if isinstance(value, mp.mpf) else value


def main():
    content = {
        "source": "data/flow.py", "date": "2026-11-23",
        "versions": f"Python {platform.python_version()}, mpmath {mp.__version__}",
        "vectors": vectors(), "densities": densities(), "scalarFlows": scalar_flows(),
        "vectorFlows": vector_flows(), "landscape": landscape(),
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(plain(content), indent=1) + "\n")


if __name__ == "__main__":
    main()
