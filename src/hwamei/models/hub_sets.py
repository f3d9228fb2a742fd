"""The models that come from a hub as a set of files. All are optional: the embedded engine needs none of them.

The hash of every file is pinned, so it does not matter who hosts it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Hub(StrEnum):
    """Where sets are published."""

    HUGGING_FACE = "huggingface"
    MODELSCOPE = "modelscope"


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a file. `size_bytes`: None for a small one of which only the hash is known."""

    size_bytes: int | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Place:
    """A file on a hub: in which repository, at which revision, under which path, and what is in it."""

    repository: str
    revision: str
    path: str
    content: Content


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a set. `path`: in the set's folder. Hubs may have it in forms that differ but do the same."""

    path: str
    places: Mapping[Hub, Place]

    @property
    def contents(self) -> tuple[Content, ...]:
        """What may be in it."""
        return tuple(dict.fromkeys(place.content for place in self.places.values()))


@dataclass(frozen=True, slots=True)
class ModelSet:
    """A model that is several files, in a folder of its name."""

    name: str
    licence: str
    source: str
    purpose: str
    files: tuple[HubFile, ...]

    @property
    def size_bytes(self) -> int:
        """Of all files together, but for small ones."""
        return sum(file.contents[0].size_bytes or 0 for file in self.files)

    @property
    def sha256(self) -> str:
        """Of the list of the files with their hashes, as `sha256sum` prints it."""
        lines = (f"{content.sha256}  {file.path}\n" for file in self.files for content in file.contents)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @property
    def optional(self) -> bool:
        """Fetched only when it is named."""
        return True


def _at(hugging_face: Place, modelscope: Place) -> Mapping[Hub, Place]:
    return MappingProxyType({Hub.HUGGING_FACE: hugging_face, Hub.MODELSCOPE: modelscope})


def _on_both(repositories: tuple[str, str], path: str, content: Content) -> Mapping[Hub, Place]:
    """The same on each hub, at the branch that each calls the first."""
    hugging_face, modelscope = repositories
    return _at(Place(hugging_face, "main", path, content), Place(modelscope, "master", path, content))


_ZIPVOICE = ("k2-fsa/ZipVoice", "k2-fsa/ZipVoice")
_SENSE_VOICE = (
    "csukuangfj/sherpa-onnx-sense-voice-zh-en-ja-ko-yue-2024-07-17",
    "pengzhendong/sherpa-onnx-sense-voice-zh-en-ja-ko-yue",
)
# One network twice: as it was exported, and with what sherpa-onnx wants to know of it, which is added here too.
_VOCOS = Content(54_156_978, "a84c58728a769e8a98eeca75bb89102987db0028e5e3d44b45af2ae3ef0104e2")
_VOCOS_FOR_SHERPA = Content(54_157_409, "bcb3b970e384161c4d634f0bb9e999ff1c471b34c9bc0b1049a5014065ed3cc0")

ZIPVOICE = ModelSet(
    name="zipvoice",
    licence="Apache-2.0 (ZipVoice; learnt from Emilia, whose recordings are CC-BY-NC-4.0), MIT (Vocos)",
    source="ZipVoice-Distill, int8 ONNX export, by k2-fsa; Vocos 24 kHz, ONNX export by wetdog",
    purpose="speaks on in the voice of a few seconds of speech (engine zipvoice)",
    files=(
        HubFile(
            "encoder.int8.onnx",
            _on_both(
                _ZIPVOICE,
                "zipvoice_distill/text_encoder_int8.onnx",
                Content(5_570_211, "f2de9a761a85e5ddd125dee6e05bad1c7ee92c11b83b4d775dab216a6aa41379"),
            ),
        ),
        HubFile(
            "decoder.int8.onnx",
            _on_both(
                _ZIPVOICE,
                "zipvoice_distill/fm_decoder_int8.onnx",
                Content(124_657_100, "3cc2e08a96610d7ea1b227398e97cdbbe0414499741d3aec0b8113db2a2ab251"),
            ),
        ),
        HubFile(
            "tokens.txt",
            _on_both(
                _ZIPVOICE,
                "zipvoice_distill/tokens.txt",
                Content(None, "ce98c1afc5f7a20c2484dffdd68a1fff0a4a2cc707328833750c4476c37cdbda"),
            ),
        ),
        HubFile(
            "vocos_24khz.onnx",
            _at(
                Place("wetdog/vocos-mel-24khz-onnx", "main", "mel_spec_24khz.onnx", _VOCOS),
                Place("roarson/vocos_24khz.onnx", "master", "vocos_24khz.onnx", _VOCOS_FOR_SHERPA),
            ),
        ),
    ),
)

SENSE_VOICE = ModelSet(
    name="sense-voice",
    licence="FunASR Model Open Source License 1.1",
    source="SenseVoice-Small by FunAudioLLM, int8 ONNX export for sherpa-onnx of 2024-07-17",
    purpose="hears what is said in a recording that comes without its words (engine zipvoice)",
    files=(
        HubFile(
            "model.int8.onnx",
            _on_both(
                _SENSE_VOICE,
                "model.int8.onnx",
                Content(239_233_841, "c71f0ce00bec95b07744e116345e33d8cbbe08cef896382cf907bf4b51a2cd51"),
            ),
        ),
        HubFile(
            "tokens.txt",
            _on_both(
                _SENSE_VOICE,
                "tokens.txt",
                Content(315_894, "f449eb28dc567533d7fa59be34e2abca8784f771850c78a47fb731a31429a1dc"),
            ),
        ),
    ),
)

SETS: Mapping[str, ModelSet] = MappingProxyType({entry.name: entry for entry in (ZIPVOICE, SENSE_VOICE)})
