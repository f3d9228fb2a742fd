"""Putting the label into a sound file that exists, in place of any that it has; the sound itself is not touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

import av
import mutagen
from mutagen import MutagenError
from mutagen.id3 import ID3, TXXX, Encoding, ID3NoHeaderError

from hwamei.codecs import riff
from hwamei.codecs.containers import demuxer_of, opened
from hwamei.codecs.encode import MP4_OPTIONS
from hwamei.codecs.mp4_tables import TablesTooBig
from hwamei.codecs.whole_file import whole_file
from hwamei.domain.errors import BadAudio
from hwamei.labels.aigc import KEY, AigcLabel, sidecar, to_json

_COPY_BYTES = 1 << 20
_MP4_BRANDS = ("major_brand", "minor_version", "compatible_brands")  # FFmpeg shows the file's kind among its tags


def write(path: Path, label: AigcLabel) -> None:
    """The file, labelled, takes the place of the file, wholly or not at all; a .pcm file gets its label beside it.

    Raises BadLabel, BadAudio for a file that is none of the formats that Hwamei writes or is damaged, OSError.
    """
    text = to_json(label)
    with path.open("rb") as file:
        demuxer = demuxer_of(file)
        if demuxer is None and path.suffix.lower() == ".pcm":
            with whole_file(sidecar(path)) as beside:
                beside.write(text.encode("ascii"))
            return
        if demuxer not in _WRITERS:
            raise BadAudio(
                source=str(path), problem="cannot hold a label; give a WAV, MP3, FLAC, Opus, M4A, AAC or PCM file"
            )
        try:
            with whole_file(path) as labelled:
                _WRITERS[demuxer](file, labelled, text)
        except (MutagenError, av.FFmpegError, TablesTooBig) as error:
            raise BadAudio(source=str(path), problem=f"is damaged ({error}); make it again") from error


def _write_wave(file: BinaryIO, labelled: BinaryIO, text: str) -> None:
    """The chunks as they are, but for the label, which goes before the sound."""
    labelled.write(file.read(12))
    for chunk in riff.chunks(file):
        if chunk.name.upper() == KEY.encode():
            continue
        if chunk.name == b"data":
            labelled.write(riff.chunk_bytes(KEY.encode(), text.encode("ascii")))
        labelled.write(chunk.name + chunk.size.to_bytes(4, "little"))
        labelled.writelines(_body(file, chunk))
        labelled.write(b"\0" * (chunk.size % 2))
    size = min(labelled.tell() - 8, riff.UNKNOWN_SIZE)
    labelled.seek(4)
    labelled.write(size.to_bytes(4, "little"))


def _body(file: BinaryIO, chunk: riff.Chunk) -> Iterator[bytes]:
    file.seek(chunk.start)
    left = chunk.size
    while left and (block := file.read(min(left, _COPY_BYTES))):
        left -= len(block)
        yield block


def _write_id3(file: BinaryIO, labelled: BinaryIO, text: str) -> None:
    _copy(file, labelled)
    try:
        tags = ID3(labelled)
    except ID3NoHeaderError:
        tags = ID3()
    for frame in tags.getall("TXXX"):
        if frame.desc.upper() == KEY:
            tags.delall(frame.HashKey)
    tags.add(TXXX(encoding=Encoding.LATIN1, desc=KEY, text=[text]))
    labelled.seek(0)
    tags.save(labelled)


def _write_comment(file: BinaryIO, labelled: BinaryIO, text: str) -> None:
    _copy(file, labelled)
    tags = mutagen.File(labelled)
    if tags is None or isinstance(tags.tags, ID3):
        raise MutagenError("no comments can be written into it")
    tags[KEY] = [text]  # letter case does not count in these keys
    labelled.seek(0)
    tags.save(labelled)


def _write_mp4(file: BinaryIO, labelled: BinaryIO, text: str) -> None:
    """The packets as they are, in a new file whose tags hold the label."""
    with opened(file, "mov") as old, av.open(labelled.name, "w", format="ipod", container_options=MP4_OPTIONS) as new:
        if len(old.streams) != 1 or not old.streams.audio:
            raise MutagenError("it holds more than one track of sound")
        kept = {key: value for key, value in old.metadata.items() if key.upper() != KEY and key not in _MP4_BRANDS}
        new.metadata.update(kept | {KEY: text})
        track = new.add_stream_from_template(old.streams.audio[0])
        for packet in old.demux(old.streams.audio[0]):
            if packet.dts is not None:  # the last one is empty: it would flush a decoder
                packet.stream = track
                new.mux(packet)


def _copy(file: BinaryIO, labelled: BinaryIO) -> None:
    copyfileobj(file, labelled, _COPY_BYTES)
    labelled.seek(0)


_WRITERS = {
    "wav": _write_wave,
    "mp3": _write_id3,
    "aac": _write_id3,
    "flac": _write_comment,
    "ogg": _write_comment,
    "mov": _write_mp4,
}
