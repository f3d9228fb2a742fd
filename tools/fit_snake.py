"""The numbers in src/hwamei/engines/kokoro/snake.py: `python -m tools.fit_snake`; needs SciPy.

cos(πr) = g((r² + a)² + b)² + c for r in -0.5..0.5, with the least largest error: p-norms of the error, p from 2 to 64,
one after the other from several starts, by Nelder and Mead's simplex.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

STARTS = 40
NORMS = (2, 4, 8, 16, 32, 64)
START = (-1.0, -0.5, 1.0, 0.0)
PRECISE = {"maxiter": 20_000, "maxfev": 20_000, "xatol": 1e-14, "fatol": 1e-13}
R = np.cos(np.linspace(0, np.pi / 2, 2001)) / 2  # more of them towards the ends
WANTED = np.cos(np.pi * R)


def made(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """From a, b, g, c."""
    first, second, gain, third = numbers
    result: NDArray[np.float64] = gain * ((R**2 + first) ** 2 + second) ** 2 + third
    return result


def fitted(seed: int) -> NDArray[np.float64]:
    """From a random start."""
    random = np.random.default_rng(seed)
    numbers = np.array(START) * random.uniform(0.3, 3, len(START)) + random.normal(0, 0.2, len(START))
    for norm in NORMS:

        def size(numbers: NDArray[np.float64], norm: int = norm) -> float:
            return float(np.log(np.mean(np.abs(made(numbers) - WANTED) ** norm) + 1e-300)) / norm

        numbers = minimize(size, numbers, method="Nelder-Mead", options=PRECISE).x
    return numbers


def main() -> None:
    """Print the best of all starts and its largest error."""
    best = min((fitted(seed) for seed in range(STARTS)), key=lambda numbers: np.abs(made(numbers) - WANTED).max())
    print(best, np.abs(made(best) - WANTED).max())


if __name__ == "__main__":
    main()
