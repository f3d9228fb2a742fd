"""What is particular to content in a bucket."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import boto3
import pytest

from hwamei.domain.errors import BadSetting, StoreUnavailable
from hwamei.storage.blobs.opening import open_blobs
from hwamei.storage.blobs.s3 import open_bucket
from tests.blobs.conftest import REGION


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"content")
    return path


@pytest.fixture
def bucket(s3_endpoint: str, s3_url: str) -> Any:
    """The bucket itself, past our code."""
    resource = boto3.session.Session().resource("s3", endpoint_url=s3_endpoint, region_name=REGION)
    return resource.Bucket(s3_url.split("/")[2])


def test_content_lies_under_the_prefix_and_nothing_else_is_left(s3_url: str, bucket: Any, source: Path) -> None:
    blobs = open_bucket(s3_url)
    blob = blobs.add(source)
    assert [found.key for found in bucket.objects.all()] == [f"some/prefix/{blob.sha256[:2]}/{blob.sha256}"]
    blobs.remove(blob.sha256)
    assert list(bucket.objects.all()) == []


def test_what_is_not_ours_in_the_bucket_is_left_alone(s3_url: str, bucket: Any) -> None:
    for key in ("some/prefix/readme", "some/prefix/ab/" + "cd" * 32, "other/" + "ab" * 32):
        bucket.put_object(Key=key, Body=b"x")
    assert list(open_bucket(s3_url).older_than(datetime.now(UTC) + timedelta(minutes=1))) == []


def test_content_that_is_added_again_is_young_again(s3_url: str, bucket: Any, source: Path) -> None:
    blobs = open_bucket(s3_url)
    blobs.add(source)
    (before,) = bucket.objects.all()
    while True:  # times are kept in whole seconds
        blobs.add(source)
        (after,) = bucket.objects.all()
        if after.last_modified > before.last_modified:
            break
    assert after.get()["Body"].read() == b"content"


def test_who_adds_what_is_just_going_waits_and_adds_it_again(s3_url: str, bucket: Any, source: Path) -> None:
    """The sweep below has looked at the age already when the content is added again, and removes it then."""
    blobs = open_bucket(s3_url)
    blob = blobs.add(source)
    (content,) = bucket.objects.all()
    note = bucket.put_object(Key=f"some/prefix/going/{blob.sha256}/note", Body=b"")
    adding = Thread(target=blobs.add, args=(source,))
    adding.start()
    adding.join(timeout=0.5)
    assert adding.is_alive()
    content.delete()
    note.delete()
    adding.join()
    assert b"".join(blobs.read(blob.sha256)) == b"content"


def test_a_large_content_goes_in_parts(s3_url: str, tmp_path: Path) -> None:
    source = tmp_path / "large"
    source.write_bytes(b"0123456789" * 2_000_000)
    blobs = open_bucket(s3_url)
    blob = blobs.add(source)
    assert blob.size_bytes == 20_000_000
    assert b"".join(blobs.read(blob.sha256, 19_999_995)) == b"56789"


def test_a_bucket_that_is_not_there_is_told_when_it_is_opened(s3_url: str) -> None:
    with pytest.raises(StoreUnavailable):
        open_bucket(s3_url.replace("bucket-", "no-bucket-"))


def test_a_bucket_that_goes_away_is_told_by_a_check(s3_url: str, bucket: Any) -> None:
    blobs = open_bucket(s3_url)
    bucket.delete()
    with pytest.raises(StoreUnavailable):
        blobs.check()


def test_a_store_that_does_not_answer_is_our_error(s3_url: str) -> None:
    with pytest.raises(StoreUnavailable):
        open_bucket(f"s3://bucket?endpoint={quote('http://127.0.0.1:1')}&region={REGION}")


def test_a_store_without_keys_is_our_error(s3_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(StoreUnavailable, match="credentials"):
        open_bucket(s3_url)


@pytest.mark.parametrize(
    "url", ["s3://", "s3:///prefix", "s3://bucket?endpint=http://x", "https://bucket.example.com", "/a/folder"]
)
def test_an_address_that_names_no_bucket_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="s3://"):
        open_blobs(url, folder=tmp_path)


def test_a_folder_needs_nothing_of_amazons(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from hwamei.storage.blobs.opening import open_blobs;"
        f"open_blobs('', folder=Path({str(tmp_path)!r})); sys.exit('boto3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
