"""A long short-term memory that also tells how its output moves with its input.

S. Hochreiter, J. Schmidhuber: *Long short-term memory*, Neural Computation 9, 1997; P. J. Werbos: *Backpropagation
through time*, 1990.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hwamei.speaker.layers import Floats, Layer, Traced, logistic


@dataclass(frozen=True, eq=False)
class _Step:
    """What the way back needs of one frame: the gates, each [windows, size], and the cell before and after."""

    taken: Floats
    kept: Floats
    offered: Floats
    shown: Floats
    before: Floats
    bent: Floats  # tanh of the cell after


def lstm(of_input: Floats, of_state: Floats, bias: Floats) -> Layer:
    """[frames, windows, inputs] to the states [frames, windows, size].

    `of_input`: float32 [inputs, 4 * size], `of_state`: float32 [size, 4 * size], both with the gates in PyTorch's
    order: input, forget, cell, output.
    """

    def layer(inputs: Floats) -> Traced:
        driven = inputs @ of_input + bias
        state = cell = np.zeros((inputs.shape[1], len(of_state)), np.float32)
        states = np.empty((*inputs.shape[:2], len(of_state)), np.float32)
        steps = []
        for number, drive in enumerate(driven):
            step = _forward(drive + state @ of_state, cell)
            cell = step.kept * cell + step.taken * step.offered
            state = states[number] = step.shown * step.bent
            steps.append(step)
        return states, lambda gradient: _back(steps, gradient, of_state) @ of_input.T

    return layer


def _forward(drive: Floats, cell: Floats) -> _Step:
    taken, kept, offered, shown = np.split(drive, 4, axis=-1)
    taken, kept, shown = (logistic(gate) for gate in (taken, kept, shown))
    offered = np.tanh(offered)
    return _Step(taken, kept, offered, shown, cell, np.tanh(kept * cell + taken * offered))


def _back(steps: list[_Step], gradient: Floats, of_state: Floats) -> Floats:
    """Gradient by what drives the gates, [frames, windows, 4 * size], from that by the states."""
    by_drive = np.empty((*gradient.shape[:2], 4 * gradient.shape[2]), np.float32)
    by_state = by_cell = np.zeros_like(gradient[0])
    for number in reversed(range(len(steps))):
        step = steps[number]
        by_state = by_state + gradient[number]
        by_cell = by_cell + by_state * step.shown * (1 - step.bent**2)
        gates = (
            by_cell * step.offered * step.taken * (1 - step.taken),
            by_cell * step.before * step.kept * (1 - step.kept),
            by_cell * step.taken * (1 - step.offered**2),
            by_state * step.bent * step.shown * (1 - step.shown),
        )
        by_drive[number] = np.concatenate(gates, axis=-1)
        by_state, by_cell = by_drive[number] @ of_state.T, by_cell * step.kept
    return by_drive
