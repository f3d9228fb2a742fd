"""The same content in every kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from hwamei.ports import Blobs
from hwamei.storage.blobs.opening import open_blobs

REGION = "us-east-1"


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """An S3 of this machine, on a free port."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket of the test's own."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    bucket = f"bucket-{uuid4().hex}"
    client = boto3.session.Session().client("s3", endpoint_url=s3_endpoint, region_name=REGION)
    client.create_bucket(Bucket=bucket)
    client.close()
    return f"s3://{bucket}/some/prefix?endpoint={quote(s3_endpoint)}&region={REGION}"


@pytest.fixture(params=["folder", "s3"])
def blobs_url(request: pytest.FixtureRequest) -> str:
    url: str = "" if request.param == "folder" else request.getfixturevalue("s3_url")
    return url


@pytest.fixture
def blobs(blobs_url: str, tmp_path: Path) -> Blobs:
    return open_blobs(blobs_url, folder=tmp_path / "blobs")
