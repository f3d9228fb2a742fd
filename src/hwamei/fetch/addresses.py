"""Which addresses belong to the public internet.

IPv4: everything but what IANA's special-purpose registry sets apart (RFC 6890 and its updates). IPv6: only what is
handed out as global unicast (2000::/3), less what is special in it, and what stands for a public IPv4 address.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host; Linux connects to itself
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a carrier's customers; 100.100.100.200 is a metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's wire server, reachable from its machines only
        "169.254.0.0/16",  # link-local; 169.254.169.254 is the metadata service of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a metadata service
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments; 2001::/32 is Teredo, which carries an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "3fff::/20",  # documentation
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: how an IPv6-only machine reaches the public IPv4 internet
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)  # RFC 5214: the third quarter of an address that carries an IPv4 address


def is_public(address: Address) -> bool:
    """Whether the address can only be somebody on the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_V4)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    isatap = int(address) >> 32 & 0xFFFF_FFFF in _ISATAP
    return address in _GLOBAL_V6 and not isatap and not any(address in network for network in _NOT_PUBLIC_V6)


def any_address(_: Address) -> bool:
    """The rule of a closed network: everything may be called."""
    return True


def parsed(address: str) -> Address:
    """What a resolver gave. Raises ValueError."""
    return ip_address(address)
