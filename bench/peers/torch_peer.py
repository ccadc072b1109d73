"""PyTorch on the CPU: python torch_peer.py CASE THREADS [LAYOUT]; Adam fused, losses as in bench/cases."""
import math
import sys

import torch
import torch.nn.functional as F
from common import VAE, bits, mnist, noise, report, timed, timed_epochs, weights

name, threads = sys.argv[1], int(sys.argv[2])
layout = sys.argv[3] if len(sys.argv) > 3 else "default"
torch.set_num_threads(threads)
tensor = torch.from_numpy


def parameter(array):
    return tensor(array).clone().requires_grad_(True)


def layer(inputs, outputs, seed):
    # torch's Linear keeps W transposed: the layout its own modules train with.
    W = tensor(weights(inputs, (inputs, outputs), seed)).T.contiguous().requires_grad_(True)
    return W, torch.zeros(outputs, requires_grad=True)


def trainer(loss, parameters):
    optimizer = torch.optim.Adam(parameters, lr=1e-3, eps=1e-8, fused=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        cost = loss()
        cost.backward()
        optimizer.step()
        return cost.item()

    return step


def vae(pixels, hidden, latent, batch, batches=None):
    x = tensor(bits((1, batch, pixels), 1) if batches is None else batches)
    noises = [tensor(noise((batch, latent), 20 + i)) for i in range(10)]
    l1, l2 = layer(pixels, hidden, 2), layer(hidden, 2 * latent, 3)
    l3, l4 = layer(latent, hidden, 4), layer(hidden, pixels, 5)
    count = [0]

    def loss():
        eps, batch_x = noises[count[0] % 10], x[count[0] % len(x)]
        count[0] += 1
        mean, log_var = F.linear(F.relu(F.linear(batch_x, *l1)), *l2).chunk(2, 1)
        z = mean + torch.exp(0.5 * log_var) * eps
        kl = 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum(1)
        logits = F.linear(F.relu(F.linear(z, *l3)), *l4)
        bce = F.binary_cross_entropy_with_logits(logits, batch_x, reduction="sum") / batch
        return bce + kl.mean()

    return trainer(loss, [*l1, *l2, *l3, *l4])


def iwae(pixels, hidden, latent, k=5000):
    x = tensor(bits((1, pixels), 1)).expand(k, pixels)
    eps = tensor(noise((k, latent), 20))
    l3, l4 = layer(latent, hidden, 4), layer(hidden, pixels, 5)

    def step():
        with torch.inference_mode():
            z = eps * 0.5 + 0.1
            logits = F.linear(F.relu(F.linear(z, *l3)), *l4)
            bce = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
            log_w = 0.5 * (eps.square() - z.square()).sum(1) - bce
            return (torch.logsumexp(log_w, 0) - math.log(k)).item()

    return step


def realnvp(layers=8, hidden=64, batch=512):
    x = tensor(noise((batch, 2), 1))
    nets = []
    for i in range(layers):
        sizes = [1, hidden, hidden, 2]
        net = []
        for k in range(3):
            scale = sizes[k] * (100 if k == 2 else 1)
            W = tensor(weights(scale, (sizes[k], sizes[k + 1]), 10 + 10 * i + k)).T.contiguous()
            net.append((W.requires_grad_(True), torch.zeros(sizes[k + 1], requires_grad=True)))
        nets.append(net)

    def loss():
        a, b = x[:, 0:1], x[:, 1:2]
        log_det = 0.0
        for i, net in enumerate(nets):
            kept = a if i % 2 == 0 else b
            h = F.relu(F.linear(kept, *net[0]))
            s, t = F.linear(F.relu(F.linear(h, *net[1])), *net[2]).chunk(2, 1)
            if i % 2 == 0:
                b = b * s.exp() + t
            else:
                a = a * s.exp() + t
            log_det = log_det + s
        return (0.5 * (a.square() + b.square()) - log_det).mean()

    return trainer(loss, [p for net in nets for pair in net for p in pair])


def pixelcnn(size=28, channels=32, batch=32):
    memory = torch.channels_last if layout == "channels_last" else torch.contiguous_format
    x = tensor(bits((batch, 1, size, size), 1)).contiguous(memory_format=memory)

    def conv(n, inputs, outputs, seed, kind):
        K = tensor(weights(inputs * n * n / 2, (n, n, inputs, outputs), seed)).permute(3, 2, 0, 1)
        K = K.contiguous(memory_format=memory).requires_grad_(True)
        live = (n * n - 1) // 2 + (1 if kind == "B" else 0)
        mask = (torch.arange(n * n) < live).float().reshape(1, 1, n, n)
        return K, torch.zeros(outputs, requires_grad=True), mask, n // 2

    layers = [conv(7, 1, channels, 2, "A")] + [conv(3, channels, channels, s, "B") for s in (3, 4, 5, 6)]
    last = conv(1, channels, 1, 7, "B")

    def loss():
        h = x
        for K, b, mask, pad in layers:
            h = F.relu(F.conv2d(h, K * mask, b, padding=pad))
        logits = F.conv2d(h, last[0], last[1])
        return F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / batch

    return trainer(loss, [p for K, b, _, _ in [*layers, last] for p in (K, b)])


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
