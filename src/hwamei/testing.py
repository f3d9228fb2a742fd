"""What every engine must do, as checks to run against yours.

    from hwamei.testing import CHECKS, EngineUnderTest

    @pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
    def test_my_engine_keeps_the_contract(check):
        check(EngineUnderTest(open_engine=lambda: my_engine(settings), median_f0_hz=praat_median_f0_hz))

Each check opens engines of its own and raises AssertionError with what was measured and what was expected. SPEAKING are
quick; ENROLLING make voices, so give them an engine whose trained level does little work.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import log2
from pathlib import Path

import numpy as np

from hwamei import npz
from hwamei.domain.audio import Audio
from hwamei.domain.errors import EngineFailed, Unknown
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery
from hwamei.domain.utterance import Mark, SpokenUtterance, Utterance, Word
from hwamei.domain.voice import Gender, Level, Voiceprint
from hwamei.ports import EarlyEngine, Engine, StreamingEngine

MAX_VOICEPRINT_BYTES = 1024 * 1024  # ten seconds of the reference at 24 kHz, for an engine that speaks on from them
LOUDEST_SILENCE_DBFS = -50.0
GREATEST_PEAK = 2.0  # of full scale
MEMORY_GROWTH_BYTES = 48_000_000  # what allocators and caches keep; an engine that keeps its model has more, or many
_OPENINGS, _SETTLED = 5, 1
SYLLABLE_S = (0.05, 1.0)  # mean length of a syllable at natural pace, least and most


@dataclass(frozen=True)
class EngineUnderTest:
    """An engine, and how closely it is held to the contract.

    `median_f0_hz` measures the pitch of sound, by an independent program. An engine whose durations or pitch come from
    a model is given wider tolerances: `pace_within` is a share of the duration, `pitch_within_cents` one of F0.
    `voice` gives the voice that speaks: the engine's first own one, unless you have another; needed where it has none.
    """

    open_engine: Callable[[], Engine]
    median_f0_hz: Callable[[Audio], float]
    pace_within: float = 0.05
    pitch_within_cents: float = 50.0
    voice: Callable[[Engine], Voiceprint] = lambda engine: engine.preset(engine.presets()[0])


Check = Callable[[EngineUnderTest], None]


def check_engine(engine: EngineUnderTest) -> None:
    """Run every check. Raises AssertionError at the first that fails."""
    for check in CHECKS:
        check(engine)


def an_utterance(*words: Word, end: str = ".") -> Utterance:
    """The words with a mark at their end."""
    last = words[-1].end
    return Utterance((*words, Mark(end, last, last + 1)), words[0].language)


def a_word(text: str, *reading: str, start: int = 0, joined: bool = False) -> Word:
    """A word that is read so; Chinese if it is written so."""
    language = Language.ENGLISH if text.isascii() else Language.CHINESE
    return Word(text, start, start + len(text), language, text, reading, joined)


ENGLISH = an_utterance(
    a_word("hello", "həlˈO"),
    a_word("from", "fɹʌm", start=6),
    a_word("a", "ɐ", start=11),
    a_word("garden", "ɡˈɑɹdᵊn", start=13),
)
CHINESE = an_utterance(
    a_word("你", "ni2"),
    a_word("好", "hao3", start=1, joined=True),
    a_word("画", "hua4", start=2),
    a_word("眉", "mei2", start=3, joined=True),
    a_word("鸟", "niao3", start=4, joined=True),
)
SHORT = an_utterance(a_word("好", "hao3"))
LONG = an_utterance(
    *(replace(word, start=word.start + at, end=word.end + at) for at in (0, 20, 40) for word in ENGLISH.words)
)
UTTERANCES = (ENGLISH, CHINESE, SHORT)


def a_reference(f0_hz: float = 170.0, *, duration_s: float = 6.0, sample_rate_hz: int = 16_000) -> Audio:
    """A buzz in syllables of 250 ms, with three resonances: as much like speech as a few lines of sums can be."""
    time_s = np.arange(round(duration_s * sample_rate_hz)) / sample_rate_hz
    pitch_hz = f0_hz * (1 + 0.03 * np.sin(2 * np.pi * 0.7 * time_s))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / sample_rate_hz
    sound = np.zeros_like(time_s)
    for number in range(1, int(3500 / f0_hz)):
        resonance = sum(np.exp(-(((number * f0_hz - centre_hz) / 200.0) ** 2)) for centre_hz in (600, 1300, 2500))
        sound += (0.05 + resonance) / number * np.sin(number * phase)
    sound *= np.clip(1.2 * np.sin(2 * np.pi * 2 * time_s) ** 2, 0, 1)
    return Audio((0.3 * sound / np.abs(sound).max()).astype(np.float32), sample_rate_hz)


class MemoryCheckpoints:
    """Checkpoints that last as long as the object."""

    def __init__(self) -> None:
        self._state: bytes | None = None

    def load(self) -> bytes | None:
        """What was last saved, or None."""
        return self._state

    def save(self, state: bytes) -> None:
        """Replace what was saved."""
        self._state = state


class Interrupted(Exception):
    """Raised from a progress callback to end the work."""


def sound_is_mono_float_at_the_rate_of_the_engine(test: EngineUnderTest) -> None:
    """`sample_rate_hz` is 8..48 kHz and holds for float32 [n] samples that are numbers, neither silent nor far beyond
    full scale: the limiter takes what is a little over it."""
    with test.open_engine() as engine:
        assert 8_000 <= engine.sample_rate_hz <= 48_000, engine.sample_rate_hz
        for utterance in UTTERANCES:
            audio = _speak(test, engine, utterance).audio
            assert audio.sample_rate_hz == engine.sample_rate_hz
            assert audio.samples.ndim == 1, audio.samples.shape
            assert audio.samples.dtype == np.float32, audio.samples.dtype
            assert np.isfinite(audio.samples).all()
            level_dbfs = 10 * np.log10(np.mean(np.square(audio.samples, dtype=np.float64)) + 1e-12)
            assert level_dbfs > LOUDEST_SILENCE_DBFS, f"{level_dbfs:.0f} dBFS"
            peak = float(np.abs(audio.samples).max())
            assert peak <= GREATEST_PEAK, f"{peak:.1f} times full scale"


def length_follows_the_text(test: EngineUnderTest) -> None:
    """Five syllables take longer than one, and none is shorter or longer than people speak."""
    with test.open_engine() as engine:
        one, five = (_speak(test, engine, utterance).audio.duration_s for utterance in (SHORT, CHINESE))
        assert five > 1.5 * one, f"five syllables {five:.2f} s, one {one:.2f} s"
        assert SYLLABLE_S[0] < five / 5 < SYLLABLE_S[1], f"{five / 5:.2f} s a syllable"


def each_word_is_timed_in_order_and_inside_the_sound(test: EngineUnderTest) -> None:
    """One timing for each word; each begins where the one before has ended, or later."""
    with test.open_engine() as engine:
        for utterance in UTTERANCES:
            spoken = _speak(test, engine, utterance)
            assert spoken.utterance == utterance
            _assert_timed(spoken)


def speed_changes_the_pace_and_leaves_the_pitch(test: EngineUnderTest) -> None:
    """Speed 2 takes half as long and speed 0.5 twice, at the same F0."""
    with test.open_engine() as engine:
        for utterance in (ENGLISH, CHINESE):
            natural = _speak(test, engine, utterance).audio
            for speed in (0.5, 2.0):
                audio = _speak(test, engine, utterance, Delivery(speed=speed)).audio
                _assert_pace(test, audio, natural.duration_s / speed)
                _assert_pitch(test, audio, test.median_f0_hz(natural))


def pitch_moves_the_pitch_and_leaves_the_pace(test: EngineUnderTest) -> None:
    """Five semitones up and down move F0 by a factor of 2^(5/12), in the same time."""
    with test.open_engine() as engine:
        for utterance in (ENGLISH, CHINESE):
            natural = _speak(test, engine, utterance).audio
            for semitones in (-5.0, 5.0):
                audio = _speak(test, engine, utterance, Delivery(pitch_semitones=semitones)).audio
                _assert_pace(test, audio, natural.duration_s)
                _assert_pitch(test, audio, test.median_f0_hz(natural) * 2 ** (semitones / 12))


def the_same_order_gives_the_same_sound(test: EngineUnderTest) -> None:
    """Whatever was spoken in between, and by another engine opened anew."""
    with test.open_engine() as engine:
        first = _speak(test, engine, ENGLISH)
        _speak(test, engine, CHINESE, Delivery(speed=1.3))
        _assert_same(_speak(test, engine, ENGLISH), first)
    with test.open_engine() as engine:
        _assert_same(_speak(test, engine, ENGLISH), first)


def threads_that_share_an_engine_do_not_mix(test: EngineUnderTest) -> None:
    """Each gives what it gives alone."""
    with test.open_engine() as engine:
        alone = [_speak(test, engine, utterance) for utterance in (ENGLISH, CHINESE)]

        def speak_often(utterance: Utterance) -> list[SpokenUtterance]:
            return [_speak(test, engine, utterance) for _ in range(3)]

        with ThreadPoolExecutor(2) as pool:
            for expected, together in zip(alone, pool.map(speak_often, (ENGLISH, CHINESE)), strict=True):
                for spoken in together:
                    _assert_same(spoken, expected)


def pieces_join_to_the_whole(test: EngineUnderTest) -> None:
    """Where an engine streams: what it returns in the end is what it gave piece by piece, and may be left midway."""
    with test.open_engine() as engine:
        if not isinstance(engine, StreamingEngine):
            return
        for utterance in UTTERANCES:
            pieces = engine.stream(utterance, test.voice(engine), Delivery())
            given, whole = _exhausted(pieces)
            assert given, "it gave no piece"
            assert all(piece.sample_rate_hz == engine.sample_rate_hz for piece in given)
            assert np.array_equal(np.concatenate([piece.samples for piece in given]), whole.audio.samples)
            assert tuple(timing.word for timing in whole.timings) == utterance.words
        left = engine.stream(ENGLISH, test.voice(engine), Delivery())
        next(left)
        left.close()
        assert len(_speak(test, engine, SHORT).audio.samples), "it speaks no more after a stream was left"


def parts_are_the_utterance(test: EngineUnderTest) -> None:
    """Where an engine speaks early: its parts are of whole words, are timed, and about as long as the whole; it may be
    left after the first."""
    with test.open_engine() as engine:
        if not isinstance(engine, EarlyEngine):
            return
        for utterance in (*UTTERANCES, replace(LONG, pause_after_ms=120)):
            parts = list(engine.speak_early(utterance, test.voice(engine), Delivery()))
            assert sum((part.utterance.parts for part in parts), ()) == utterance.parts
            assert [part.utterance.pause_after_ms for part in parts] == [0] * (len(parts) - 1) + [
                utterance.pause_after_ms
            ]
            for part in parts:
                _assert_timed(part)
            whole_s = _speak(test, engine, utterance).audio.duration_s
            assert abs(sum(part.audio.duration_s for part in parts) - whole_s) < 0.1 + 0.1 * whole_s
        left = engine.speak_early(LONG, test.voice(engine), Delivery())
        next(left)
        left.close()
        assert len(_speak(test, engine, SHORT).audio.samples), "it speaks no more after an utterance was left"


def memory_is_given_back(test: EngineUnderTest) -> None:
    """Opening, speaking and closing again and again needs no more memory than at first, but for what settles."""
    held_bytes: list[int] = []
    for _ in range(_OPENINGS):
        with test.open_engine() as engine:
            held_before = _resident_bytes()
            _speak(test, engine, ENGLISH)
            loaded_bytes = _resident_bytes() - held_before
        del engine
        gc.collect()
        held_bytes.append(_resident_bytes())
    grown = held_bytes[-1] - held_bytes[_SETTLED]
    allowed = max(MEMORY_GROWTH_BYTES, loaded_bytes // 2)
    openings = _OPENINGS - 1 - _SETTLED
    assert grown <= allowed, f"{grown / 1e6:.0f} MB more after {openings} more openings, {allowed / 1e6:.0f} MB allowed"


def presets_speak_and_differ(test: EngineUnderTest) -> None:
    """Each name, if there is one, gives a voiceprint of this engine; two sound different; another name is refused."""
    with test.open_engine() as engine:
        names = engine.presets()
        assert len(set(names)) == len(names)
        sounds = []
        for name in names[:2]:
            voiceprint = engine.preset(name)
            assert voiceprint.engine == engine.name
            assert engine.preset_language(name) in (None, *Language)
            assert engine.preset_gender(name) in (None, *Gender)
            sounds.append(engine.speak(SHORT, voiceprint, Delivery()).audio.samples)
        assert len(sounds) < 2 or not np.array_equal(sounds[0], sounds[1]), names[:2]
        _assert_refused(Unknown, lambda: engine.preset("no such voice"))


def a_voice_of_another_engine_is_refused(test: EngineUnderTest) -> None:
    """With EngineFailed."""
    with test.open_engine() as engine:
        own = test.voice(engine)
        foreign = replace(own, engine="another")
        _assert_refused(EngineFailed, lambda: engine.speak(SHORT, foreign, Delivery()))


def a_voiceprint_is_small_and_can_be_kept(test: EngineUnderTest) -> None:
    """A few kB of float32 arrays, a MiB at most, that speak the same after they were written and read."""
    with test.open_engine() as engine:
        made = _enrol(engine)
        packed = npz.pack(made.arrays)
        assert len(packed) <= MAX_VOICEPRINT_BYTES, f"{len(packed)} bytes"
        assert all(array.dtype == np.float32 for array in made.arrays.values())
        assert all(np.isfinite(array).all() for array in made.arrays.values())
        assert all(isinstance(figure, float) for figure in made.facts.values()), made.facts
        kept = replace(made, arrays=npz.unpack(packed))
        said = [engine.speak(CHINESE, voiceprint, Delivery()) for voiceprint in (made, kept)]
        _assert_same(*said)


def enrolment_says_what_it_made(test: EngineUnderTest) -> None:
    """The voiceprint names the engine and the level that was asked for."""
    with test.open_engine() as engine:
        for level in Level:
            made = _enrol(engine, level=level)
            assert (made.engine, made.level) == (engine.name, level)


def enrolment_is_the_same_for_a_seed(test: EngineUnderTest) -> None:
    """At both levels, also by an engine opened anew."""
    for level in Level:
        made = []
        for _ in range(2):
            with test.open_engine() as engine:
                made.append(_enrol(engine, level=level, seed=7))
        _assert_same_voice(*made)


def enrolment_takes_several_recordings_of_any_rate(test: EngineUnderTest) -> None:
    """8 kHz from a telephone and 48 kHz from a studio make one voice."""
    with test.open_engine() as engine:
        made = _enrol(engine, reference=[a_reference(sample_rate_hz=8_000), a_reference(sample_rate_hz=48_000)])
        assert not np.array_equal(engine.speak(SHORT, made, Delivery()).audio.samples, [])


def two_people_get_two_voices(test: EngineUnderTest) -> None:
    """References an octave apart do not sound the same."""
    with test.open_engine() as engine:
        made = [_enrol(engine, reference=[a_reference(f0_hz)]) for f0_hz in (95.0, 190.0)]
        sounds = [engine.speak(SHORT, voiceprint, Delivery()).audio.samples for voiceprint in made]
        assert not np.array_equal(sounds[0], sounds[1])


def progress_rises_to_100(test: EngineUnderTest) -> None:
    """From 0 or more, never back."""
    for level in Level:
        told: list[float] = []
        with test.open_engine() as engine:
            _enrol(engine, level=level, progress=told.append)
        assert told == sorted(told), told
        assert told[0] >= 0, told
        assert told[-1] == 100, told


def interrupted_and_resumed_is_as_uninterrupted(test: EngineUnderTest) -> None:
    """The exception from the progress callback comes through; the work then goes on, with the same result."""

    def interrupt(percent: float) -> None:
        if percent >= 50:
            raise Interrupted

    checkpoints = MemoryCheckpoints()
    with test.open_engine() as engine:
        uninterrupted = _enrol(engine, level=Level.TRAINED)
        _assert_refused(
            Interrupted,
            lambda: _enrol(engine, level=Level.TRAINED, progress=interrupt, checkpoints=checkpoints),
        )
    with test.open_engine() as engine:
        resumed = _enrol(engine, level=Level.TRAINED, checkpoints=checkpoints)
    assert checkpoints.load() is not None, "nothing was saved on the way"
    _assert_same_voice(uninterrupted, resumed)


def trained_is_never_less_like_than_instant(test: EngineUnderTest) -> None:
    """By the engine's own `likeness`."""
    with test.open_engine() as engine:
        instant, trained = (_enrol(engine, level=level).facts["likeness"] for level in (Level.INSTANT, Level.TRAINED))
    assert trained >= instant, f"trained {trained:.3f}, instant {instant:.3f}"


