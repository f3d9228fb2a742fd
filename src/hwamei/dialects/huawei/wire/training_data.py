"""Where recordings are sent, and what was found in them."""

from __future__ import annotations

from typing import Self

from hwamei.dialects.huawei.wire.values import Out


class SegmentUrls(Out):
    """Two addresses for each sentence, in the order of the sentences."""

    audio_uploading_url: list[str]
    txt_uploading_url: list[str]


class PackageUrl(Out):
    """The address for the archive."""

    training_data_uploading_url: str


class CreatedOut(Out):
    """A new job and where its recordings are to be sent."""

    job_id: str
    training_data_uploading_url: str | None
    segment_uploading_url: SegmentUrls | None
    authorization_letter_uploading_url: str

    @classmethod
    def of(cls, job_id: str, addresses: AddressesOut) -> Self:
        """The same addresses, as this answer calls them."""
        package = addresses.package_url
        return cls(
            job_id=job_id,
            training_data_uploading_url=None if package is None else package.training_data_uploading_url,
            segment_uploading_url=addresses.segment_url,
            authorization_letter_uploading_url=addresses.authorization_letter_uploading_url,
        )


class AddressesOut(Out):
    """Where the recordings of a job are to be sent."""

    segment_url: SegmentUrls | None
    package_url: PackageUrl | None
    authorization_letter_uploading_url: str


class ConfirmedOut(Out):
    """Whether a recording can be of its sentence; positions in the text that cannot have been said."""

    confirm_result: bool
    unmatched_index_hit: list[int]


class ConfirmedIndexes(Out):
    """Which sentences were confirmed as they are now."""

    confirmed_index: list[int]
