"""Transport between normal distributions against its closed form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.dsp.transport import Matrix, Moments, moments, transport


def a_covariance(seed: int, size: int = 5) -> Matrix:
    spread = np.random.default_rng(seed).standard_normal((size, 3 * size))
    covariance: Matrix = spread @ spread.T / (3 * size)
    return covariance


def centred(covariance: Matrix) -> Moments:
    return Moments(np.zeros(len(covariance)), covariance)


@given(own=st.integers(0, 99), wanted=st.integers(0, 99))
def test_what_is_transported_has_the_covariance_that_is_wanted_and_nothing_is_turned_about(
    own: int, wanted: int
) -> None:
    """Symmetric and positive: the mark of the cheapest transport (Brenier)."""
    turn = transport(centred(a_covariance(own)), centred(a_covariance(wanted)), noise=0.0)
    np.testing.assert_allclose(turn @ a_covariance(own) @ turn.T, a_covariance(wanted), atol=1e-8)
    np.testing.assert_allclose(turn, turn.T, atol=1e-9)
    assert np.linalg.eigvalsh(turn).min() > 0


def test_each_direction_is_stretched_by_the_ratio_of_deviations_and_those_without_movement_stay() -> None:
    own, wanted = centred(np.diag([4.0, 9.0, 0.0])), centred(np.diag([16.0, 1.0, 0.0]))
    turn = transport(own, wanted, noise=1e-9)
    np.testing.assert_allclose(turn, np.diag([2.0, 1 / 3, 1.0]), atol=1e-6)


def test_noise_keeps_what_hardly_moves_as_it_is() -> None:
    turn = transport(centred(np.diag([0.01])), centred(np.diag([0.09])), noise=1.0)
    assert turn[0, 0] == pytest.approx(np.sqrt(1.09 / 1.01))


def test_moments_of_points() -> None:
    found = moments(np.array([[0, 1], [2, 5]], np.float32))
    np.testing.assert_array_equal(found.mean, [1, 3])
    np.testing.assert_array_equal(found.covariance, [[2, 4], [4, 8]])
