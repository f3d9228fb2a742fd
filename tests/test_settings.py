"""Settings: read from the environment, strictly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from hwamei.domain.errors import BadSetting, Unknown
from hwamei.settings import Settings, keys


def test_with_nothing_set_the_defaults_hold() -> None:
    settings = Settings()
    assert settings.engine == "kokoro"
    assert settings.threads == min(2, os.cpu_count() or 1)
    assert settings.data.is_absolute()
    assert settings.models_folder == settings.data / "models"


def test_the_environment_is_heard(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HWAMEI_DATA", str(tmp_path))
    monkeypatch.setenv("HWAMEI_MODELS", "~/models")
    monkeypatch.setenv("HWAMEI_THREADS", "3")
    monkeypatch.setenv("HWAMEI_LOG_LEVEL", "debug")
    settings = Settings()
    assert (settings.data, settings.threads, settings.log_level) == (tmp_path, 3, "debug")
    assert settings.models_folder == Path.home() / "models"
    assert settings.voices_folder == tmp_path / "voices"


def test_a_value_given_in_python_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HWAMEI_THREADS", "3")
    assert Settings(threads=1).threads == 1


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HWAMEI_MODELS", "")
    assert Settings().models is None


def test_a_relative_folder_is_that_of_the_moment_when_it_was_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(data=Path("mine"))
    monkeypatch.chdir("/")
    assert settings.data == tmp_path / "mine"


@pytest.mark.parametrize(("given", "meant"), [("HWAMEI_THREDS", "HWAMEI_THREADS"), ("HWAMEI_MODEL", "HWAMEI_MODELS")])
def test_a_variable_that_does_not_exist_is_refused_with_the_nearest(
    monkeypatch: pytest.MonkeyPatch, given: str, meant: str
) -> None:
    monkeypatch.setenv(given, "1")
    with pytest.raises(Unknown, match=f"did you mean {meant}\\?") as caught:
        Settings()
    assert (caught.value.given, caught.value.known) == (given, keys())


def test_a_field_that_does_not_exist_is_refused_the_same_way() -> None:
    with pytest.raises(Unknown, match=r"did you mean HWAMEI_THREADS\?"):
        Settings.model_validate({"thread": 1})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("HWAMEI_THREADS", "many"),
        ("HWAMEI_THREADS", "0"),
        ("HWAMEI_THREADS", "65"),
        ("HWAMEI_LOG_LEVEL", "loud"),
        ("HWAMEI_CONTENT_PRODUCER", "画眉"),
        ("HWAMEI_CONTENT_PRODUCER", "x" * 101),
        ("HWAMEI_CONTENT_PRODUCER", "two\nlines"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, key: str, value: str) -> None:
    monkeypatch.setenv(key, value)
    with pytest.raises(BadSetting, match=key) as caught:
        Settings()
    assert (caught.value.name, caught.value.given) == (key, value)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().threads = 1  # type: ignore[misc]  # wrong on purpose
