"""Fingerprints of the keys that stored data depends on: no settings, no database, no Django.

The default database, a backup's manifest and the supervisor all compare keys by this one rule. A fingerprint is an
HMAC-SHA256 under the key itself, so it tells nothing about the key and two keys never share one by accident.
JWT_SIGNING_KEY and IMAGE_TOKEN_KEY are not among them: no stored row needs them, people only sign in again.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

SECRET_KEY, AUDIT_MAC_KEY, SALTS = "SECRET_KEY", "AUDIT_MAC_KEY", "FIELD_ENCRYPTION_SALTS"


def default_audit_key(secret_key: str) -> str:
    """The key of the audit chain where AUDIT_MAC_KEY is not set."""
    return f"{secret_key}:audit"


def fingerprint(name: str, value: str) -> str:
    """64 hexadecimal digits that stand for this value of the key called `name`."""
    return hmac.new(value.encode(), f"fingerprint of {name}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class DataKeys:
    """The accepted values of each key. The first one writes; the others, kept during a rotation, only read."""

    secret_keys: tuple[str, ...]
    audit_keys: tuple[str, ...]
    salts: tuple[str, ...]

    @classmethod
    def of(cls, secret_key: str, fallbacks: Sequence[str], audit_mac_key: str, salts: Sequence[str]) -> DataKeys:
        """An audit key that follows from SECRET_KEY is accepted under the earlier secret keys too."""
        is_derived = audit_mac_key == default_audit_key(secret_key)
        audit_keys = (audit_mac_key, *(map(default_audit_key, fallbacks) if is_derived else ()))
        return cls((secret_key, *fallbacks), audit_keys, tuple(salts))

    @classmethod
    def from_environment(cls, values: Mapping[str, str]) -> DataKeys | None:
        """Reads the keys as Django's settings do; None where SECRET_KEY or the salts are missing."""
        secret_key, salts = values.get(SECRET_KEY, ""), _listed(values.get(SALTS, ""))
        if not secret_key or not salts:
            return None
        audit_mac_key = values.get(AUDIT_MAC_KEY) or default_audit_key(secret_key)
        return cls.of(secret_key, _listed(values.get("SECRET_KEY_FALLBACKS", "")), audit_mac_key, salts)

    def newest(self) -> dict[str, str]:
        """Name → fingerprint of the value that writes."""
        return {name: fingerprint(name, values[0]) for name, values in self._by_name().items()}

    def differing(self, needed: Mapping[str, Collection[str]]) -> list[str]:
        """Names of the keys of which a needed fingerprint belongs to no accepted value; empty where all keys fit.

        `needed`: name → fingerprints. An audit key that only follows from a wrong SECRET_KEY is not named as well.
        """
        accepted = {name: {fingerprint(name, value) for value in values} for name, values in self._by_name().items()}
        names = [name for name, prints in needed.items() if not set(prints) <= accepted.get(name, set())]
        is_derived = self.audit_keys[0] == default_audit_key(self.secret_keys[0])
        if SECRET_KEY in names and AUDIT_MAC_KEY in names and is_derived:
            names.remove(AUDIT_MAC_KEY)
        return sorted(names)

    def _by_name(self) -> dict[str, tuple[str, ...]]:
        return {SECRET_KEY: self.secret_keys, AUDIT_MAC_KEY: self.audit_keys, SALTS: self.salts}


def grouped(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """(name, fingerprint) pairs as name → fingerprints."""
    found: dict[str, list[str]] = {}
    for name, value in rows:
        found.setdefault(name, []).append(value)
    return found


def differing_message(names: Sequence[str], cure: str) -> str:
    """The one sentence that every process says; `cure` tells what to do."""
    return f"The keys of this installation differ from those its database was made with: {', '.join(names)}. {cure}"


def other_secrets_message(names: Sequence[str]) -> str:
    """What a restore says, the command and the supervisor alike."""
    return (
        f"This system has other secrets than the one that the backup is of: {', '.join(names)}. Stored keys could not be "
        "decrypted, nor the audit trail verified. Put its `secrets` (or your own keys) in place first, or say --other-keys."
    )


def _listed(text: str) -> list[str]:
    """Splits a list as `env.list` does."""
    return [item for item in text.split(",") if item]
