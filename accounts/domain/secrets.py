"""Hashes, derived token ids, image tokens and audit MACs: functions of their arguments, no settings, no database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from uuid import UUID


def sha256_hex(secret: str) -> str:
    """How a high-entropy secret (token id, ticket) is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_hex(key: str, *parts: str) -> str:
    """HMAC-SHA256 of the parts, each preceded by its length, so that no two lists of parts collide."""
    message = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in parts)
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def next_token_id(key: str, session_id: UUID, token_id: str) -> str:
    """The id that follows `token_id` when it rotates: always the same one, so that a repeat gets the same token."""
    return keyed_hex(key, "refresh", str(session_id), token_id)


def image_token(key: str, *, page_id: UUID, variant: str, user_id: UUID, session_id: UUID, expires_at: int) -> str:
    """`<expiry in epoch seconds>.<MAC>`: useless for another page, variant, user or session."""
    mac = keyed_hex(key, "image", str(page_id), variant, str(user_id), str(session_id), str(expires_at))
    return f"{expires_at}.{base64.urlsafe_b64encode(bytes.fromhex(mac)).decode().rstrip('=')}"


def image_token_expiry(token: str) -> int | None:
    """What the token claims; believe it only if the token equals the one made from it. None: malformed."""
    expiry, _, mac = token.partition(".")
    return int(expiry) if expiry.isascii() and expiry.isdigit() and len(expiry) <= 12 and mac else None


def is_same(one: str, other: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def chain_mac(key: str, previous_mac: str, values: Sequence[object]) -> str:
    """MAC of one link: the previous MAC and the entry's values as canonical JSON."""
    return keyed_hex(key, "audit", previous_mac, json.dumps(values, sort_keys=True, separators=(",", ":")))


def chain_value(value: object) -> object:
    """A value as it comes back from a JSON column: floats and foreign types as text, because jsonb rewrites numbers."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        return {str(key): chain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return [chain_value(item) for item in items]
    return str(value)
