"""Which addresses belong to the public internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwamei.fetch.addresses import is_public

NOT_PUBLIC = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.1.2.3
    168.63.129.16 169.254.169.254 169.254.0.1 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1
    198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::808:808
    100::1 2001::1 2001:db8::1 2001:10::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1
    fe80::1 fe80::1%lo fec0::1 ff02::1 2606:4700::5efe:10.0.0.1 2606:4700::200:5efe:10.0.0.1
""".split()
PUBLIC = """
    1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.0.1 223.255.255.255
    2606:4700:4700::1111 2400:3200::1 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8
""".split()

v4 = st.integers(0, 2**32 - 1).map(IPv4Address)
private_v4 = st.sampled_from(["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16"]).flatmap(
    lambda network: st.ip_addresses(v=4, network=network)
)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_on_the_public_internet_is_not_called(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_on_the_public_internet_is_called(address: str) -> None:
    assert is_public(ip_address(address))


@given(address=st.one_of(v4, st.integers(0, 2**128 - 1).map(IPv6Address)))
def test_nothing_is_public_that_python_knows_to_be_something_else(address: IPv4Address | IPv6Address) -> None:
    """An independent table. (Of forms that embed a public IPv4 address ours is the stricter one, but for NAT64.)"""
    special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or (isinstance(address, IPv4Address) and address.is_reserved)
        or (isinstance(address, IPv6Address) and address.is_site_local)
    )
    assert not (special and is_public(address))


@pytest.mark.parametrize("network", ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"])
def test_a_private_network_is_private_from_its_first_address_to_its_last(network: str) -> None:
    whole = IPv4Network(network)
    assert not is_public(whole.network_address)
    assert not is_public(whole.broadcast_address)
    assert is_public(whole.network_address - 1)
    assert is_public(whole.broadcast_address + 1)


def _mapped(inner: int, _: int) -> int:
    return 0xFFFF << 32 | inner


def _compatible(inner: int, _: int) -> int:
    return inner


def _translated(inner: int, _: int) -> int:
    return 0xFFFF << 48 | inner


def _nat64(inner: int, _: int) -> int:
    return 0x64_FF9B << 96 | inner


def _local_nat64(inner: int, rest: int) -> int:
    return 0x64_FF9B_0001 << 80 | (rest & 0xFFFF_FFFF) << 32 | inner


def _six_to_four(inner: int, rest: int) -> int:
    return 0x2002 << 112 | inner << 80 | rest & (1 << 80) - 1


def _teredo(inner: int, rest: int) -> int:
    return 0x2001_0000 << 96 | (rest & 0xFFFF_FFFF) << 64 | (inner ^ 0xFFFF_FFFF)


def _isatap(inner: int, rest: int) -> int:
    return 0x2606_4700 << 96 | (rest & 0xFFFF_FFFF) << 64 | 0x5EFE << 32 | inner


EMBEDDINGS = [_mapped, _compatible, _translated, _nat64, _local_nat64, _six_to_four, _teredo, _isatap]


@given(inner=private_v4, embed=st.sampled_from(EMBEDDINGS), rest=st.integers(0, 2**96 - 1))
def test_no_form_of_ipv6_hides_a_private_ipv4_address(inner: IPv4Address, embed: object, rest: int) -> None:
    assert callable(embed)
    assert not is_public(IPv6Address(embed(int(inner), rest)))


@given(inner=v4)
def test_mapped_and_translated_addresses_are_judged_as_the_address_inside(inner: IPv4Address) -> None:
    assert is_public(IPv6Address(_mapped(int(inner), 0))) == is_public(inner)
    assert is_public(IPv6Address(_nat64(int(inner), 0))) == is_public(inner)
