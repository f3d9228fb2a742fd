"""Speech tasks as rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from hwamei.domain.app import AppId
from hwamei.domain.language import Language
from hwamei.domain.speech import Delivery, SpeechOrder
from hwamei.domain.speech_task import Delivered, Segment, SpeechTask, TaskResult, TaskState
from hwamei.storage.sql.columns import number
from hwamei.storage.sql.problem_rows import Plain, order_columns, order_of, problem_columns, problem_of


def task_columns(task: SpeechTask) -> dict[str, Any]:
    """The row of a task."""
    lexicon_name, lexicon_version = task.lexicon or (None, None)
    return {
        "id": task.id,
        "app_id": task.app_id,
        "created_at": task.created_at,
        "updated_at": task.updated_at,
        "state": task.state.value,
        "progress": task.progress,
        "finished_s": task.finished_s,
        "priority": task.priority,
        "attempts": task.attempts,
        "run": task.run,
        "started_at": task.started_at,
        "ended_at": task.ended_at,
        "idempotency_key": task.idempotency_key,
        "request_sha256": task.request_sha256,
        "lexicon_name": lexicon_name,
        "lexicon_version": lexicon_version,
        "delivered": _delivered_columns(task.delivered),
        "callback": order_columns(task.callback),
        "extra": dict(task.extra),
        "problem": problem_columns(task.problem),
        "segments": [_segment_columns(segment) for segment in task.segments],
        "result": _result_columns(task.result),
    }


def task_of(row: sa.RowMapping) -> SpeechTask:
    """The task in the row."""
    return SpeechTask(
        id=row["id"],
        app_id=AppId(row["app_id"]),
        segments=tuple(_segment_of(plain) for plain in row["segments"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        delivered=Delivered(**row["delivered"]),
        state=TaskState(row["state"]),
        progress=row["progress"],
        finished_s=row["finished_s"],
        priority=row["priority"],
        attempts=row["attempts"],
        run=row["run"],
        idempotency_key=row["idempotency_key"],
        request_sha256=row["request_sha256"],
        lexicon=None if row["lexicon_name"] is None else (row["lexicon_name"], row["lexicon_version"]),
        callback=order_of(row["callback"]),
        extra=row["extra"],
        result=_result_of(row["result"]),
        problem=problem_of(row["problem"]),
        started_at=row["started_at"],
        ended_at=row["ended_at"],
    )


def _segment_columns(segment: Segment) -> Plain:
    order, voice = segment.order, segment.voice
    return {
        "text": order.text,
        "language": order.language,
        "speed": order.delivery.speed,
        "pitch_semitones": order.delivery.pitch_semitones,
        "cue": order.cue,
        "voice_id": voice.hex if isinstance(voice, UUID) else None,
        "preset": None if isinstance(voice, UUID) else voice,
        "pause_after_ms": segment.pause_after_ms,
        "take": segment.take,
    }


def _segment_of(plain: Plain) -> Segment:
    order = SpeechOrder(
        text=plain["text"],
        language=None if plain["language"] is None else Language(plain["language"]),
        delivery=Delivery(plain["speed"], plain["pitch_semitones"]),
        cue=plain["cue"],
    )
    voice = plain["preset"] if plain["voice_id"] is None else UUID(plain["voice_id"])
    return Segment(order, voice, plain["pause_after_ms"], plain.get("take", 0))  # not in old rows


def _delivered_columns(delivered: Delivered) -> Plain:
    return {
        "format": delivered.format,
        "sample_rate_hz": delivered.sample_rate_hz,
        "subtitles": delivered.subtitles,
        "louder_db": delivered.louder_db,
        "each_segment": delivered.each_segment,
    }


def _result_columns(result: TaskResult | None) -> Plain | None:
    if result is None:
        return None
    return {
        "audio_file_id": result.audio_file_id.hex,
        "subtitles_file_id": result.subtitles_file_id.hex,
        "duration_s": result.duration_s,
        "loudness_lufs": number(result.loudness_lufs),
        "cues": [dict(cue) for cue in result.cues],
        "label": dict(result.label),
        "segment_file_ids": [file_id.hex for file_id in result.segment_file_ids],
        "engines": list(result.engines),
    }


def _result_of(plain: Plain | None) -> TaskResult | None:
    if plain is None:
        return None
    return TaskResult(
        audio_file_id=UUID(plain["audio_file_id"]),
        subtitles_file_id=UUID(plain["subtitles_file_id"]),
        duration_s=plain["duration_s"],
        loudness_lufs=float(plain["loudness_lufs"]),
        cues=tuple(plain["cues"]),
        label=plain["label"],
        segment_file_ids=tuple(UUID(file_id) for file_id in plain.get("segment_file_ids", ())),  # not in old rows
        engines=tuple(plain.get("engines", ())),
    )
