"""Speech at once, piece by piece with the times of what is in each."""

from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
import pytest
import soundfile

from hwamei.codecs.companding import TELEPHONE_RATE_HZ, Law
from hwamei.domain.app import App
from hwamei.domain.audio import Samples
from hwamei.domain.errors import NotFound, OutOfRange, Unknown
from hwamei.domain.speech import SpeechOrder
from hwamei.domain.speech_task import Segment
from hwamei.domain.utterance import WordTiming
from hwamei.dsp.cue import DURATION_S as CUE_S
from hwamei.service.now_order import NowOrder, SoundForm
from hwamei.service.reading import keep_lexicon, lexicons_of
from hwamei.service.timed_speech import TimedChunk, speak_in_time
from tests.serving import Site

TEXT = "The ferry leaves at 6:45, and nobody looks up. 今天天气很好，我们去公园吧。What a day!"
WAVE = SoundForm("wav", 24_000)


@pytest.fixture
def app(site: Site) -> App:
    return site.platform.accounts.get(site.credentials().app_id)


def spoken(site: Site, app: App, *texts: str, form: SoundForm = WAVE, cue: bool = False) -> list[TimedChunk]:
    segments = tuple(Segment(SpeechOrder(text, cue=cue), "alto") for text in texts)
    return list(speak_in_time(site.platform.now, app, NowOrder(segments, form)).chunks)


def samples_in(chunks: list[TimedChunk]) -> tuple[Samples, int]:
    samples, rate_hz = soundfile.read(io.BytesIO(b"".join(chunk.sound for chunk in chunks)), dtype="float32")
    return samples, rate_hz


@pytest.mark.parametrize("cue", [False, True])
def test_each_piece_brings_the_words_that_begin_in_it(site: Site, app: App, cue: bool) -> None:
    chunks = spoken(site, app, TEXT, cue=cue)
    sent_s = 0.0
    seen: list[WordTiming] = []
    for chunk in chunks:
        for line in chunk.lines:
            assert line.words[0].start_s >= sent_s - 0.05, "its words came in an earlier piece"
            seen += line.words
        sent_s += len(chunk.sound) / 48_000
    assert [TEXT[word.word.start : word.word.end] for word in seen] == [word.word.text for word in seen]
    assert all(before.end_s <= after.start_s + 1e-6 for before, after in pairwise(seen))
    assert (seen[0].start_s >= CUE_S) is cue
    samples, rate_hz = samples_in(chunks)
    lines = [line for chunk in chunks for line in chunk.lines]
    assert lines[-1].until_s == pytest.approx(len(samples) / rate_hz, abs=0.02)
    assert lines[-1].end == len(TEXT)
    for word in seen:
        heard = samples[round((word.start_s + 0.01) * rate_hz) : round((word.end_s - 0.01) * rate_hz)]
        assert np.sqrt(np.mean(heard**2)) > 0.02


def test_the_first_piece_is_there_before_the_rest_is_spoken(site: Site, app: App) -> None:
    timed = speak_in_time(site.platform.now, app, NowOrder((Segment(SpeechOrder(TEXT * 5), "alto"),), WAVE))
    assert site.platform.engines.turns.taken == 1
    assert next(timed.chunks).lines
    timed.chunks.close()
    assert site.platform.engines.turns.taken == 0


def test_closed_before_it_is_read_it_gives_the_engine_back(site: Site, app: App) -> None:
    timed = speak_in_time(site.platform.now, app, NowOrder((Segment(SpeechOrder(TEXT), "alto"),), WAVE))
    timed.chunks.close()
    assert site.platform.engines.turns.taken == 0


def test_segments_are_told_apart(site: Site, app: App) -> None:
    lines = [line for chunk in spoken(site, app, "One. Two.", "Three.") for line in chunk.lines]
    assert {line.segment for line in lines} == {0, 1}
    assert [word.word.text for line in lines for word in line.words if line.segment == 1] == ["Three"]


@pytest.mark.parametrize("law", list(Law))
def test_telephones_get_a_byte_a_sample(site: Site, app: App, law: Law) -> None:
    pcm = spoken(site, app, TEXT, form=SoundForm("pcm", TELEPHONE_RATE_HZ))
    companded = spoken(site, app, TEXT, form=SoundForm(law, TELEPHONE_RATE_HZ))
    assert sum(len(chunk.sound) for chunk in companded) * 2 == sum(len(chunk.sound) for chunk in pcm)


@pytest.mark.parametrize(("format", "rate_hz"), [("mp3", 44_100), ("mp3", 22_050), ("opus", 48_000)])
def test_a_bit_rate_is_kept(site: Site, app: App, format: str, rate_hz: int) -> None:
    sizes = [
        sum(len(chunk.sound) for chunk in spoken(site, app, TEXT, form=SoundForm(format, rate_hz, bits_per_s)))
        for bits_per_s in (32_000, 96_000)
    ]
    assert sizes[1] > 2 * sizes[0]


def test_forms_that_there_are_not_are_refused() -> None:
    with pytest.raises(OutOfRange):
        SoundForm("mp3", 44_100, bits_per_s=1)
    with pytest.raises(Unknown):
        SoundForm("m4a", 24_000).streamable()


def test_of_several_lexicons_the_first_counts_and_versions_stay_readable(site: Site, app: App) -> None:
    store, now = site.platform.lexicons, site.platform.clock()
    for name, text in (("one", "SQL\tsequel\n"), ("two", "SQL\tess\nGIF\tjif\n"), ("one", "SQL\tsquirrel\n")):
        keep_lexicon(store, app.id, name, text, at=now)
    both = lexicons_of(store, app.id, (("one", 1), ("two", None)))
    assert {word: entry.say for word, entry in both.entries.items()} == {"SQL": "sequel", "GIF": "jif"}
    with pytest.raises(NotFound):
        lexicons_of(store, app.id, (("three", None),))
