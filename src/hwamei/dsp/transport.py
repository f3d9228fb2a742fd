"""The least change that gives one cloud of points the mean and the spread of another.

Between two normal distributions the cheapest way of transport is one affine map, known in closed form: M. Knott,
C. S. Smith: *On the optimal mapping of distributions*, Journal of Optimization Theory and Applications 43, 1984;
G. Peyre, M. Cuturi: *Computational Optimal Transport*, 2019, section 2.6. No point needs a partner in the other cloud.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """`mean`: float64 [n]; `covariance`: float64 [n, n]."""

    mean: Matrix
    covariance: Matrix


def moments(points: NDArray[np.floating]) -> Moments:
    """Of points [count, n], count >= 2."""
    exact = points.astype(np.float64)
    return Moments(exact.mean(axis=0), np.cov(exact.T))


def transport(own: Moments, wanted: Moments, *, noise: float) -> Matrix:
    """The symmetric matrix, float64 [n, n], that turns differences to one mean into differences to the other.

    `noise`: variance that is added on both sides before, so that directions in which hardly anything moves are left
    as they are.
    """
    even = noise * np.eye(len(own.mean))
    root = _root(own.covariance + even)
    back = np.linalg.inv(root)
    turned: Matrix = back @ _root(root @ (wanted.covariance + even) @ root) @ back
    return turned


def _root(symmetric: Matrix) -> Matrix:
    """The symmetric root of a matrix without negative eigenvalues."""
    values, axes = np.linalg.eigh(symmetric)
    root: Matrix = (axes * np.sqrt(values.clip(0))) @ axes.T
    return root
