"""The server's own key: what it encrypts secrets with and signs addresses with, in a file that only its owner reads."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hwamei.domain.errors import StoreUnavailable

KEY_BYTES = 32
_NONCE_BYTES = 12  # AES-GCM, NIST SP 800-38D
_SEALING = "sealing, version 1"


class Key:
    """32 random bytes that nothing but this class sees. Safe to share between threads."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._cipher = AESGCM(self.derived(_SEALING))

    def seal(self, text: str, *, about: str) -> bytes:
        """The text, encrypted and authenticated; it opens only as `about` the same."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())

    def open(self, sealed: bytes, *, about: str) -> str:
        """The text. Raises StoreUnavailable if it was sealed with another key, about something else, or is damaged."""
        try:
            nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return self._cipher.decrypt(nonce, content, about.encode()).decode()
        except (InvalidTag, ValueError) as error:
            problem = f"it does not open the secret of {about}; put back the key file that sealed it, or rotate the app"
            raise StoreUnavailable(store="key file", problem=problem) from error

    def derived(self, purpose: str) -> bytes:
        """32 bytes for one purpose; those for another tell nothing of them (HKDF, RFC 5869)."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"hwamei {purpose}".encode()).derive(self._key)


def open_key(path: Path) -> Key:
    """The key in the file, which is made if it is not there; two processes that start together get the same.

    Raises StoreUnavailable.
    """
    try:
        if not path.exists():
            _make(path)
        content = path.read_bytes()
    except OSError as error:
        raise StoreUnavailable(store="key file", problem=f"{path}: {error.strerror}") from error
    if len(content) != KEY_BYTES:
        problem = f"{path} has {len(content)} bytes, a key has {KEY_BYTES}; put back the file that it was"
        raise StoreUnavailable(store="key file", problem=problem)
    return Key(content)


def _make(path: Path) -> None:
    """A link appears with its whole content, and not where there is one already: the first of two stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as file:  # made for its owner only
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return
