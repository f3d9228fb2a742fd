"""Short phrases in the model's symbols, spoken to hear how a voice being trained sounds. Written for this project."""

from __future__ import annotations

from dataclasses import dataclass

from hwamei.domain.language import Language
from hwamei.engines.kokoro.vocabulary import TOKENS


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something to say, as the model's tokens without pads."""

    language: Language
    tokens: tuple[int, ...]


def _phrase(language: Language, symbols: str) -> Phrase:
    return Phrase(language, tuple(TOKENS[symbol] for symbol in symbols))


ENGLISH = tuple(
    _phrase(Language.ENGLISH, symbols)
    for symbols in (
        "ðə ʧˈɪldɹᵊn lˈæft ˈWt lˈWd.",  # The children laughed out loud.
        "plˈiz bɹˈɪŋ mˌi fɹˈɛʃ wˈɔTəɹ.",  # Please bring me fresh water.
        "mI ˈʌŋkəl plˈAz ðə vˌIəlˈɪn.",  # My uncle plays the violin.
        "wi wˈɔkt əlˈɔŋ ðə ɹˈɪvəɹ.",  # We walked along the river.
        "dˈɪd ju hˈɪɹ ði ˈOld klˈɑk?",  # Did you hear the old clock?
        "ʃi ɹˈOt ɐ lˈɔŋ lˈɛTəɹ hˈOm.",  # She wrote a long letter home.
    )
)
CHINESE = tuple(
    _phrase(Language.CHINESE, symbols)
    for symbols in (
        "tʰa→ tɤ ʂə→ŋi→n tʰi→ŋ ʨʰi↓lai↗ xə↓n wə→nxɤ↗.",  # 他的声音听起来很温和。
        "tʊ→ŋtʰjɛ→n tɤ ɕi→ŋɕi→ŋ tʰɤ↘pje↗ mi↗ŋlja↘ŋ.",  # 冬天的星星特别明亮。
        "lau↓ʂɨ→ kei↓ wo↓mən ʨja↓ŋ ku↘ʂɨ↘.",  # 老师给我们讲故事。
        "ni↓ ꭧɨ→tau↘ ʦə↓nmɤ ʨʰy↘ ꭧʰɤ→ꭧa↘n ma?",  # 你知道怎么去车站吗？
    )
)

# The fit hears the first phrases in turn; the rest judge it.
TO_FIT = {Language.ENGLISH: ENGLISH[:4], Language.CHINESE: CHINESE[:2]}
TO_JUDGE = (*ENGLISH[4:], *CHINESE[2:])
# A finished voice, which all of them may have been fitted to, says others.
TO_TELL = (
    _phrase(Language.ENGLISH, "ˈɛvəɹi mˈɔɹnɪŋ hi dɹˈɪŋks ɐ kˈʌp ʌv tˈi."),  # Every morning he drinks a cup of tea.
    _phrase(Language.CHINESE, "wo↓ ti↘ti ʦai↘ xɤ↗pjɛ→n fa↘ŋfə→ŋꭧəŋ."),  # 我弟弟在河边放风筝。
)
A_FEW = (ENGLISH[4], CHINESE[2])  # four seconds: enough for a mean and a covariance
TO_SKETCH = A_FEW  # an instant voice says these: with more, `hwamei clone` would take more than five seconds
