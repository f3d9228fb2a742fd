"""What a recording is worth as a reference, and whether it is one at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from hwamei.domain.audio import Audio, Samples
from hwamei.domain.errors import ReferenceRefused, RefusalReason
from hwamei.domain.language import Language
from hwamei.domain.voice import ReferenceFacts
from hwamei.dsp.bandwidth import bandwidth_hz
from hwamei.dsp.clipping import clipped_share
from hwamei.dsp.decibel import SILENCE_DB
from hwamei.dsp.frames import frame_powers
from hwamei.dsp.joins import fade_edges
from hwamei.dsp.steadiness import LATER_S, resemblance
from hwamei.dsp.vad import FRAME_S, RATE_HZ, at_detector_rate, frame_levels_db, runs, segments_of, speech_segments
from hwamei.dsp.voicing import periodicity

MIN_SPEECH_S = 3.0
SILENT_BELOW_DBFS = -65.0  # a phone held an arm away records speech at about −45
MIN_SPEECH_ABOVE_NOISE_DB = 6.0
MAX_CLIPPED_SHARE = 0.02
LONGEST_PAUSE_S = 0.3

# The border between speech and other sounds. The recordings of 109 people all stay on the right side of it, also in
# a hall, over a telephone and with noise; synthetic music, tones and noises stay on the other. See steadiness.py.
MAX_STEADY_SHARE = 0.7
MAX_STEADY_SHARE_IF_EVEN = 0.2  # at a level spread of 2.5 dB; a tenth more for each dB more
MIN_LEVEL_SPREAD_DB = 2.0
MIN_VOICED_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured on recordings taken together; the first six as in ReferenceFacts.

    Of the moments with speech in them: `level_spread_db` is the standard deviation of their levels; of the louder,
    `voiced_share` is how many lie in a voiced stretch as long as a vowel, `steady_share` how many have partials that
    still stand where they stood 160 ms later. `loudest_dbfs`: the RMS of the loudest 20 ms but for a few.
    """

    duration_s: float
    speech_s: float
    level_dbfs: float
    noise_dbfs: float
    clipped_share: float
    bandwidth_hz: float
    loudest_dbfs: float
    level_spread_db: float
    voiced_share: float
    steady_share: float

    def facts(self, *, speakers_heard: int, language: Language | None) -> ReferenceFacts:
        """Together with what others found out."""
        shared = {field.name for field in fields(ReferenceFacts)} & {field.name for field in fields(self)}
        own = {name: getattr(self, name) for name in shared}
        return ReferenceFacts(**own, speakers_heard=speakers_heard, language=language)


def measure(audios: Sequence[Audio]) -> Measured:
    """What the recordings, at least one, hold together; what tells speech from music is the worst longer one's."""
    parts = [_part(audio) for audio in audios]
    together = _Evidence.of(parts)
    each = [together, *(_Evidence.of([part]) for part in parts if part.speech_s >= _LONG_ENOUGH_TO_JUDGE_S)]
    samples = sum(len(audio.samples) for audio in audios)
    clipped = sum(clipped_share(audio.samples) * len(audio.samples) for audio in audios)
    return Measured(
        duration_s=sum(audio.duration_s for audio in audios),
        speech_s=sum(part.speech_s for part in parts),
        level_dbfs=_mean_db(np.concatenate([part.speech_power for part in parts])),
        noise_dbfs=_noise_db(parts),
        clipped_share=clipped / samples if samples else 0.0,
        bandwidth_hz=max(part.bandwidth_hz for part in parts),
        loudest_dbfs=max(part.loudest_dbfs for part in parts),
        level_spread_db=min(evidence.level_spread_db for evidence in each),
        voiced_share=min(evidence.voiced_share for evidence in each),
        steady_share=max(evidence.steady_share for evidence in each),
    )


def refuse_unusable(measured: Measured) -> None:
    """Raises ReferenceRefused unless a voice can be made from what was measured; the gravest reason first."""
    _refuse_silence(measured)
    _refuse_what_is_no_speech(measured)
    if measured.speech_s < MIN_SPEECH_S:
        problem = (
            f"{measured.speech_s:.1f} s of speech were found, at least {MIN_SPEECH_S:g} s are needed"
            " (30 s to 5 min are best); record more"
        )
        raise _refused(RefusalReason.TOO_SHORT, problem, measured.speech_s, MIN_SPEECH_S)
    above_noise_db = measured.level_dbfs - measured.noise_dbfs
    if above_noise_db < MIN_SPEECH_ABOVE_NOISE_DB:
        problem = (
            f"the speech is only {above_noise_db:.1f} dB louder than the noise, at least"
            f" {MIN_SPEECH_ABOVE_NOISE_DB:g} dB are needed; record in a quieter place or closer to the microphone"
        )
        raise _refused(RefusalReason.TOO_NOISY, problem, above_noise_db, MIN_SPEECH_ABOVE_NOISE_DB)
    if measured.clipped_share > MAX_CLIPPED_SHARE:
        problem = (
            f"{measured.clipped_share:.1%} of the sound is cut off because it was too loud, at most"
            f" {MAX_CLIPPED_SHARE:.0%} may be; turn the recording level down"
        )
        raise _refused(RefusalReason.CLIPPED, problem, measured.clipped_share, MAX_CLIPPED_SHARE)


