"""Invitations and new credentials over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import httpx

from hwamei.domain.app import Credentials
from hwamei.domain.errors import NotFound
from hwamei.service.invitations import GOOD_FOR, STUDIO_APP, Invitations
from tests.serving import API, Site


def sign_in(site: Site, invitation: str) -> httpx.Response:
    return httpx.post(f"{site.url}{API}/sign-in", json={"invitation": invitation}, timeout=60)


def test_an_invitation_signs_in_once(site: Site) -> None:
    invitation = site.platform.invitations.issue()
    first, second = sign_in(site, invitation), sign_in(site, invitation)
    assert (first.status_code, second.status_code) == (201, 404)
    assert first.headers["cache-control"] == "no-store"
    me = httpx.get(f"{site.url}{API}/me", headers={"Authorization": f"Bearer {first.json()['api_key']}"})
    assert me.json()["id"] == first.json()["app_id"] == STUDIO_APP


def test_of_many_who_send_it_at_once_one_is_signed_in(site: Site) -> None:
    invitation, statuses = site.platform.invitations.issue(), list[int]()
    senders = [Thread(target=lambda: statuses.append(sign_in(site, invitation).status_code)) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(statuses) == [201, *[404] * 7]


def test_a_later_invitation_gives_the_same_app_a_new_key(site: Site) -> None:
    before, after = (sign_in(site, site.platform.invitations.issue()).json() for _ in range(2))
    assert before["app_id"] == after["app_id"]
    old, new = (
        httpx.get(f"{site.url}{API}/me", headers={"Authorization": f"Bearer {each['api_key']}"}).status_code
        for each in (before, after)
    )
    assert (old, new) == (401, 200)


def test_what_is_no_invitation_is_not_found(site: Site) -> None:
    for wrong in ("x", "hw_" + "a" * 43, "画眉"):
        assert sign_in(site, wrong).json()["error"]["code"] == "not_found"
    assert sign_in(site, "").status_code == 422


def test_an_invitation_is_over_after_an_hour(site: Site) -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    invitations = Invitations(site.platform.accounts, lambda: now[0], lambda size: "s" * size)
    secret = invitations.issue()
    now[0] += GOOD_FOR + timedelta(seconds=1)
    try:
        invitations.redeem(secret)
    except NotFound:
        return
    raise AssertionError("it was taken")


def test_an_app_gets_a_new_key_and_names_itself_to_get_it(site: Site) -> None:
    credentials: Credentials = site.credentials()
    with httpx.Client(base_url=site.url + API, headers={"Authorization": f"Bearer {credentials.api_key}"}) as mine:
        assert mine.post("/me/rotate", json={"app_id": "another"}).status_code == 422
        assert mine.get("/me").status_code == 200
        new = mine.post("/me/rotate", json={"app_id": credentials.app_id}).json()
        assert new["api_key"] != credentials.api_key
        assert mine.get("/me").status_code == 401
        mine.headers["Authorization"] = f"Bearer {new['api_key']}"
        assert mine.get("/me").json()["id"] == credentials.app_id
