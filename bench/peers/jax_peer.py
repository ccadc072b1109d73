"""JAX on the CPU, jit: python jax_peer.py CASE; the whole step, Adam included, is one compiled function."""
import math
import os
import sys

os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp
from common import VAE, bits, mnist, noise, report, timed, timed_epochs, weights

name = sys.argv[1]
RATE, B1, B2, EPS = 1e-3, 0.9, 0.999, 1e-8


def layer(inputs, outputs, seed):
    return jnp.asarray(weights(inputs, (inputs, outputs), seed)), jnp.zeros(outputs)


def bce(x, logits):
    return jnp.maximum(logits, 0) - logits * x + jnp.log1p(jnp.exp(-jnp.abs(logits)))


def trainer(loss, parameters, inputs):
    """inputs: one argument of the loss a step, taken in turn."""

    def update(state, argument):
        p, m, v, t = state
        cost, g = jax.value_and_grad(loss)(p, argument)
        t = t + 1
        m = jax.tree.map(lambda m, g: B1 * m + (1 - B1) * g, m, g)
        v = jax.tree.map(lambda v, g: B2 * v + (1 - B2) * g * g, v, g)
        c1, c2 = 1 - B1**t, 1 - B2**t
        p = jax.tree.map(lambda p, m, v: p - RATE * (m / c1) / (jnp.sqrt(v / c2) + EPS), p, m, v)
        return (p, m, v, t), cost

    update = jax.jit(update, donate_argnums=0)
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = [(parameters, zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.float32(0))]
    count = [0]

    def step():
        argument = inputs[count[0] % len(inputs)]
        count[0] += 1
        state[0], cost = update(state[0], argument)
        return float(cost)

    return step


def vae(pixels, hidden, latent, batch, batches=None):
    x = [jnp.asarray(b) for b in (bits((1, batch, pixels), 1) if batches is None else batches)]
    noises = [jnp.asarray(noise((batch, latent), 20 + i)) for i in range(10)]
    p = [layer(pixels, hidden, 2), layer(hidden, 2 * latent, 3), layer(latent, hidden, 4), layer(hidden, pixels, 5)]

    def loss(p, argument):
        x, eps = argument
        dense = lambda x, l: x @ l[0] + l[1]
        mean, log_var = jnp.split(dense(jax.nn.relu(dense(x, p[0])), p[1]), 2, axis=1)
        z = mean + jnp.exp(0.5 * log_var) * eps
        kl = 0.5 * (mean**2 + jnp.exp(log_var) - 1 - log_var).sum(1)
        logits = dense(jax.nn.relu(dense(z, p[2])), p[3])
        return (bce(x, logits).sum(1) + kl).mean()

    return trainer(loss, p, [(x[k % len(x)], noises[k % 10]) for k in range(max(10, 5 * len(x)))])


def iwae(pixels, hidden, latent, k=5000):
    x = jnp.asarray(bits((1, pixels), 1))
    eps = jnp.asarray(noise((k, latent), 20))
    p = [layer(latent, hidden, 4), layer(hidden, pixels, 5)]

    @jax.jit
    def bound(p, eps):
        z = eps * 0.5 + 0.1
        logits = jax.nn.relu(z @ p[0][0] + p[0][1]) @ p[1][0] + p[1][1]
        log_w = 0.5 * (eps**2 - z**2).sum(1) - bce(x, logits).sum(1)
        return jax.nn.logsumexp(log_w) - math.log(k)

    return lambda: float(bound(p, eps))


def realnvp(layers=8, hidden=64, batch=512):
    x = jnp.asarray(noise((batch, 2), 1))
    sizes = [1, hidden, hidden, 2]
    p = [
        [
            (
                jnp.asarray(weights(sizes[k] * (100 if k == 2 else 1), (sizes[k], sizes[k + 1]), 10 + 10 * i + k)),
                jnp.zeros(sizes[k + 1]),
            )
            for k in range(3)
        ]
        for i in range(layers)
    ]

    def loss(p, x):
        a, b = x[:, 0:1], x[:, 1:2]
        log_det = 0.0
        for i, net in enumerate(p):
            h = a if i % 2 == 0 else b
            for k, (W, bias) in enumerate(net):
                h = h @ W + bias
                h = jax.nn.relu(h) if k < 2 else h
            s, t = jnp.split(h, 2, axis=1)
            if i % 2 == 0:
                b = b * jnp.exp(s) + t
            else:
                a = a * jnp.exp(s) + t
            log_det = log_det + s
        return (0.5 * (a**2 + b**2) - log_det).mean()

    return trainer(loss, p, [x])


def pixelcnn(size=28, channels=32, batch=32):
    x = jnp.asarray(bits((batch, size, size, 1), 1))

    def conv(n, inputs, outputs, seed):
        return jnp.asarray(weights(inputs * n * n / 2, (n, n, inputs, outputs), seed)), jnp.zeros(outputs)

    def mask(n, kind):
        live = (n * n - 1) // 2 + (1 if kind == "B" else 0)
        return (jnp.arange(n * n) < live).astype(jnp.float32).reshape(n, n, 1, 1)

    p = [conv(7, 1, channels, 2)] + [conv(3, channels, channels, s) for s in (3, 4, 5, 6)] + [conv(1, channels, 1, 7)]
    masks = [mask(7, "A")] + [mask(3, "B")] * 4 + [1.0]

    def loss(p, x):
        h = x
        for i, ((K, b), m) in enumerate(zip(p, masks)):
            h = jax.lax.conv_general_dilated(h, K * m, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")) + b
            h = jax.nn.relu(h) if i < 5 else h
        return bce(x, h).sum((1, 2, 3)).mean()

    return trainer(loss, p, [x])


cases = {
    "vae-784": lambda: vae(**VAE["vae-784"]),
    "vae-144": lambda: vae(**VAE["vae-144"]),
    "iwae-5000": lambda: iwae(784, 400, 20),
    "realnvp": realnvp,
    "pixelcnn": pixelcnn,
}
if __name__ == "__main__" and name == "mnist":
    images = mnist(VAE["vae-784"]["batch"])
    report(timed_epochs(vae(**VAE["vae-784"], batches=images), len(images)))
elif __name__ == "__main__":
    report(timed(cases[name]()))
