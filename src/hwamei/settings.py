"""What a person can set: environment variables that begin with HWAMEI_, read once, strictly."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hwamei.domain.errors import BadSetting, Unknown

PREFIX = "HWAMEI_"
MAX_THREADS = 64


def _absolute(path: Path) -> Path:
    """The folder wherever the process goes later: `~` written out, from the root."""
    return path.expanduser().absolute()


def _default_threads() -> int:
    """Two where there are two: beyond that the embedded engine gains little from one stream."""
    return min(2, os.cpu_count() or 1)


def _usual_hub_url(set_before: dict[str, Any]) -> str:
    """What the programs of Hugging Face go by, where that is the hub and it is set."""
    return os.environ.get("HF_ENDPOINT", "") if set_before.get("hub") == "huggingface" else ""


Folder = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseModel):
    """Every setting. Making one reads the environment; raises Unknown for a key that does not exist, BadSetting for a
    value that cannot be used. Frozen, so safe to share between threads."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    data: Folder = Field(
        default_factory=lambda: user_data_path("hwamei", appauthor=False),
        description="The folder that holds voices, recordings, fetched models and caches. Made when first needed.",
    )
    models: Folder | None = Field(
        default=None,
        description=(
            "A folder with model files, looked in before any other place; `hwamei models pull` writes here when it is"
            " set. For machines with no network: see [models](models.md)."
        ),
    )
    hub: Literal["huggingface", "modelscope"] = Field(
        default="huggingface",
        description="The hub that `hwamei models pull NAME` fetches optional models from: see [models](models.md).",
    )
    hub_url: str = Field(
        default_factory=_usual_hub_url,
        pattern=r"^(https?://[^?#\s]+)?$",
        description=(
            "A mirror of that hub, as `https://host`; empty for the hub itself. For Hugging Face the usual variable"
            " `HF_ENDPOINT` is heeded too."
        ),
    )
    threads: int = Field(
        default_factory=_default_threads,
        ge=1,
        le=MAX_THREADS,
        description="How many processor threads one engine may use.",
    )
    engine: str = Field(
        default="kokoro",
        min_length=1,
        description="The engine that makes voices where neither the order nor the app names another.",
    )
    stand_in_engine: str = Field(
        default="kokoro",
        min_length=1,
        description=(
            "The engine that speaks for a voice whose own is missing or down, in apps that allow it; and whose own"
            " voices are offered where the first engine brings none along."
        ),
    )
    kokoro_arithmetic: Literal["auto", "int8", "float32", "bfloat16"] = Field(
        default="auto",
        description=(
            "In which numbers the embedded engine computes. `auto`: what `hwamei models tune` found to be fastest, or"
            " what usually is on such a processor. `bfloat16` needs `pip install 'hwamei[openvino]'`; without AMX it is"
            " computed as `float32`."
        ),
    )
    zipvoice_provider: Literal["cpu", "cuda"] = Field(
        default="cpu",
        description=(
            "What the engine `zipvoice` computes on. `cuda` needs a build of sherpa-onnx for it; the usual one computes"
            " on the processor whatever this says."
        ),
    )
    content_producer: str = Field(
        default="Hwamei",
        pattern=r"^[\x20-\x7e]{1,100}$",
        description=(
            "The name written into every file as the producer of AI-made speech (`ContentProducer`). Printable ASCII,"
            " at most 100 characters."
        ),
    )
    database_url: str = Field(
        default="",
        description=(
            "Where a server keeps voices, jobs and tasks: empty for SQLite in the data folder, or"
            " `postgresql://user:password@host/database`."
        ),
    )
    blobs_url: str = Field(
        default="",
        description=(
            "Where a server keeps recordings and sound: empty for the data folder, or `s3://bucket/prefix` (with"
            " `?endpoint=https://…` for other stores than Amazon's; keys come from the usual AWS variables)."
        ),
    )
    key_file: Folder | None = Field(
        default=None,
        description=(
            "The server's key, made at the first start: secrets are encrypted and addresses signed with it. All"
            " machines of one installation need the same; empty for `key` in the data folder."
        ),
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^?#]+)?$",
        description="Where clients reach a server that is behind a proxy; the addresses of files begin so.",
    )
    allow_private_urls: bool = Field(
        default=False,
        description="Whether a server may fetch from and call back to private addresses; for closed networks.",
    )
    engine_slots: int = Field(
        default_factory=_default_threads,
        ge=1,
        le=MAX_THREADS,
        description="How many utterances a server or worker speaks at once; who comes when all speak is asked to wait.",
    )
    worker_tasks: int = Field(
        default=2, ge=1, le=MAX_THREADS, description="How many speech tasks one worker has in hand at once."
    )
    worker_jobs: int = Field(
        default=1, ge=1, le=MAX_THREADS, description="How many training jobs one worker has in hand at once."
    )
    app_tasks: int = Field(
        default=8,
        ge=1,
        le=1000,
        description="How many speech tasks of one app all workers together have in hand at once.",
    )
    app_jobs: int = Field(
        default=2,
        ge=1,
        le=1000,
        description="How many training jobs of one app all workers together have in hand at once.",
    )
    engine_idle_s: float = Field(
        default=600.0, gt=0, description="After how many seconds without work a server lets go of the engine's models."
    )
    utterance_timeout_s: float = Field(
        default=300.0, gt=0, description="How long a server waits for one utterance before it gives the engine up."
    )
    file_link_hours: float = Field(
        default=24.0,
        gt=0,
        le=8760,
        description="For how many hours the address of a file works after it was given out.",
    )
    server: str = Field(
        default="",
        pattern=r"^(https?://[^\s]+)?$",
        description="The server that `hwamei clone`, `say`, `voices` and `inspect` use instead of this machine.",
    )
    key: str = Field(default="", repr=False, description="The api key that is shown to that server.")
    remote_urls: str = Field(
        default="",
        pattern=r"^(https?://[^\s,?#]+([\s,]+https?://[^\s,?#]+)*)?$",
        description=(
            "The servers that the engine `remote` speaks through: addresses, parted by commas, of servers that are all"
            " alike. See [engines](engines.md)."
        ),
    )
    remote_key: str = Field(default="", repr=False, description="The key that is shown to those servers.")
    remote_model: str = Field(
        default="", description="The model that those servers are asked for; empty for the first that they list."
    )
    remote_consent: str = Field(
        default="",
        max_length=255,
        description="The id of the consent that voices are uploaded with; servers with voice upload want one.",
    )
    remote_voices: Literal["upload", "inline"] = Field(
        default="upload",
        description=(
            "How those servers get a cloned voice: `upload` it once, or send its recording with each request"
            " (`inline`), for servers or models that keep no voices."
        ),
    )
    remote_streams: Literal["wav", "pcm", "none"] = Field(
        default="wav",
        description=(
            "How those servers are asked for sound while it is made: for a `wav` by `stream_format`, for bare `pcm` by"
            " `stream`, or not at all."
        ),
    )
    remote_changes_speed: bool = Field(
        default=False,
        description="Whether those servers change the speed themselves; otherwise it is done here.",
    )
    remote_options: str = Field(
        default="{}",
        description='More fields for each request to speak, as a JSON object: `{"language": "Auto", "seed": 7}`.',
    )
    remote_sample_rate_hz: int = Field(
        default=24_000,
        ge=8_000,
        le=48_000,
        description="The rate of the sound of those servers; what they send at another rate, and say so, is converted.",
    )
    remote_prompt_s: float = Field(
        default=10.0,
        ge=3.0,
        le=10.5,
        description="How many seconds of its recordings a voice keeps, at most.",
    )
    remote_capacity: int = Field(
        default=4, ge=1, le=1000, description="How many requests each of those servers is sent at once."
    )
    remote_wait_s: float = Field(
        default=10.0,
        ge=0,
        description="How long a request waits for one of those servers to be free.",
    )
    remote_timeout_s: float = Field(
        default=120.0,
        gt=0,
        description="How long one of those servers may take for an utterance.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="The least serious event that is logged, on standard error."
    )

    @property
    def models_folder(self) -> Path:
        """Where fetched models are written."""
        return self.models or self.data / "models"

    @property
    def voices_folder(self) -> Path:
        """Where voices are kept."""
        return self.data / "voices"

    @property
    def database(self) -> str:
        """The address of the database, as SQLAlchemy takes it."""
        if not self.database_url:
            return f"sqlite:///{self.data / 'hwamei.db'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def server_key(self) -> Path:
        """The key that secrets are encrypted with and addresses signed with; made when first needed, for its owner."""
        return self.key_file or self.data / "key"

    @property
    def cache_folder(self) -> Path:
        """Where files lie that can be made again at any time."""
        return self.data / "cache"

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_own_errors(cls, values: Mapping[str, object], parse: Callable[[Mapping[str, object]], Self]) -> Self:
        """The settings, or the first thing wrong with them as a domain error."""
        _refuse_unknown_keys(os.environ)
        try:
            return parse({**_set_in(os.environ), **values})
        except ValidationError as error:
            raise _first_problem(error) from error


def keys() -> tuple[str, ...]:
    """The environment variable of each setting, in the order of the settings page."""
    return tuple(PREFIX + name.upper() for name in Settings.model_fields)


def _refuse_unknown_keys(environ: Mapping[str, str]) -> None:
    for key in environ:
        if key.upper().startswith(PREFIX) and key.upper() not in keys():
            raise Unknown(what="setting", given=key, known=keys())


def _set_in(environ: Mapping[str, str]) -> Mapping[str, str]:
    """The values by their field's name; an empty variable is not set."""
    ours = ((key.upper(), value) for key, value in environ.items())
    return {key.removeprefix(PREFIX).lower(): value for key, value in ours if key.startswith(PREFIX) and value}


def _first_problem(error: ValidationError) -> Unknown | BadSetting:
    first = error.errors(include_url=False)[0]
    name = PREFIX + str(first["loc"][0]).upper()
    if first["type"] == "extra_forbidden":
        return Unknown(what="setting", given=name, known=keys())
    return BadSetting(name=name, given=str(first["input"]), problem=first["msg"])