SPEAKING: tuple[Check, ...] = (
    sound_is_mono_float_at_the_rate_of_the_engine,
    length_follows_the_text,
    each_word_is_timed_in_order_and_inside_the_sound,
    speed_changes_the_pace_and_leaves_the_pitch,
    pitch_moves_the_pitch_and_leaves_the_pace,
    the_same_order_gives_the_same_sound,
    threads_that_share_an_engine_do_not_mix,
    pieces_join_to_the_whole,
    parts_are_the_utterance,
    memory_is_given_back,
    presets_speak_and_differ,
    a_voice_of_another_engine_is_refused,
)
ENROLLING: tuple[Check, ...] = (
    a_voiceprint_is_small_and_can_be_kept,
    enrolment_says_what_it_made,
    enrolment_is_the_same_for_a_seed,
    enrolment_takes_several_recordings_of_any_rate,
    two_people_get_two_voices,
    progress_rises_to_100,
    interrupted_and_resumed_is_as_uninterrupted,
    trained_is_never_less_like_than_instant,
)
CHECKS = SPEAKING + ENROLLING


def _speak(
    test: EngineUnderTest, engine: Engine, utterance: Utterance, delivery: Delivery = Delivery()
) -> SpokenUtterance:
    return engine.speak(utterance, test.voice(engine), delivery)


