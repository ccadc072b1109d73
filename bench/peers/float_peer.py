"""Python floats, NumPy, SciPy and PyTorch in float64: python float_peer.py CASE."""
import sys

import numpy as np
from common import report, timed, uniforms

name = sys.argv[1]


def matrix(rows, columns, seed):
    return uniforms(rows * columns, seed).reshape(rows, columns) - 0.5


def gram(n, seed, shift):
    S = matrix(n, n, seed)
    return S @ S.T / n + shift * np.eye(n)


def gan_scalar():
    def step():
        d, g, alpha = 1.0, 0.5, 1e-4
        for _ in range(1_000_000):
            d, g = d + alpha * g, g - alpha * d
        return d + g

    return step


def gan_vector():
    start = uniforms(128, 1)

    def step():
        d, g, alpha = start[:64].copy(), start[64:].copy(), 1e-3
        for _ in range(10_000):
            d, g = d + alpha * g, g - alpha * d
        return d.sum() + g.sum()

    return step


def simsiam_rk4():
    n, h = 32, 0.01
    X = gram(n, 1, 0.5)
    C = X + 0.25 * np.eye(n)
    W0, P0 = matrix(n, n, 2), matrix(n, n, 3)

    def field(W, P):
        R = W @ X - P @ (W @ C)
        return P.T @ R, R @ W.T

    def step():
        W, P = W0, P0
        for _ in range(10):
            a = field(W, P)
            b = field(W + h / 2 * a[0], P + h / 2 * a[1])
            c = field(W + h / 2 * b[0], P + h / 2 * b[1])
            d = field(W + h * c[0], P + h * c[1])
            W = W + h / 6 * (a[0] + 2 * b[0] + 2 * c[0] + d[0])
            P = P + h / 6 * (a[1] + 2 * b[1] + 2 * c[1] + d[1])
        return W.sum() + P.sum()

    return step


def lambda_min():
    from scipy.linalg import eigvalsh

    n = 32
    Wp, X, Xp = matrix(n, n, 1), gram(n, 2, 0.1), gram(n, 3, 0.1)
    I = np.eye(n)

    def step():
        H = np.kron(X, (Wp - I).T @ (Wp - I)) + np.kron(Xp, Wp.T @ Wp + I)
        return eigvalsh(H, subset_by_index=[0, 0])[0]

    return step


def expm32():
    from scipy.linalg import expm

    A = matrix(32, 32, 1)
    return lambda: expm(A).sum()


def planar():
    import torch

    torch.set_num_threads(1)
    maps = [(torch.tensor([0.3, 0.1 + 0.01 * i], dtype=torch.float64), i) for i in range(16)]
    w, b = torch.tensor([0.5, -0.2], dtype=torch.float64), 0.1
    start = torch.tensor([0.4, -0.7], dtype=torch.float64)

    def step():
        with torch.inference_mode():
            z, log_det = start, 0.0
            for u, _ in maps:
                t = torch.tanh(w @ z + b)
                log_det = log_det + torch.log(torch.abs(1 + (1 - t * t) * (w @ u)))
                z = z + u * t
            return (z.sum() + log_det).item()

    return step


def rf_jacobian():
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(1)
    A = torch.tensor([[1.0, 1, 1], [1, 0, 0], [0, 0, 0]], dtype=torch.float64).reshape(1, 1, 3, 3)
    B = torch.tensor([[1.0, 1, 1], [1, 1, 0], [0, 0, 0]], dtype=torch.float64).reshape(1, 1, 3, 3)

    def step():
        x = torch.ones(1, 1, 5, 5, dtype=torch.float64, requires_grad=True)
        y = F.conv2d(F.conv2d(x, A, padding=1), B, padding=1)
        y[0, 0, 2, 2].backward()
        return (x.grad != 0).sum().item()

    return step


cases = {
    "gan-scalar": gan_scalar,
    "gan-vector": gan_vector,
    "simsiam-rk4": simsiam_rk4,
    "lambda-min": lambda_min,
    "expm32": expm32,
    "planar": planar,
    "rf-jacobian": rf_jacobian,
}
if __name__ == "__main__":
    report(timed(cases[name]()))
