"""What the engine's own voices sound like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from hwamei.domain.errors import NotFound, TooBusy
from hwamei.domain.language import Language
from hwamei.domain.speech import SpeechOrder
from hwamei.labels.aigc import AigcLabel
from hwamei.service.engines import Engines
from hwamei.service.presets import Preset
from hwamei.service.preview import PREVIEW_FORMAT, PREVIEWS, write_preview
from hwamei.service.utterances import Mouth
from hwamei.service.voice_orders import Voices

COME_BACK_S = 2.0  # about what a preview takes

MEDIA_TYPE = PREVIEW_FORMAT.content_type


@dataclass(frozen=True)
class PresetPreviews:
    """Lets each of the engine's own voices say one sentence when that is first asked for, and keeps it for everybody.
    Safe from many threads, of which none waits for another.

    `folder`: of this version; what is in it can be made again at any time. Each engine has a folder in it.
    """

    voices: Voices
    engines: Engines
    folder: Path
    new_label: Callable[[], AigcLabel]
    _lock: Lock = field(default_factory=Lock, repr=False)
    _in_the_making: set[str] = field(default_factory=set, repr=False)

    def path(self, name: str) -> Path:
        """The file. Raises NotFound for a voice that there is not; TooBusy while all engines speak or somebody else
        waits for the same; EngineFailed, EngineHung, OSError."""
        preset = next((preset for preset in self.voices.presets() if preset.name == name), None)
        if preset is None:
            raise NotFound(what="voice", given=name)
        of_engine = quote(self.engines.with_presets().name, safe="")
        path = self.folder / of_engine / f"{quote(name, safe='')}.{PREVIEW_FORMAT}"
        if not path.exists():
            self._make(preset, path)
        return path

    def _make(self, preset: Preset, path: Path) -> None:
        order = SpeechOrder(PREVIEWS[preset.language or Language.CHINESE])
        with self._alone(preset.name), self.engines.with_presets().at_once() as engine:
            if path.exists():  # made since we looked
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            mouth = Mouth(engine, engine.preset(preset.name), order.delivery)
            write_preview(mouth, order, path, self.new_label())

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Nobody else makes it meanwhile."""
        with self._lock:
            if name in self._in_the_making:
                raise TooBusy(what=f"the preview of {name}", retry_after_s=COME_BACK_S)
            self._in_the_making.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._in_the_making.discard(name)