def speech_only(audio: Audio) -> Audio:
    """The speech alone, at the same rate: pauses cut to LONGEST_PAUSE_S, faded at cuts; may be empty."""
    half_pause_s = LONGEST_PAUSE_S / 2
    kept: list[tuple[float, float]] = []
    for start_s, end_s in speech_segments(audio):
        wide = (max(0.0, start_s - half_pause_s), min(audio.duration_s, end_s + half_pause_s))
        if kept and wide[0] <= kept[-1][1]:
            kept[-1] = (kept[-1][0], wide[1])
        else:
            kept.append(wide)
    pieces = [fade_edges(_cut(audio, start_s, end_s)).samples for start_s, end_s in kept]
    return Audio(np.concatenate([np.zeros(0, dtype=np.float32), *pieces]), audio.sample_rate_hz)


_LONG_ENOUGH_TO_JUDGE_S = 5.0  # of speech: less may be one held vowel
_PERIODIC = 0.6
_SHORTEST_VOICED_S = 0.1  # a drum rings for less
_ALIKE = 0.5
_LOUD_WITHIN_DB = 25.0  # of the loudest: softer moments are mostly room
_QUIETER_SHARE = 0.75  # of the moments without speech, so that a cough is not taken for noise
_SHORTEST_NOISE_S = 0.3
_HOP_SAMPLES = round(FRAME_S * RATE_HZ)


@dataclass(frozen=True, eq=False)
class _Part:
    """What one recording gives, moment by moment. Powers are mean squares per FRAME_S; full scale is 1."""

    speech_s: float
    bandwidth_hz: float
    loudest_dbfs: float
    speech_power: NDArray[np.float64]
    other_power: NDArray[np.float64]
    speech_levels_db: NDArray[np.float64]
    voiced: NDArray[np.bool_]
    steady: NDArray[np.bool_]


def _part(audio: Audio) -> _Part:
    samples = at_detector_rate(audio)
    segments = segments_of(samples)
    speech, other = _parted(audio, segments)
    levels_db = frame_levels_db(samples)
    spoken = _within(segments, len(levels_db))
    loud = spoken & (levels_db > np.quantile(levels_db, 0.95) - _LOUD_WITHIN_DB) if len(levels_db) else spoken
    return _Part(
        speech_s=sum(end_s - start_s for start_s, end_s in segments),
        bandwidth_hz=bandwidth_hz(speech, other, audio.sample_rate_hz),
        loudest_dbfs=_loudest_db(_powers(audio.samples, audio.sample_rate_hz)),
        speech_power=_powers(speech, audio.sample_rate_hz),
        other_power=_powers(other, audio.sample_rate_hz),
        speech_levels_db=levels_db[spoken],
        voiced=_voiced(samples, loud)[loud],
        steady=_steady(samples, loud),
    )