def _assert_timed(spoken: SpokenUtterance) -> None:
    assert tuple(timing.word for timing in spoken.timings) == spoken.utterance.words
    edges = [edge for timing in spoken.timings for edge in (timing.start_s, timing.end_s)]
    edges = [0.0, *edges, spoken.audio.duration_s]
    assert edges == sorted(edges), edges
    assert all(timing.start_s < timing.end_s for timing in spoken.timings)


def _exhausted(pieces: Generator[Audio, None, SpokenUtterance]) -> tuple[list[Audio], SpokenUtterance]:
    given: list[Audio] = []
    while True:
        try:
            given.append(next(pieces))
        except StopIteration as end:
            whole: SpokenUtterance = end.value
            return given, whole


def _resident_bytes() -> int:
    """What of this process lies in memory; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:")), 0)


def _unheeded(percent: float) -> None:
    """Progress that nobody looks at."""


def _enrol(
    engine: Engine,
    *,
    reference: Sequence[Audio] | None = None,
    level: Level = Level.INSTANT,
    seed: int = 0,
    progress: Callable[[float], None] = _unheeded,
    checkpoints: MemoryCheckpoints | None = None,
) -> Voiceprint:
    return engine.enrol(
        reference or [a_reference()],
        level=level,
        seed=seed,
        progress=progress,
        checkpoints=checkpoints or MemoryCheckpoints(),
    )


def _assert_pace(test: EngineUnderTest, audio: Audio, expected_s: float) -> None:
    share = audio.duration_s / expected_s
    assert abs(share - 1) <= test.pace_within, f"{audio.duration_s:.3f} s, expected {expected_s:.3f} s"


def _assert_pitch(test: EngineUnderTest, audio: Audio, expected_hz: float) -> None:
    measured_hz = test.median_f0_hz(audio)
    off_cents = 1200 * abs(log2(measured_hz / expected_hz))
    assert off_cents <= test.pitch_within_cents, f"{measured_hz:.1f} Hz, expected {expected_hz:.1f} Hz"


def _assert_same(one: SpokenUtterance, other: SpokenUtterance) -> None:
    assert np.array_equal(one.audio.samples, other.audio.samples), "the sound differs"
    assert one.timings == other.timings, "the times differ"


def _assert_same_voice(one: Voiceprint, other: Voiceprint) -> None:
    assert one.arrays.keys() == other.arrays.keys()
    different = [name for name in one.arrays if not np.array_equal(one.arrays[name], other.arrays[name])]
    assert not different, f"{different} differ"
    assert one.facts == other.facts, f"{one.facts} and {other.facts}"


def _assert_refused(expected: type[Exception], verb: Callable[[], object]) -> None:
    try:
        verb()
    except expected:
        return
    raise AssertionError(f"{expected.__name__} was not raised")
