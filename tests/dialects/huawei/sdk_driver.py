"""A program as a customer of the vendor writes it, run with the vendor's own SDK in an environment of its own.

Reads what it needs as JSON from standard input and writes what it saw as JSON to standard output. `with_endpoints` is
all that tells it from a program that talks to the vendor.
"""

from __future__ import annotations

import json
import sys
import time
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import huaweicloudsdkmetastudio.v1 as sdk
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions import exceptions

Json = dict[str, Any]


def made_client(told: Json) -> Any:
    credentials = BasicCredentials(told["access"], told["secret"], told["project_id"])
    builder = sdk.MetaStudioClient.new_builder().with_credentials(credentials)
    return builder.with_endpoints([told["endpoint"]]).build()


def send(url: str, content: bytes, content_type: str) -> None:
    requests.put(url, data=content, headers={"Content-Type": content_type}, timeout=60).raise_for_status()


def ended(look: Callable[[], Any], goes_on: Callable[[Any], bool]) -> Any:
    for _ in range(600):
        seen = look()
        if not goes_on(seen):
            return seen
        time.sleep(0.2)
    raise TimeoutError


def trained(client: Any, job_id: str) -> Any:
    def look() -> Any:
        return client.show_voice_training_job(sdk.ShowVoiceTrainingJobRequest(job_id=job_id))

    return ended(look, lambda job: job.state in ("WAITING", "PROCESSING"))


def basic(client: Any, archive: bytes) -> Json:
    """Twenty sentences in one archive."""
    order = sdk.CreateTrainingJobReq(
        voice_name="Quiet Harbor", sex="FEMALE", language="CN", create_type="PACKAGE", tag="NEWS", description="calm"
    )
    request = sdk.CreateTrainingBasicJobRequest(x_app_user_id="studio-user-7", body=order)
    made = client.create_training_basic_job(request)
    send(made.training_data_uploading_url, archive, "application/zip")
    send(made.authorization_letter_uploading_url, b"%PDF-1.4 I agree", "application/pdf")
    before = client.show_voice_training_job(sdk.ShowVoiceTrainingJobRequest(job_id=made.job_id)).state
    client.commit_voice_training_job(sdk.CommitVoiceTrainingJobRequest(job_id=made.job_id))
    job = trained(client, made.job_id)
    logs = client.list_job_operation_log(sdk.ListJobOperationLogRequest(job_id=made.job_id))
    audit = client.show_job_audit_result(sdk.ShowJobAuditResultRequest(job_id=made.job_id))
    return {
        "before": str(before),
        "job": job.to_dict(),
        "actions": [each.action for each in logs.operations],
        "audit_errors": len(audit.system_audit_result.errors),
    }


def segments(client: Any, pairs: list[tuple[bytes, bytes]]) -> Json:
    """Twenty sentences one by one, looked at and deleted."""
    order = sdk.CreateTrainingJobReq(voice_name="Piece by piece", create_type="SEGMENT")
    job_id = client.create_training_basic_job(sdk.CreateTrainingBasicJobRequest(body=order)).job_id
    urls = client.show_job_uploading_address(sdk.ShowJobUploadingAddressRequest(job_id=job_id)).segment_url
    confirmed = []
    for index, (audio, text) in enumerate(pairs[:2]):
        send(urls.audio_uploading_url[index], audio, "audio/wav")
        send(urls.txt_uploading_url[index], text, "text/plain")
        request = sdk.ConfirmTrainingSegmentRequest(job_id=job_id, index=index)
        confirmed.append(client.confirm_training_segment(request).confirm_result)
    shown = client.show_training_segment_info(sdk.ShowTrainingSegmentInfoRequest(job_id=job_id)).confirmed_index
    client.delete_voice_training_job(sdk.DeleteVoiceTrainingJobRequest(job_id=job_id))
    return {"urls": len(urls.audio_uploading_url), "confirmed": confirmed, "shown": shown}