def _voiced(samples: Samples, loud: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each moment whether it lies in a loud and voiced stretch that is long enough for a vowel."""
    periodic = periodicity(samples, sample_rate_hz=RATE_HZ, hop=_HOP_SAMPLES) > _PERIODIC
    long = [run for run in runs(periodic & loud) if (run[1] - run[0]) * FRAME_S >= _SHORTEST_VOICED_S]
    return _within([(start * FRAME_S, end * FRAME_S) for start, end in long], len(loud))


def _steady(samples: Samples, loud: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each loud moment that is followed by a loud one LATER_S on: whether its partials are still there."""
    later = round(LATER_S / FRAME_S)
    both = loud[:-later] & loud[later:]
    return resemblance(samples, sample_rate_hz=RATE_HZ, hop=_HOP_SAMPLES)[: len(both)][both] > _ALIKE


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What tells speech from other sounds; see Measured."""

    level_spread_db: float
    voiced_share: float
    steady_share: float

    @classmethod
    def of(cls, parts: Sequence[_Part]) -> _Evidence:
        levels_db = np.concatenate([part.speech_levels_db for part in parts])
        return cls(
            level_spread_db=float(levels_db.std()) if len(levels_db) else 0.0,
            voiced_share=_share(np.concatenate([part.voiced for part in parts])),
            steady_share=_share(np.concatenate([part.steady for part in parts])),
        )


def _refuse_silence(measured: Measured) -> None:
    if measured.loudest_dbfs < SILENT_BELOW_DBFS:
        problem = (
            f"the recording is silent (its loudest moment is at {measured.loudest_dbfs:.0f} dBFS, at least"
            f" {SILENT_BELOW_DBFS:g} is needed); check the microphone"
        )
        raise _refused(RefusalReason.SILENT, problem, measured.loudest_dbfs, SILENT_BELOW_DBFS)


def _refuse_what_is_no_speech(measured: Measured) -> None:
    """Only once there is enough to judge; what the detector found no speech in at all is told here too."""
    if not measured.speech_s:
        problem = "nothing in the recording sounds like speech; record a person who speaks"
        raise _refused(RefusalReason.NOT_SPEECH, problem, 0.0, MIN_SPEECH_S)
    graded = MAX_STEADY_SHARE_IF_EVEN + 0.1 * (measured.level_spread_db - 2.5)
    allowed = min(max(graded, MAX_STEADY_SHARE_IF_EVEN), MAX_STEADY_SHARE)
    if measured.steady_share > allowed:
        problem = (
            f"the recording sounds like music or tones ({measured.steady_share:.0%} of it holds its pitch, at most"
            f" {allowed:.0%} may); record speech with nothing behind it"
        )
        raise _refused(RefusalReason.NOT_SPEECH, problem, measured.steady_share, allowed)
    if measured.level_spread_db < MIN_LEVEL_SPREAD_DB:
        problem = (
            f"the recording is an even sound (its level varies by {measured.level_spread_db:.1f} dB, speech by at least"
            f" {MIN_LEVEL_SPREAD_DB:g}); record speech in a quiet place"
        )
        raise _refused(RefusalReason.NOT_SPEECH, problem, measured.level_spread_db, MIN_LEVEL_SPREAD_DB)
    if measured.voiced_share < MIN_VOICED_SHARE:
        problem = (
            f"the recording has hardly a voiced sound in it ({measured.voiced_share:.0%}, speech has at least"
            f" {MIN_VOICED_SHARE:.0%}); record speech that is not whispered"
        )
        raise _refused(RefusalReason.NOT_SPEECH, problem, measured.voiced_share, MIN_VOICED_SHARE)


def _refused(reason: RefusalReason, problem: str, measured: float, needed: float) -> ReferenceRefused:
    return ReferenceRefused(reason=reason, problem=problem, measured=measured, needed=needed)


def _noise_db(parts: Sequence[_Part]) -> float:
    """The level of the quieter moments without speech; where there are none, of the softest in the speech."""
    other = np.sort(np.concatenate([part.other_power for part in parts]))
    if len(other) * FRAME_S >= _SHORTEST_NOISE_S:
        return _mean_db(other[: max(1, round(_QUIETER_SHARE * len(other)))])
    softest = np.sort(np.concatenate([part.speech_power for part in parts]))
    return _mean_db(softest[: max(1, len(softest) // 20)])


def _parted(audio: Audio, segments: Sequence[tuple[float, float]]) -> tuple[Samples, Samples]:
    """The samples within the segments, and all others."""
    spoken = np.zeros(len(audio.samples), dtype=np.bool_)
    for start_s, end_s in segments:
        spoken[round(start_s * audio.sample_rate_hz) : round(end_s * audio.sample_rate_hz)] = True
    return audio.samples[spoken], audio.samples[~spoken]


def _within(segments: Sequence[tuple[float, float]], count: int) -> NDArray[np.bool_]:
    frames = np.zeros(count, dtype=np.bool_)
    for start_s, end_s in segments:
        frames[round(start_s / FRAME_S) : round(end_s / FRAME_S)] = True
    return frames


def _powers(samples: Samples, sample_rate_hz: int) -> NDArray[np.float64]:
    """Mean square of each whole FRAME_S, float64 [frames]."""
    return frame_powers(samples, round(FRAME_S * sample_rate_hz))


def _mean_db(powers: NDArray[np.float64]) -> float:
    mean = float(powers.mean()) if len(powers) else 0.0
    return max(SILENCE_DB, 10 * float(np.log10(max(mean, 1e-30))))


def _loudest_db(powers: NDArray[np.float64]) -> float:
    return _mean_db(np.quantile(powers, [0.99])) if len(powers) else SILENCE_DB


def _share(verdicts: NDArray[np.bool_]) -> float:
    return float(verdicts.mean()) if len(verdicts) else 0.0


def _cut(audio: Audio, start_s: float, end_s: float) -> Audio:
    cut = slice(round(start_s * audio.sample_rate_hz), round(end_s * audio.sample_rate_hz))
    return Audio(audio.samples[cut], audio.sample_rate_hz)
