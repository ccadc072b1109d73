"""Reference numbers for lib/coins/, in rational arithmetic: writes data/coins.json. Run: python3 data/coins.py"""
import json
from fractions import Fraction
from pathlib import Path

tosses = []
for k in range(0, 17):
    p = Fraction(k, 16)
    mean = p
    tosses.append({"p": float(p), "variance": float(p * (1 - mean) ** 2 + (1 - p) * mean**2)})
Path(__file__).with_suffix(".json").write_text(json.dumps({"tosses": tosses}) + "\n")
