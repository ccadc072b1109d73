"""The same numbers, clock and report as bench/numbers.ts and bench/timing.ts."""
import json
import os
import time

import numpy as np


def uniforms(n, seed):
    def mul(h, c):
        return (h * np.uint64(c)) & np.uint64(0xFFFFFFFF)

    i = (np.arange(1, n + 1, dtype=np.uint64) + np.uint64(seed * 7919)) & np.uint64(0xFFFFFFFF)
    h = mul(i, 0x9E3779B1)
    h = mul(h ^ (h >> np.uint64(16)), 0x85EBCA77)
    h = mul(h ^ (h >> np.uint64(13)), 0xC2B2AE3D)
    return (h ^ (h >> np.uint64(16))).astype(np.float64) / 2**32


def noise(shape, seed):
    n = int(np.prod(shape))
    return ((uniforms(n, seed) - 0.5) * np.sqrt(12)).astype(np.float32).reshape(shape)


def weights(inputs, shape, seed):
    return (noise(shape, seed).astype(np.float64) / np.sqrt(inputs)).astype(np.float32)


def bits(shape, seed):
    n = int(np.prod(shape))
    return (uniforms(n, seed) < 0.2).astype(np.float32).reshape(shape)


def timed(step, seconds=1):
    clock = time.perf_counter
    check, count, start = float("nan"), 0, clock()
    while count < 30 or clock() - start < 0.7:
        value = step()
        if count == 9:
            check = float(value)
        count += 1
        if count >= 11 and clock() - start > 6:
            break
    probe = clock()
    step()
    block = max(1, round(0.008 / max(1e-7, clock() - probe)))
    times, start = [], clock()
    while clock() - start < seconds or len(times) < 5:
        begin = clock()
        for _ in range(block):
            step()
        times.append((clock() - begin) / block * 1000)
    times.sort()
    return {"best": times[0], "median": times[len(times) // 2], "check": check}


def timed_epochs(step, steps):
    clock, times, check = time.perf_counter, [], float("nan")
    for epoch in range(4):
        begin = clock()
        for k in range(steps):
            value = step()
            if epoch == 0 and k == 9:
                check = float(value)
        if epoch > 0:
            times.append((clock() - begin) * 1000)
    times.sort()
    return {"best": times[0], "median": times[1], "check": check}


def mnist(batch):
    """The 60,000 images, each pixel 0 or 1: batches x batch x 784."""
    pixels = np.fromfile(os.environ["MNIST_IMAGES"], np.uint8)[16:]
    count = len(pixels) // (784 * batch)
    return (pixels[: count * 784 * batch] >= 128).astype(np.float32).reshape(count, batch, 784)


def peak():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return float("nan")


def report(result):
    print(json.dumps({**result, "peak": peak()}))


VAE = {
    "vae-784": dict(pixels=784, hidden=400, latent=20, batch=128),
    "vae-144": dict(pixels=144, hidden=64, latent=8, batch=64),
}
