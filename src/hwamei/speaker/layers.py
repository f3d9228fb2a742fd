"""Layers of small networks that also tell how their output moves with their input.

A layer takes its input and gives its output with a pull-back: a function from the gradient by the output to that by
the input (reverse-mode differentiation; A. Griewank, A. Walther: *Evaluating derivatives*, 2008). Weights are fixed:
nothing is trained with them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PullBack = Callable[[Floats], Floats]
"""Gradient by a layer's output to that by its input, each of the shape of what it belongs to."""

Traced = tuple[Floats, PullBack]
"""A layer's output and its pull-back."""

Layer = Callable[[Floats], Traced]

TINY = 1e-9
LEAST_VARIANCE = 1e-5


def chain(*layers: Layer) -> Layer:
    """One after the other."""

    def through(inputs: Floats) -> Traced:
        pull_backs = []
        for layer in layers:
            inputs, pull_back = layer(inputs)
            pull_backs.append(pull_back)

        def back(gradient: Floats) -> Floats:
            for pull_back in reversed(pull_backs):
                gradient = pull_back(gradient)
            return gradient

        return inputs, back

    return through


def linear(weight: Floats, bias: Floats) -> Layer:
    """weight: float32 [inputs, outputs]."""
    return lambda inputs: (inputs @ weight + bias, lambda gradient: gradient @ weight.T)


def scaled(scale: Floats, shift: Floats) -> Layer:
    """Each channel times its scale plus its shift."""
    return lambda inputs: (inputs * scale + shift, lambda gradient: gradient * scale)


def relu(inputs: Floats) -> Traced:
    """What is negative becomes 0."""
    positive = inputs > 0
    return inputs * positive, lambda gradient: gradient * positive


def tanh(inputs: Floats) -> Traced:
    """The hyperbolic tangent."""
    outputs = np.tanh(inputs)
    return outputs, lambda gradient: gradient * (1 - outputs**2)


def sigmoid(inputs: Floats) -> Traced:
    """The logistic function of each number."""
    outputs = logistic(inputs)
    return outputs, lambda gradient: gradient * outputs * (1 - outputs)


def logistic(inputs: Floats) -> Floats:
    """1 / (1 + exp(-x)), by the hyperbolic tangent, which never overflows."""
    outputs: Floats = np.float32(0.5) * np.tanh(np.float32(0.5) * inputs) + np.float32(0.5)
    return outputs


def unit(inputs: Floats) -> Traced:
    """Rows of length 1."""
    lengths = np.linalg.norm(inputs, axis=-1, keepdims=True) + TINY
    outputs = inputs / lengths

    def back(gradient: Floats) -> Floats:
        along = (gradient * outputs).sum(axis=-1, keepdims=True)
        straight: Floats = (gradient - along * outputs) / lengths
        return straight

    return outputs, back


def around(count: int, dilation: int = 1) -> Layer:
    """Each frame with its neighbours: [windows, frames, channels] to [..., count * channels], zeros beyond the ends."""
    reach = count // 2 * dilation

    def layer(inputs: Floats) -> Traced:
        frames = inputs.shape[1]
        padded = np.pad(inputs, ((0, 0), (reach, reach), (0, 0)))
        shifted = [padded[:, tap * dilation : tap * dilation + frames] for tap in range(count)]

        def back(gradient: Floats) -> Floats:
            wide = np.zeros_like(padded)
            for tap, part in enumerate(np.split(gradient, count, axis=-1)):
                wide[:, tap * dilation : tap * dilation + frames] += part
            return wide[:, reach : reach + frames]

        return np.concatenate(shifted, axis=-1), back

    return layer


def every(stride: int) -> Layer:
    """Only each so many frames: [windows, frames, channels]."""

    def layer(inputs: Floats) -> Traced:
        def back(gradient: Floats) -> Floats:
            wide = np.zeros_like(inputs)
            wide[:, ::stride] = gradient
            return wide

        return inputs[:, ::stride], back

    return layer


def in_groups(weight: Floats, bias: Floats, taps: int) -> Layer:
    """A convolution whose groups of channels do not see each other, of what `around` gives: [windows, frames, taps *
    channels]; weight: float32 [groups, taps * channels of a group, outputs of a group]."""
    groups = len(weight)

    def layer(inputs: Floats) -> Traced:
        windows, frames = inputs.shape[:2]
        apart = np.moveaxis(inputs.reshape(windows, frames, taps, groups, -1), 3, 1)
        outputs = apart.reshape(windows, groups, frames, -1) @ weight

        def back(gradient: Floats) -> Floats:
            by_group = np.moveaxis(gradient.reshape(windows, frames, groups, -1), 2, 1)
            pulled = (by_group @ np.moveaxis(weight, 1, 2)).reshape(windows, groups, frames, taps, -1)
            return np.moveaxis(pulled, 1, 3).reshape(inputs.shape)

        return np.moveaxis(outputs, 1, 2).reshape(windows, frames, -1) + bias, back

    return layer


def gated_by_mean(gate: Layer) -> Layer:
    """Each channel times what the gate makes of the mean over all frames (squeeze and excitation)."""

    def layer(inputs: Floats) -> Traced:
        gates, through_gate = gate(inputs.mean(axis=1, keepdims=True))

        def back(gradient: Floats) -> Floats:
            by_mean = through_gate((gradient * inputs).sum(axis=1, keepdims=True))
            pulled: Floats = gradient * gates + by_mean / inputs.shape[1]
            return pulled

        return inputs * gates, back

    return layer


def added(inner: Layer) -> Layer:
    """The input plus what the inner layer makes of it."""

    def layer(inputs: Floats) -> Traced:
        outputs, through = inner(inputs)
        return inputs + outputs, lambda gradient: gradient + through(gradient)

    return layer


def side_by_side(*layers: Layer) -> Layer:
    """Layers that follow each other, the outputs of all of them as channels beside each other."""

    def through(inputs: Floats) -> Traced:
        seen, pull_backs = [], []
        for layer in layers:
            inputs, pull_back = layer(inputs)
            seen.append(inputs)
            pull_backs.append(pull_back)

        def back(gradient: Floats) -> Floats:
            parts = np.split(gradient, len(layers), axis=-1)
            pulled = np.zeros_like(parts[0])
            for part, pull_back in zip(reversed(parts), reversed(pull_backs), strict=True):
                pulled = pull_back(pulled + part)
            return pulled

        return np.concatenate(seen, axis=-1), back

    return through


def attentive_statistics(attention: Layer) -> Layer:
    """Mean and deviation over frames, weighted by attention: [windows, frames, channels] to [windows, 2 * channels]."""

    def layer(inputs: Floats) -> Traced:
        scores, through_attention = attention(inputs)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        mean = (shares * inputs).sum(axis=1, keepdims=True)
        variance = (shares * inputs**2).sum(axis=1, keepdims=True) - mean**2
        deviation = np.sqrt(np.maximum(variance, LEAST_VARIANCE))

        def back(gradient: Floats) -> Floats:
            by_mean, by_deviation = np.split(gradient[:, None], 2, axis=-1)
            by_variance = np.where(variance > LEAST_VARIANCE, by_deviation / (2 * deviation), 0)
            by_shares = by_mean * inputs + by_variance * (inputs**2 - 2 * mean * inputs)
            by_scores = shares * (by_shares - (shares * by_shares).sum(axis=1, keepdims=True))
            straight = shares * (by_mean + 2 * by_variance * (inputs - mean))
            pulled: Floats = straight + through_attention(by_scores)
            return pulled

        return np.concatenate([mean, deviation], axis=-1)[:, 0], back

    return layer
