"""A door with TLS in front of a server: some clients know no other."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


def certificate(folder: Path) -> Path:
    """A certificate of our own for this machine, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "tls.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@contextmanager
def tls_before(url: str, certificate: Path) -> Iterator[str]:
    """The address of a door that passes on what comes to the server at `url`."""
    inside = (HOST, int(url.rpartition(":")[2]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server((HOST, 0)) as door:
        Thread(target=_let_in, args=(door, context, inside), daemon=True).start()
        yield f"https://{HOST}:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)


def _let_in(door: socket.socket, context: ssl.SSLContext, inside: tuple[str, int]) -> None:
    while True:
        try:
            plain, _ = door.accept()
        except OSError:
            return
        Thread(target=_serve, args=(plain, context, inside), daemon=True).start()


def _serve(plain: socket.socket, context: ssl.SSLContext, inside: tuple[str, int]) -> None:
    """Both ways at once; TLS is not for two threads at a time, so it is read with a short patience."""
    with (
        suppress(OSError),
        context.wrap_socket(plain, server_side=True) as outer,
        socket.create_connection(inside) as inner,
    ):
        outer.settimeout(0.01)
        inner.settimeout(0.01)
        while _passed(outer, inner) and _passed(inner, outer):
            pass


def _passed(source: socket.socket, target: socket.socket) -> bool:
    """Whether there may be more."""
    try:
        content = source.recv(65_536)
    except TimeoutError:
        return True
    target.settimeout(10)
    target.sendall(content)
    target.settimeout(0.01)
    return bool(content)
