"""The first gradient of a fresh process: python cold_peer.py torch."""
import torch
from common import report

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
((x + 1) * x).sum().backward()
report({"best": 0, "median": 0, "check": x.grad[2].item()})
