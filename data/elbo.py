"""Reference numbers for lib/math/normal.ts and lib/elbo/mod.ts, by other formulas than theirs: writes data/elbo.json.

    pip install mpmath==1.4.1 numpy==2.4.6 scipy==1.17.1 && python data/elbo.py

Linear algebra and one-dimensional integrals in 40-digit arithmetic (mpmath); derivatives by mpmath's differences;
minima by scipy from many starts, then polished by Newton in 40 digits; sums of two and three importance weights by
two- and three-dimensional integration.
"""

import itertools
import json
import pathlib

import mpmath as mp
import numpy as np
import scipy
from scipy.optimize import minimize

mp.mp.dps = 40
rng = np.random.default_rng(20261123)


def matrix(rows):
    return mp.matrix([[mp.mpf(float(v)) for v in row] for row in rows])


def vector(values):
    return mp.matrix([mp.mpf(float(v)) for v in values])


def plain(value):
    if isinstance(value, mp.matrix):
        rows = [[float(value[i, j]) for j in range(value.cols)] for i in range(value.rows)]
        return [row[0] for row in rows] if value.cols == 1 else rows
    if isinstance(value, dict):
        return {key: plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return float(value) if isinstance(value, (mp.mpf, np.floating)) else value


def trace(a):
    return mp.fsum(a[i, i] for i in range(a.rows))


def kl_normal(mq, sq, mp_, sp):
    inverse, d = sp**-1, mp_ - mq
    return (trace(inverse * sq) + (d.T * inverse * d)[0] - len(mq) + mp.log(mp.det(sp)) - mp.log(mp.det(sq))) / 2


def entropy_normal(s):
    return (s.rows * (1 + mp.log(2 * mp.pi)) + mp.log(mp.det(s))) / 2


def log_density(x, m, s):
    d = x - m
    return -(s.rows * mp.log(2 * mp.pi) + mp.log(mp.det(s)) + (d.T * s**-1 * d)[0]) / 2


def draw(*shape):
    return np.round(rng.normal(size=shape), 3)


def covariance(n):
    a = draw(n, n)
    return np.round(a @ a.T + 0.3 * np.eye(n), 6)


def normals():
    cases = []
    settings = [(n, covariance(n), covariance(n), draw(n), draw(n)) for n in (1, 2, 3, 5)]
    near, centre = covariance(3), draw(3)
    settings.append((3, near, near + 2.0**-30 * np.eye(3), centre, centre))
    hilbert = np.array([[1 / (i + j + 1) for j in range(5)] for i in range(5)])
    settings.append((5, covariance(5), hilbert, draw(5), draw(5)))
    for n, cq, cp, mq, mean in settings:
        q, s, m, p = matrix(cq), matrix(cp), vector(mq), vector(mean)
        x, precision = draw(n), matrix(cp)**-1
        cases.append({
            "q": {"mean": mq.tolist(), "cov": cq.tolist()}, "p": {"mean": mean.tolist(), "cov": cp.tolist()},
            "x": x.tolist(), "kl": kl_normal(m, q, p, s), "entropy": entropy_normal(s),
            "logDensity": log_density(vector(x), p, s),
            "variance": [1 / precision[j, j] for j in range(n)],
            "gap": (mp.fsum(mp.log(precision[j, j]) for j in range(n)) + mp.log(mp.det(s))) / 2,
        })
    standard = []
    for mean, log_var in [(.1, -800), (.1, -50), (0, -1e-9), (0, 1e-9), (.5, 0), (-2, .25), (1, 5), (0, 700), (1e-8, 1e-4)]:
        m, v = mp.mpf(mean), mp.mpf(log_var)
        standard.append({"mean": mean, "logVar": log_var, "kl": (m**2 + mp.exp(v) - v - 1) / 2})
    return {"normal": cases, "klStandardNormal": standard}


def linear_gaussian():
    cases = []
    for d, k in [(3, 2), (1, 1), (2, 4), (4, 4), (2, 1)]:
        theta = {"W": draw(d, k), "b": draw(d), "sigma2": float(np.round(rng.uniform(.2, 2), 3))}
        x, mean, cov = draw(d), draw(k), covariance(k)

        def marginal(w, b, s2):
            return log_density(vector(x), b, w * w.T + s2 * mp.eye(d))

        def posterior(w, b, s2):
            gain = w.T * (w * w.T + s2 * mp.eye(d))**-1
            return gain * (vector(x) - b), mp.eye(k) - gain * w

        def reconstruction(w, b, s2, m, s):
            r = vector(x) - b - w * m
            return -(d * mp.log(2 * mp.pi * s2) + ((r.T * r)[0] + trace(w * s * w.T)) / s2) / 2

        def evidence_bound(w, b, s2, m, s):
            return marginal(w, b, s2) - kl_normal(m, s, *posterior(w, b, s2))

        w, b, s2 = matrix(theta["W"]), vector(theta["b"]), mp.mpf(theta["sigma2"])
        m, s = vector(mean), matrix(cov)
        mu, sigma = posterior(w, b, s2)

        def bumped(a, i, j, t):
            c = a.copy()
            c[i, j] += t
            return c

        def slopes(f):
            return {
                "W": [[mp.diff(lambda t: f(bumped(w, i, j, t), b, s2), 0) for j in range(k)] for i in range(d)],
                "b": [mp.diff(lambda t: f(w, bumped(b, i, 0, t), s2), 0) for i in range(d)],
                "logSigma2": mp.diff(lambda t: f(w, b, s2 * mp.exp(t)), 0),
            }

        log_var = draw(k)

        def diagonal_bound(mean_, log_var_):
            return evidence_bound(w, b, s2, mean_, mp.diag([mp.exp(v) for v in log_var_]))

        v = vector(log_var)
        cases.append({
            "theta": {key: value.tolist() if hasattr(value, "tolist") else value for key, value in theta.items()},
            "x": x.tolist(), "q": {"mean": mean.tolist(), "cov": cov.tolist()}, "logVar": log_var.tolist(),
            "logMarginal": marginal(w, b, s2), "posterior": {"mean": mu, "cov": [[sigma[i, j] for j in range(k)] for i in range(k)]},
            "reconstruction": reconstruction(w, b, s2, m, s),
            "ecll": reconstruction(w, b, s2, m, s) - (k * mp.log(2 * mp.pi) + (m.T * m)[0] + trace(s)) / 2,
            "elbo": evidence_bound(w, b, s2, m, s), "klPosterior": kl_normal(m, s, mu, sigma),
            "gradTheta": slopes(lambda *t: evidence_bound(*t, m, s)), "gradLogMarginal": slopes(marginal),
            "gradElbo": {
                "mean": [mp.diff(lambda t: diagonal_bound(bumped(m, j, 0, t), v), 0) for j in range(k)],
                "logVar": [mp.diff(lambda t: diagonal_bound(m, bumped(v, j, 0, t)), 0) for j in range(k)],
            },
        })
    return cases


def cremer_linear():
    theta = {"W": [[1, .5], [-.3, .8], [.7, .6]], "b": [.1, -.2, .3], "sigma2": .4}
    xs = [[.9, .4, 1.2], [-1, .3, -.6], [.1, -.2, .3], [2, -1.5, 0], [.4, 1.1, .9], [-.7, -1.3, -.8]]
    w, b, s2 = matrix(theta["W"]), vector(theta["b"]), mp.mpf(theta["sigma2"])
    precision = mp.eye(2) + w.T * w / s2
    cov = precision**-1
    centred = [vector(x) - b for x in xs]
    means = [cov * w.T * r / s2 for r in centred]

    def least(features):
        """Smallest Σ ½ (B a − μ)ᵀ Λ (B a − μ): normal equations in 40 digits."""
        normal = sum((f.T * precision * f for f in features[1:]), features[0].T * precision * features[0])
        right = sum((f.T * precision * m for f, m in zip(features[1:], means[1:])), features[0].T * precision * means[0])
        a = mp.lu_solve(normal, right)
        return mp.fsum(((f * a - m).T * precision * (f * a - m))[0] / 2 for f, m in zip(features, means))

    def spread(values):
        out = mp.zeros(2, 2 * len(values))
        for i, value in enumerate(values):
            out[0, 2 * i] = out[1, 2 * i + 1] = value
        return out

    return {
        "theta": theta, "xs": xs, "correlation": cov[0, 1] / mp.sqrt(cov[0, 0] * cov[1, 1]),
        "approximationGap": (mp.log(precision[0, 0]) + mp.log(precision[1, 1]) - mp.log(mp.det(precision))) / 2,
        "amortisation": {
            "constant": least([spread([mp.mpf(1)]) for _ in xs]), "gain": least([w.T * r for r in centred]),
            "linear": least([spread(list(vector(x))) for x in xs]),
            "affine": least([spread([*vector(x), mp.mpf(1)]) for x in xs]),
        },
    }


def discrete():
    cases = []
    for k, m in [(2, 3), (4, 2), (5, 4)]:
        prior = rng.dirichlet(np.ones(k))
        likelihood = rng.dirichlet(np.ones(m), size=k)
        q = rng.dirichlet(np.ones(k))
        x = int(rng.integers(m))
        p, row, weights = vector(prior), vector(likelihood[:, x]), vector(q)
        joint = [p[z] * row[z] for z in range(k)]
        evidence = mp.fsum(joint)
        fit = mp.fsum(weights[z] * mp.log(row[z]) for z in range(k))
        kl = mp.fsum(weights[z] * mp.log(weights[z] * evidence / joint[z]) for z in range(k))
        cases.append({
            "theta": {"prior": prior.tolist(), "likelihood": likelihood.tolist()}, "x": x, "q": q.tolist(),
            "logMarginal": mp.log(evidence), "posterior": [v / evidence for v in joint], "reconstruction": fit,
            "ecll": mp.fsum(weights[z] * mp.log(joint[z]) for z in range(k)),
            "elbo": fit - mp.fsum(weights[z] * mp.log(weights[z] / p[z]) for z in range(k)), "klPosterior": kl,
        })
    return cases


def mean_field():
    """Local minima of KL(q1 q2 ‖ p) by coordinate descent in float64 from a 22 × 22 grid, polished in 40 digits."""
    cases = []
    tables = [[.45, .05, .05, .45], [.47, .02, .03, .48], [.6, .02, .03, .35], [.1, .2, .3, .4],
              *rng.dirichlet(np.full(4, .35), size=8).tolist()]
    for table in tables:
        p = [mp.mpf(v) for v in table]
        total = mp.fsum(p)
        logs = [mp.log(v / total) for v in p]

        def value(s, t):
            a, b = [mp.exp(-mp.log1p(mp.exp(s))), 1 / (1 + mp.exp(-s))], [mp.exp(-mp.log1p(mp.exp(t))), 1 / (1 + mp.exp(-t))]
            return mp.fsum(a[i] * b[j] * (mp.log(a[i]) + mp.log(b[j]) - logs[2 * i + j]) for i, j in itertools.product((0, 1), (0, 1)))

        def fixed(s, t):
            a, b = 1 / (1 + mp.exp(-s)), 1 / (1 + mp.exp(-t))
            return (s - (1 - b) * (logs[2] - logs[0]) - b * (logs[3] - logs[1]),
                    t - (1 - a) * (logs[1] - logs[0]) - a * (logs[3] - logs[2]))

        found = {}
        l = [float(v) for v in logs]
        for s0, t0 in itertools.product(np.linspace(-8, 8, 22), repeat=2):
            s, t = s0, t0
            for _ in range(4000):
                b = 1 / (1 + np.exp(-t))
                s = (1 - b) * (l[2] - l[0]) + b * (l[3] - l[1])
                a = 1 / (1 + np.exp(-s))
                t = (1 - a) * (l[1] - l[0]) + a * (l[3] - l[2])
            found.setdefault((round(s, 5), round(t, 5)), (s, t))
        optima = []
        for s, t in found.values():
            s, t = mp.findroot(fixed, (mp.mpf(s), mp.mpf(t)))
            optima.append({"q1": [1 / (1 + mp.exp(s)), 1 / (1 + mp.exp(-s))], "q2": [1 / (1 + mp.exp(t)), 1 / (1 + mp.exp(-t))],
                           "kl": value(s, t)})
        cases.append({"prior": table, "optima": sorted(optima, key=lambda o: (round(o["kl"], 12), -o["q1"][0]))})
    return cases


def nonlinear():
    sigma, xs = .35, [-1.3, -.6, 0, .35, .8, 1.5]
    decode = lambda z: mp.tanh(mp.mpf(1.5) * z) + mp.mpf(.3) * z
    s_ = mp.mpf(sigma)
    step = .05
    nodes = np.arange(-200, 201) * step
    weights = np.exp(-nodes**2 / 2) * step / np.sqrt(2 * np.pi)

    def objective(x, m, log_sd):
        z = m + np.exp(log_sd) * nodes
        f = np.tanh(1.5 * z) + .3 * z
        return (weights * (x - f)**2).sum() / 2 / sigma**2 + (m**2 + np.exp(2 * log_sd)) / 2 - log_sd

    points = [mp.mpf(k) / 20 for k in range(-230, 231)]
    normal_weights = [mp.exp(-e**2 / 2) / 20 / mp.sqrt(2 * mp.pi) for e in points]

    def exact(x, m, log_sd):
        """The same in 40 digits; equal steps of 1/20 err by less than 1e-35 for this decoder and s < 1."""
        s = mp.exp(log_sd)
        fit = mp.fsum(w * (x - decode(m + s * e))**2 for e, w in zip(points, normal_weights))
        return fit / 2 / s_**2 + (m**2 + s**2) / 2 - log_sd

    def slopes(x, m, log_sd):
        s = mp.exp(log_sd)
        by_m = by_s = mp.mpf(0)
        for e, w in zip(points, normal_weights):
            t = mp.tanh(mp.mpf(1.5) * (m + s * e))
            slope = -(x - t - mp.mpf(.3) * (m + s * e)) * (mp.mpf(1.5) * (1 - t**2) + mp.mpf(.3)) * w
            by_m += slope
            by_s += slope * e
        return by_m / s_**2 + m, by_s * s / s_**2 + s**2 - 1

    evidence, fits, gaps = [], [], []
    for x in xs:
        x_ = mp.mpf(x)
        joint = lambda z: mp.exp(-z**2 / 2 - ((x_ - decode(z)) / s_)**2 / 2) / (2 * mp.pi * s_)
        log_evidence = mp.log(mp.quad(joint, [-12, -4, -2, -1.5, -1, -.5, 0, .5, 1, 1.5, 2, 4, 12]))
        starts = [(m, l) for m in np.linspace(-2, 2, 9) for l in (-2, -1, 0)]
        best = min((minimize(lambda p: objective(x, *p), s, method="BFGS", options={"gtol": 1e-9}) for s in starts), key=lambda r: r.fun)
        m, l = mp.findroot(lambda m, l: slopes(x_, m, l), tuple(mp.mpf(float(v)) for v in best.x), tol=1e-50, verify=False)
        loss = exact(x_, m, l)
        evidence.append(log_evidence)
        fits.append({"mean": m, "sd": mp.exp(l)})
        gaps.append(log_evidence + mp.log(2 * mp.pi * s_**2) / 2 + loss - mp.mpf(1) / 2)

    totals, encoders, shares = {}, {}, {}
    for name, (dm, dl) in {"constant": (0, 0), "affineMean": (1, 0), "affine": (1, 1), "cubic": (3, 2)}.items():
        def split(p, x):
            return sum(c * x**i for i, c in enumerate(p[:dm + 1])), sum(c * x**i for i, c in enumerate(p[dm + 1:]))

        def total(p):
            return sum(objective(x, *split(p, x)) for x in xs)

        def gradient(*p):
            out = [mp.mpf(0)] * len(p)
            for x in xs:
                by_m, by_l = slopes(mp.mpf(x), *split(p, mp.mpf(x)))
                for i in range(len(p)):
                    out[i] += by_m * mp.mpf(x)**i if i <= dm else by_l * mp.mpf(x)**(i - dm - 1)
            return out

        close = np.polynomial.polynomial.polyfit(xs, [float(f["mean"]) for f in fits], dm)
        near = np.polynomial.polynomial.polyfit(xs, [float(mp.log(f["sd"])) for f in fits], dl)
        starts = [np.r_[close, near], *(rng.normal(size=dm + dl + 2) * .7 for _ in range(12))]
        best = min((minimize(total, s, method="BFGS", options={"gtol": 1e-8}) for s in starts), key=lambda r: r.fun)
        mp.mp.dps = 25
        p = mp.findroot(gradient, tuple(mp.mpf(float(v)) for v in best.x), tol=1e-30, verify=False)
        mp.mp.dps = 40
        shares[name] = [log_evidence + mp.log(2 * mp.pi * s_**2) / 2 + exact(mp.mpf(x), *split(list(p), mp.mpf(x))) - mp.mpf(1) / 2
                        for x, log_evidence in zip(xs, evidence)]
        totals[name] = mp.fsum(shares[name]) - mp.fsum(gaps)
        encoders[name] = [{"x": x, "mean": split(list(p), mp.mpf(x))[0], "sd": mp.exp(split(list(p), mp.mpf(x))[1])} for x in (*xs, .1)]

    q = {"mean": .3, "sd": .4}
    return {
        "decoder": "tanh(1.5 z) + 0.3 z", "sigma": sigma, "xs": xs, "logMarginal": evidence, "fits": fits, "gaps": gaps,
        "klPosterior": shares, "amortisation": totals, "encoders": encoders, "q": q,
        "elbo": [-exact(mp.mpf(x), mp.mpf(.3), mp.log(mp.mpf(.4))) - mp.log(2 * mp.pi * s_**2) / 2 + mp.mpf(1) / 2 for x in xs],
    }


def iwae():
    """E log mean of 2 or 3 weights by equal steps in as many dimensions (float64, agrees to 1e-13 at half the step)."""
    cases = []
    for w, sigma2, x, q_mean, q_sd in [(1.2, .5, .8, .2, .6), (1, 1, 1, 0, 1), (.8, .3, -.4, .5, .4), (2, 1, .5, .3, .9)]:
        def log_weights(e):
            z = q_mean + q_sd * e
            return -(np.log(2 * np.pi * sigma2) + (x - w * z)**2 / sigma2 + z**2 - e**2) / 2 + np.log(q_sd)

        def bound(k, step):
            e = np.arange(-np.ceil(8.5 / step), np.ceil(8.5 / step) + 1) * step
            weight, y = np.exp(-e**2 / 2) * step / np.sqrt(2 * np.pi), log_weights(e)
            if k == 1:
                return (weight * y).sum()
            pair = np.logaddexp(y[:, None], y[None, :])
            if k == 2:
                return (weight[:, None] * weight[None, :] * pair).sum() - np.log(2)
            return sum(v * (weight[:, None] * weight[None, :] * np.logaddexp(pair, z)).sum() for v, z in zip(weight, y)) - np.log(3)

        bounds = {}
        for k, step in [(1, .05), (2, .02), (3, .05)]:
            bounds[k] = float(bound(k, step))
            assert abs(bounds[k] - bound(k, 1.5 * step)) < 1e-12, (k, bounds[k] - bound(k, 1.5 * step))
        total = w**2 + sigma2
        cases.append({"setting": {"w": w, "sigma2": sigma2, "x": x, "qMean": q_mean, "qSd": q_sd}, "bounds": bounds,
                      "logMarginal": float(-(np.log(2 * np.pi * total) + x**2 / total) / 2)})
    return cases


pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(plain({
    "source": "data/elbo.py", "date": "2026-11-23",
    "versions": f"mpmath {mp.__version__}, numpy {np.__version__}, scipy {scipy.__version__}",
    **normals(), "linearGaussian": linear_gaussian(), "cremerLinear": cremer_linear(), "discrete": discrete(),
    "meanField": mean_field(), "nonlinear": nonlinear(), "iwae": iwae(),
}), indent=1) + "\n")
