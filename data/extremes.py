"""Numbers near the ends of float64's range, by mpmath (700 digits) and numpy: data/extremes.json.

    python data/extremes.py        needs mpmath, numpy
"""
import json
from pathlib import Path

import mpmath as mp
import numpy as np

mp.mp.dps = 700


def divergences(p, q):
    """Of probability vectors whose last entry is what the others leave of 1; floats out."""
    p, q = [[mp.mpf(x) for x in v[:-1]] + [1 - mp.fsum(v[:-1])] for v in (p, q)]
    m = [(a + b) / 2 for a, b in zip(p, q)]
    kl = lambda a, b: mp.fsum(x * mp.log(x / y) for x, y in zip(a, b) if x > 0) if all(y > 0 or x == 0 for x, y in zip(a, b)) else mp.inf
    chi = mp.fsum((x - y) ** 2 / y if y > 0 else (mp.inf if x > 0 else 0) for x, y in zip(p, q))
    hellinger = mp.fsum((mp.sqrt(x) - mp.sqrt(y)) ** 2 for x, y in zip(p, q)) / 2
    values = {"kl": kl(p, q), "jensenShannon": (kl(p, m) + kl(q, m)) / 2, "chiSquare": chi, "hellingerSquared": hellinger}
    return {name: ("Infinity" if value == mp.inf or value > mp.mpf("1.7e308") else float(value)) for name, value in values.items()}


pairs = [
    ([0.0, 1.0], [5e-324, 1.0]),
    ([1e-323, 1.0], [5e-324, 1.0]),
    ([1.0, 0.0], [5e-324, 1.0]),
    ([1e-200, 1.0], [3e-200, 1.0]),
    ([1e-300, 1.0], [1e-10, 1 - 1e-10]),
    ([0.5, 0.5], [0.5 + 2**-31, 0.5 - 2**-31]),
]

rng = np.random.default_rng(15)
spectra = []
for blocks in (2, 3, 5):
    for eta in (1e-4, 1e-6, 1e-8, 1e-12):
        for _ in range(2):
            n = 2 * blocks
            A = eta * rng.standard_normal((n, n)) + np.kron(np.eye(blocks), [[0, 1], [1, 0]])
            found = sorted(np.linalg.eigvals(A), key=lambda z: (-z.real, -z.imag))
            spectra.append({"A": A.tolist(), "re": [z.real for z in found], "im": [z.imag for z in found]})

far = []
for slope, sigma, x in [(1, 0.01, 620), (1, 0.01, 1e5), (3, 0.1, 2000), (-0.5, 0.001, 40), (1e-3, 2, 50)]:
    variance = mp.mpf(slope) ** 2 + mp.mpf(sigma) ** 2
    far.append({"slope": slope, "sigma": sigma, "x": x, "logMarginal": float(-(mp.log(2 * mp.pi * variance) + mp.mpf(x) ** 2 / variance) / 2)})

out = {
    "divergences": [{"p": p, "q": q, **divergences(p, q)} for p, q in pairs],
    "spectra": spectra,
    "far": far,
}
Path(__file__).with_suffix(".json").write_text(json.dumps(out) + "\n")
