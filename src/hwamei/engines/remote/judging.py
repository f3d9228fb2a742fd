"""How much a voice is like the person."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hwamei.domain.audio import Audio
from hwamei.dsp.resample import resample
from hwamei.dsp.spectrum import long_term_spectrum
from hwamei.models import locate
from hwamei.models.catalogue import GE2E
from hwamei.settings import Settings

_RATE_HZ = 24_000


def likeness(settings: Settings, reference: Sequence[Audio], spoken: Audio) -> float:
    """0..1, 1 is the same: by the speaker encoder where its model is here, else how alike the long-term spectra are."""
    heard = _joined(reference)
    if locate.find(GE2E, settings) is None:
        return _spectral_likeness(heard, resample(spoken, _RATE_HZ))
    from hwamei.speaker import ge2e  # heavy, and not needed to speak

    encoder = ge2e.open_encoder(settings)
    return ge2e.likeness(encoder.embed(heard), encoder.embed(spoken))


def _joined(reference: Sequence[Audio]) -> Audio:
    return Audio(np.concatenate([resample(audio, _RATE_HZ).samples for audio in reference]), _RATE_HZ)


def _spectral_likeness(one: Audio, other: Audio) -> float:
    """The cosine of the spectra in dB about their means, where it is not negative."""
    bands = [long_term_spectrum(audio).astype(np.float64) for audio in (one, other)]
    lengths = np.linalg.norm(bands[0]) * np.linalg.norm(bands[1])
    return float(np.clip(bands[0] @ bands[1] / max(float(lengths), 1e-9), 0, 1))
