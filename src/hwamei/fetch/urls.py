"""Addresses as somebody wrote them: only what can be read in one way goes on."""

from __future__ import annotations

import re

import httpx

from hwamei.domain.errors import UrlRefused

_AUTHORITY = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)")
_READ_IN_MANY_WAYS = re.compile(r"[\\%\s\x00-\x1f\x7f]")
_NAME = re.compile(r"(?=.{1,254}$)([A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?")
_DOTTED_QUAD = re.compile(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}")
_ENDS_IN_A_NUMBER = re.compile(r"(^|\.)([0-9]+|0[xX][0-9A-Fa-f]*)\.?$")  # so that it is an IPv4 address to browsers


def parse_url(given: str) -> httpx.URL:
    """The address, its host a name, a plain IPv4 address or an IPv6 address. Raises UrlRefused."""
    found = _AUTHORITY.match(given.strip())
    if found is None:
        raise UrlRefused(
            url=shown(given), problem="it is no whole address; give one that begins with http:// or https://"
        )
    if found["scheme"].lower() not in ("http", "https"):
        raise UrlRefused(url=shown(given), problem="only http and https are called")
    if "@" in found["authority"]:
        raise UrlRefused(url=shown(given), problem="it has a user name in it; give an address that works without")
    if _READ_IN_MANY_WAYS.search(found["authority"]):
        raise UrlRefused(url=shown(given), problem="its host has characters that a host cannot have")
    return _checked(given)


def shown(url: httpx.URL | str) -> str:
    """The address as messages and logs have it: without user name, password and query, which may be secrets."""
    return re.sub(r"//[^/]*@", "//", re.split(r"[?#]", str(url), maxsplit=1)[0])


def _checked(given: str) -> httpx.URL:
    try:
        url = httpx.URL(given.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise UrlRefused(url=shown(given), problem=f"it cannot be read ({error})") from error
    if not url.host:
        raise UrlRefused(url=shown(given), problem="it names no host")
    if url.port is not None and not 1 <= url.port <= 65_535:
        raise UrlRefused(url=shown(given), problem="its port is not between 1 and 65535")
    if ":" not in (host := url.raw_host.decode("ascii")):
        _check_name(host, given)
    return url


def _check_name(host: str, given: str) -> None:
    if not _NAME.fullmatch(host):
        raise UrlRefused(url=shown(given), problem="its host is no name that a host can have")
    if _ENDS_IN_A_NUMBER.search(host) and not _DOTTED_QUAD.fullmatch(host):
        raise UrlRefused(url=shown(given), problem="its host is a number; write it as 203.0.113.9, or give a name")