def advance(client: Any, archive: bytes) -> Json:
    """One long recording; the commit changes the order."""
    order = sdk.CreateTrainingJobReq(
        voice_name="Draft name", create_type="PACKAGE", tag="LIVE", is_ondemand_resource=True
    )
    made = client.create_training_advance_job(sdk.CreateTrainingAdvanceJobRequest(body=order))
    url = client.show_job_uploading_address(sdk.ShowJobUploadingAddressRequest(job_id=made.job_id))
    send(url.package_url.training_data_uploading_url, archive, "application/zip")
    changes = sdk.CommitJobReq(voice_name="Loud Harbor & ~温柔/a+b")
    client.commit_voice_training_job(sdk.CommitVoiceTrainingJobRequest(job_id=made.job_id, body=changes))
    batch = sdk.SetJobBatchNameReq(batch_name="week-01", job_ids=[made.job_id])
    client.set_job_batch_name(sdk.SetJobBatchNameRequest(body=batch))
    return {"job": trained(client, made.job_id).to_dict()}


def lists(client: Any, now_s: int) -> Json:
    """The list with every filter at once, and with some."""

    def names(**filters: Any) -> list[str]:
        found = client.list_voice_training_job(sdk.ListVoiceTrainingJobRequest(**filters))
        assert found.count >= len(found.jobs)
        return [job.voice_name for job in found.jobs]

    def at(moved_s: int) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now_s + moved_s))

    everything = {
        "offset": 0,
        "limit": 5,
        "create_since": at(-3600),
        "create_until": at(3600),
        "update_since": at(-3600),
        "update_until": at(3600),
        "state": "SUCCEED,FAILED",
        "voice_name": "Loud Harbor & ~温柔/a+b",
        "tag": "LIVE",
        "job_type": "ADVANCE",
        "batch_name": "week-01",
        "sort_key": "update_time",
        "sort_dir": "asc",
        "is_ondemand_resource": True,
    }
    return {
        "all": names(),
        "everything": names(**everything),
        "oldest": names(sort_dir="asc", limit=1),
        "user": names(x_app_user_id="studio-user-7"),
        "waiting": names(state="WAITING"),
    }


def speech(client: Any, asset_id: str) -> Json:
    """A sound file, an audition, and the voice as an asset."""
    order = sdk.CreateAsyncTtsJobRequestBody(
        text="你好 hello", voice_asset_id=asset_id, speed=120, volume=160, audio_format="MP3", gen_srt=True
    )
    order.need_timestamp = True
    job_id = client.create_async_tts_job(sdk.CreateAsyncTtsJobRequest(body=order)).job_id
    job = ended(
        lambda: client.show_async_tts_job(sdk.ShowAsyncTtsJobRequest(job_id=job_id)),
        lambda job: job.state in ("WAITING", "PROCESSING"),
    )
    preview = sdk.CreateTtsAuditionRequestBody(text="你好。", emotion=asset_id)
    preview_id = client.create_tts_audition(sdk.CreateTtsAuditionRequest(body=preview)).job_id
    heard = ended(
        lambda: client.show_tts_audition_file(sdk.ShowTtsAuditionFileRequest(job_id=preview_id)),
        lambda heard: not heard.is_file_complete,
    )
    urls = [job.audio_file_url, job.audio_info_file_url, job.audio_srt_file_url, heard.files[0].download_url]
    checked = client.check_voice_asset(sdk.CheckVoiceAssetRequest(voice_asset_id=asset_id))
    return {
        "job": job.to_dict(),
        "fetched": [requests.get(url, timeout=60).status_code for url in urls],
        "checked": checked.asset_state,
    }


def assets(client: Any, asset_id: str) -> Json:
    """The voice as an asset: listed, changed, deleted, restored."""
    listed = client.list_assets(sdk.ListAssetsRequest(asset_type="VOICE_MODEL", asset_state="ACTIVED"))
    body = sdk.UpdateDigitalAssetRequestBody(asset_name="Renamed", tags=["calm"])
    renamed = client.update_digital_asset(sdk.UpdateDigitalAssetRequest(asset_id=asset_id, body=body))
    client.delete_asset(sdk.DeleteAssetRequest(asset_id=asset_id))
    deleting = client.show_asset(sdk.ShowAssetRequest(asset_id=asset_id)).asset_state
    client.restore_asset(sdk.RestoreAssetRequest(asset_id=asset_id))
    restored = client.show_asset(sdk.ShowAssetRequest(asset_id=asset_id))
    return {
        "listed": [asset.asset_name for asset in listed.assets],
        "request_id": listed.x_request_id,
        "renamed": [renamed.asset_name, renamed.tags],
        "deleting": deleting,
        "restored": restored.asset_state,
        "meta": listed.assets[0].asset_extra_meta.voice_model_meta.to_dict(),
    }


