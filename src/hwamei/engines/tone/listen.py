"""Finds the tone in recordings: pitch by autocorrelation, harmonics from the mean spectrum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineFailed
from hwamei.engines.tone.voiceprint import ENGINE, HARMONICS, Tone, normalised

PITCH_RANGE_HZ = (60.0, 500.0)
_FRAME_S = 0.064  # four periods of the lowest pitch
_VOICED = 0.45  # autocorrelation at the pitch period, of that at 0; a pure tone of 60 Hz has 0.74, noise under 0.3
_LOUD_DB = 25.0  # frames more than this under the loudest one are not listened to
_FFT_PER_FRAME = 4  # zero-padding, for the shape of each harmonic's peak
_GRID_STEP_HZ = 5.0
_GRID_TOP_HZ = 3600.0  # under half of 8 kHz, the lowest rate of a recording


@dataclass(frozen=True, eq=False)
class Heard:
    """What was heard. `pitches_hz`: float64 [frames]. `spectrum`: float64 [bins], magnitude at `grid_hz`, norm 1."""

    pitches_hz: NDArray[np.float64]
    spectrum: NDArray[np.float64]

    def first_guess(self) -> Tone:
        """The median pitch, with the harmonics that the spectrum has there."""
        return self.tone_at(float(np.median(self.pitches_hz)))

    def tone_at(self, f0_hz: float) -> Tone:
        """A tone of this pitch, with the harmonics that the spectrum has there."""
        heights = np.interp(f0_hz * np.arange(1, HARMONICS + 1), grid_hz(), self.spectrum, right=0.0)
        return Tone(f0_hz, normalised(heights))

    def likeness(self, tone: Tone) -> float:
        """Cosine between the tone's spectrum and the one that was heard, 0..1."""
        model = _spectrum_of(tone)
        return float(self.spectrum @ model / max(float(np.linalg.norm(model)), 1e-12))


def grid_hz() -> NDArray[np.float64]:
    """Where spectra are sampled: float64 [bins], Hz."""
    return np.arange(0.0, _GRID_TOP_HZ, _GRID_STEP_HZ)


def listen(recordings: Sequence[Audio]) -> Heard:
    """What all the recordings together sound like. Raises EngineFailed where no pitch is heard."""
    pairs = [pair for audio in recordings for pair in _voiced_frames(audio)]
    if not pairs:
        raise EngineFailed(engine=ENGINE, problem="no pitch is heard in the recordings; is there speech in them?")
    spectrum = np.mean([spectrum for _, spectrum in pairs], axis=0)
    return Heard(np.array([pitch for pitch, _ in pairs]), spectrum / np.linalg.norm(spectrum))


def _voiced_frames(audio: Audio) -> list[tuple[float, NDArray[np.float64]]]:
    """Pitch in Hz and magnitude spectrum of each frame that has a pitch."""
    frames = _loud_frames(audio)
    pitches = [_pitch_hz(frame, audio.sample_rate_hz) for frame in frames]
    return [
        (pitch, _spectrum(frame, audio.sample_rate_hz))
        for pitch, frame in zip(pitches, frames, strict=True)
        if pitch is not None
    ]


def _loud_frames(audio: Audio) -> NDArray[np.float64]:
    """float64 [frames, samples]."""
    length = round(_FRAME_S * audio.sample_rate_hz)
    count = len(audio.samples) // length
    frames: NDArray[np.float64] = audio.samples[: count * length].reshape(count, length).astype(np.float64)
    rms = np.sqrt(np.mean(frames**2, axis=1))
    floor = max(rms.max(initial=0.0) * 10 ** (-_LOUD_DB / 20), 1e-6)
    loud: NDArray[np.float64] = frames[rms >= floor]
    return loud


def _pitch_hz(frame: NDArray[np.float64], sample_rate_hz: int) -> float | None:
    centred = frame - frame.mean()
    power = np.abs(np.fft.rfft(centred, 2 * len(frame))) ** 2
    correlation = np.fft.irfft(power)[: len(frame)]  # falls with the lag, so of one, two, three periods the first wins
    shortest, longest = (round(sample_rate_hz / pitch) for pitch in reversed(PITCH_RANGE_HZ))
    peak = shortest + int(np.argmax(correlation[shortest : longest + 1]))
    if correlation[0] <= 0 or correlation[peak] < _VOICED * correlation[0]:
        return None
    return sample_rate_hz / _summit(correlation, peak)


def _summit(curve: NDArray[np.float64], peak: int) -> float:
    """Where the parabola through the peak and its neighbours is highest, in samples."""
    before, here, after = curve[peak - 1 : peak + 2]
    bend = before - 2 * here + after
    return peak + (0.5 * float(before - after) / float(bend) if bend < 0 else 0.0)


def _spectrum(frame: NDArray[np.float64], sample_rate_hz: int) -> NDArray[np.float64]:
    """float64 [bins], magnitude at `grid_hz`."""
    size = _FFT_PER_FRAME * len(frame)
    magnitude = np.abs(np.fft.rfft(frame * np.hanning(len(frame)), size))
    return np.interp(grid_hz(), np.fft.rfftfreq(size, 1 / sample_rate_hz), magnitude)


def _spectrum_of(tone: Tone) -> NDArray[np.float64]:
    """float64 [bins]: each harmonic as the main lobe of the Hann window that `listen` looks through."""
    centres = tone.f0_hz * np.arange(1, HARMONICS + 1)[:, None]
    offset = np.clip(np.abs(grid_hz()[None] - centres) * _FRAME_S / 2, 0, 1)  # the lobe ends two bins from its centre
    lobes = np.cos(np.pi / 2 * offset) ** 2
    spectrum: NDArray[np.float64] = tone.weights.astype(np.float64) @ lobes
    return spectrum
