"""Reference numbers for masked convolutions, found by pushing impulses forward through stacks of correlations.

    pip install numpy==2.4.6 scipy==1.17.1 && python data/masked_conv.py

Nothing here starts at a target and walks back: one input pixel is set to 1, scipy correlates (or convolves) layer
by layer with a kernel of ones times its mask, and whatever is not 0 at the end has seen that pixel.
"""

import base64
import fractions
import itertools
import json
import math
import pathlib
import random
import zlib

import numpy
import scipy
from scipy.signal import convolve2d, correlate2d


def mask(kind, k):
    """Ones before the centre in raster order (A), and at the centre (B), or everywhere (none)."""
    ones = numpy.ones(k * k, dtype=numpy.int64)
    if kind != "none":
        ones[k * k // 2 + (kind == "B"):] = 0
    return ones.reshape(k, k)


def jacobian(masks, grid, k, flip=False):
    """J[target, input] of the stack of all-ones masked kernels, as exact integers."""
    slide = convolve2d if flip else correlate2d
    columns = []
    for impulse in numpy.eye(grid * grid, dtype=numpy.int64):
        signal = impulse.reshape(grid, grid)
        for kind in masks:
            signal = slide(signal, mask(kind, k), mode="same", boundary="fill")
        columns.append(signal.reshape(-1))
    return numpy.stack(columns, axis=1)


def pictures(J):
    """One string of zeros and ones a target, the grid row by row."""
    return ["".join("1" if paths else "0" for paths in row) for row in J]


def two_stack(layers, grid, k):
    """J of the two-stack network with ones for weights: the vertical stack, shifted down, feeds the horizontal."""
    r = k // 2
    rows_up = numpy.ones((k, k), dtype=numpy.int64)
    rows_up[r + 1:] = 0
    columns = []
    for impulse in numpy.eye(grid * grid, dtype=numpy.int64):
        v = h = impulse.reshape(grid, grid)
        for layer in range(layers):
            v = correlate2d(v, rows_up, mode="same")
            above = numpy.vstack([numpy.zeros((1, grid), dtype=numpy.int64), v[:-1]])
            left = mask("A" if layer == 0 else "B", k)[r:r + 1]
            h = correlate2d(h, left, mode="same") + above
        columns.append(h.reshape(-1))
    return numpy.stack(columns, axis=1)


def blind_fraction(layers, k):
    """Unseen share of the past of the centre in the box of the unmasked stack, A first and B after."""
    side = 2 * layers * (k // 2) + 1
    past = numpy.arange(side * side).reshape(side, side) < side * side // 2
    seen = numpy.zeros((side, side), dtype=bool)
    seen[side // 2, side // 2] = True
    for kind in ["B"] * (layers - 1) + ["A"]:
        seen = convolve2d(seen.astype(numpy.int64), mask(kind, k), mode="same") > 0
    return str(fractions.Fraction(int((past & ~seen).sum()), int(past.sum())))


def forward(levels, shape, k, channels, layers, out):
    """Logits of a PixelCNN with sines for weights, in float64, and the weights' law: sin of a running count."""
    count = itertools.count(1)
    draw = lambda *size: numpy.array([math.sin(next(count)) for _ in range(math.prod(size))]).reshape(size)
    h = (2 * levels / (out - 1) - 1).reshape(1, *shape)
    for layer in range(layers):
        kernel, bias = draw(k, k, h.shape[0], channels), draw(channels)
        taps = mask("A" if layer == 0 else "B", k)
        y = numpy.stack([
            bias[c] + sum(correlate2d(h[d], kernel[:, :, d, c] * taps, mode="same") for d in range(h.shape[0]))
            for c in range(channels)
        ])
        y = numpy.where(y > 0, y, numpy.expm1(numpy.minimum(y, 0)))
        h = y if layer == 0 else h + y
    return numpy.einsum("cij,cv->ijv", h, draw(channels, out))


stacks = [s for depth in range(1, 5) for s in itertools.product("AB", repeat=depth)]
chance = random.Random(2026)
mixed = [{
    "masks": [chance.choice(["A", "B", "none"]) for _ in range(chance.randint(1, 5))],
    "grid": chance.randint(1, 6),
    "kernel": chance.choice([1, 3, 5, 7]),
    "flip": chance.random() < 0.4,
} for _ in range(24)]
for case in mixed:
    case["fields"] = pictures(jacobian(case["masks"], case["grid"], case["kernel"], case["flip"]))

integers = numpy.random.default_rng(2026)
images, kernel = integers.integers(-9, 10, (2, 4, 6, 3)), integers.integers(-9, 10, (5, 5, 3, 2))
convolved = {
    kind: [[sum(correlate2d(image[:, :, d], kernel[:, :, d, c] * mask(kind, 5), mode="same") for d in range(3))
            .tolist() for c in range(2)] for image in images] for kind in "AB"
}

packed = json.loads(pathlib.Path(__file__).with_name("digits.json").read_text())
stream = numpy.frombuffer(zlib.decompress(base64.b64decode(packed["bytes"]), -15), dtype=numpy.uint8)
digits = stream[:64 * packed["count"]].reshape(64, -1).T
labels = stream[64 * packed["count"]:]
order = numpy.array([(labels[:i + 1] == label).sum() for i, label in enumerate(labels)])
held_out = order % 5 == 0


def independent_bits(levels):
    """Held-out bits per pixel when each pixel has its own frequencies, one picture of every level added."""
    pixels = digits.astype(int) * levels // 17
    train, test = pixels[~held_out], pixels[held_out]
    counts = numpy.stack([(train == v).sum(axis=0) + 1 for v in range(levels)])
    logs = numpy.log2(counts) - math.log2(len(train) + levels)
    return -sum(logs[test[:, i], i].sum() for i in range(64)) / test.size


small = numpy.arange(12).reshape(3, 4) * 7 % 5 % 3

pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "source": f"Python, numpy {numpy.__version__}, scipy {scipy.__version__}",
    "made": "2026-11-23 by data/masked_conv.py",
    "paths33": {"".join(s): jacobian(s, 5, 3)[12].reshape(5, 5).tolist() for s in itertools.product("AB", repeat=2)},
    "fields": {str(k): {"".join(s): pictures(jacobian(s, 5, k)) for s in stacks} for k in (3, 5)},
    "flipped": {"".join(s): pictures(jacobian(s, 5, 3, flip=True)) for s in itertools.product("AB", repeat=2)},
    "mixed": mixed,
    "twoStack": {f"{k},{layers}": pictures(two_stack(layers, 6, k)) for k in (3, 5) for layers in (1, 2, 3)},
    "blindFractions": {str(k): {str(n): blind_fraction(n, k) for n in (1, 2, 3, 4, 8, 16)} for k in (3, 5, 7)},
    "convolution": {"images": images.tolist(), "kernel": kernel.tolist(), **convolved},
    "independentBits": {str(n): independent_bits(n) for n in (2, 4, 17)},
    "logits": {"levels": small.tolist(), "values": forward(small.astype(float), (3, 4), 3, 2, 3, 3).tolist()},
}, separators=(",", ":")) + "\n")
