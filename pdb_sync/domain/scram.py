"""SCRAM-SHA-256 verifiers (RFC 5802, RFC 7677) in the form that PostgreSQL stores: a password never leaves this process."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64encode

ITERATIONS = 4096  # PostgreSQL's own; the passwords are random, so that more of them protect nothing


def scram_verifier(password: str, salt: bytes | None = None) -> str:
    """`SCRAM-SHA-256$iterations:salt$stored key:server key` of an ASCII password."""
    salt = secrets.token_bytes(16) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = [b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${ITERATIONS}:{encoded[0]}${encoded[1]}:{encoded[2]}"