def vocabulary(client: Any, asset_id: str) -> Json:
    """Readings and groups."""
    group = sdk.CreateTtscVocabularyGroupsRequest(body=sdk.SaveTtscVocabularyGroupsRequestBody(group_name="towns"))
    group_id = client.create_ttsc_vocabulary_groups(group).id
    for_voices = sdk.SetTtscGroupAssetsRequestBody(asset_ids=[asset_id])
    client.set_ttsc_group_assets(sdk.SetTtscGroupAssetsRequest(group_id=group_id, body=for_voices))
    word = sdk.SaveTtscVocabularyConfigsRequestBody(
        type="CHINESE_G2P", key="重庆", value="chong2 qing4", group_id=group_id
    )
    word_id = client.create_ttsc_vocabulary_configs(sdk.CreateTtscVocabularyConfigsRequest(body=word)).id
    found = client.list_ttsc_vocabulary_configs(sdk.ListTtscVocabularyConfigsRequest(asset_id=asset_id))
    gone = sdk.DeleteTtscVocabularyConfigsRequestBody(id=[word_id])
    client.delete_ttsc_vocabulary_configs(sdk.DeleteTtscVocabularyConfigsRequest(body=gone))
    client.delete_ttsc_vocabulary_groups(sdk.DeleteTtscVocabularyGroupsRequest(group_id=group_id))
    left = client.list_ttsc_vocabulary_groups(sdk.ListTtscVocabularyGroupsRequest())
    return {"found": [each.key for each in found.data], "left": left.count}


def tenant(client: Any) -> Json:
    """What may be trained."""
    durations = client.show_tenant_duration_cfg(sdk.ShowTenantDurationCfgRequest())
    quotas = client.show_voice_training_quotas(sdk.ShowVoiceTrainingQuotasRequest())
    return {"basic_min": durations.basic_min, "left": quotas.resource_available_nums.basic}


def refusals(client: Any, told: Json) -> list[Any]:
    """Errors as the SDK raises them: class, status, code, whether there is a request id."""
    wrong = made_client({**told, "secret": "wrong-" + told["secret"]})
    elsewhere = made_client({**told, "project_id": "0" * 32})
    seen = []
    attempts: list[Callable[[], Any]] = [
        lambda: client.list_voice_training_job(sdk.ListVoiceTrainingJobRequest(state="HAPPY")),
        lambda: client.show_voice_training_job(sdk.ShowVoiceTrainingJobRequest(job_id="f" * 32)),
        lambda: client.show_async_tts_job(sdk.ShowAsyncTtsJobRequest(job_id="f" * 32)),
        lambda: wrong.list_voice_training_job(sdk.ListVoiceTrainingJobRequest()),
        lambda: elsewhere.list_voice_training_job(sdk.ListVoiceTrainingJobRequest()),
    ]
    for attempt in attempts:
        try:
            attempt()
        except exceptions.ClientRequestException as error:
            seen.append([type(error).__name__, error.status_code, error.error_code, bool(error.request_id)])
    return seen


def with_token(client: Any, told: Json) -> int:
    """The list, asked for with a token instead of a signature."""
    user = {"name": told["access"], "password": told["secret"], "domain": {"name": "any"}}
    identity: Json = {"methods": ["password"], "password": {"user": user}}
    answer = requests.post(told["endpoint"] + "/v3/auth/tokens", json={"auth": {"identity": identity}}, timeout=60)
    client.preset_headers = {"X-Auth-Token": answer.headers["X-Subject-Token"], "Authorization": "-"}
    return int(client.list_voice_training_job(sdk.ListVoiceTrainingJobRequest()).count)


def main() -> None:
    told = json.load(sys.stdin)
    client = made_client(told)
    pairs = [(b64decode(audio), b64decode(text)) for audio, text in told["pairs"]]
    seen: Json = {"basic": basic(client, b64decode(told["sentences"]))}
    asset_id = seen["basic"]["job"]["asset_id"]
    seen["segments"] = segments(client, pairs)
    seen["advance"] = advance(client, b64decode(told["long"]))
    seen["lists"] = lists(client, int(time.time()))
    seen["speech"] = speech(client, asset_id)
    seen["vocabulary"] = vocabulary(client, asset_id)
    seen["assets"] = assets(client, asset_id)
    seen["tenant"] = tenant(client)
    seen["refusals"] = refusals(client, told)
    seen["with_token"] = with_token(client, told)
    json.dump(seen, sys.stdout, default=str)


if __name__ == "__main__":
    main()
