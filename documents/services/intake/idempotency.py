"""Idempotency keys: a repeated submission gives the batch of the first one, another one with its key is refused.

A key is one person's, and is remembered as long as its batch: when that is deleted, the key may be used again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from uuid import UUID

from accounts.access import Access
from documents.domain.refusals import BATCH_BEING_DELETED, IDEMPOTENCY_KEY_FORM
from documents.models import Batch, BatchDeletion
from idp_project.core.errors import Conflict, IdpError, InvalidInput
from idp_project.core.reasons import define
from idp_project.core.translation import gettext_noop as _

LONGEST_KEY: int = Batch._meta.get_field("idempotency_key").max_length or 0


class IdempotencyKeyReused(IdpError):
    """The key belongs to a submission with other content; `as_dict` says which batch that became."""

    code = "idempotency_key_reused"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY
    default_message = define(
        "idempotency_key_reused",
        _(
            "This Idempotency-Key was used before, with other content. Nothing of this request was stored. "
            "Send it with a new key; to repeat the earlier request, send it unchanged."
        ),
    )

    def __init__(self, batch_id: UUID) -> None:
        super().__init__()
        self.batch_id = batch_id

    def as_dict(self) -> dict[str, object]:
        return super().as_dict() | {"batch_id": str(self.batch_id)}

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.batch_id,))


@dataclass(frozen=True)
class Submission:
    """What is asked for beside the bytes of files. `source` is the door: the same key at another one is
    another request."""

    source: str
    team_id: UUID
    schema_id: UUID | None
    name: str
    priority: int
    upload_ids: Sequence[UUID]

    def digest(self, files: Iterable[tuple[str, str]]) -> str:
        """SHA-256 in hex over all of it and over `(name, sha256)` of every file, in their order."""
        content = asdict(self) | {"upload_ids": list(self.upload_ids), "files": [list(file) for file in files]}
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def idempotency_key_check(key: str | None) -> str:
    """The key, empty for None. Raises InvalidInput for one that is empty, too long or not printable."""
    if key is None:
        return ""
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidInput(IDEMPOTENCY_KEY_FORM(most=LONGEST_KEY), code="invalid_idempotency_key")
    return key


def earlier_batch(access: Access, key: str) -> Batch | None:
    """What the asker submitted with the key."""
    if not key:
        return None
    return Batch.objects.filter(submitted_by_id=access.user_id, idempotency_key=key).first()


def repeated_batch(earlier: Batch, digest: str) -> Batch:
    """The earlier batch, where the repeated request has its content; a batch from before digests were kept has none.

    Raises IdempotencyKeyReused for other content, Conflict where the batch is being deleted.
    """
    if earlier.idempotency_digest not in ("", digest):
        raise IdempotencyKeyReused(earlier.id)
    if BatchDeletion.objects.filter(batch=earlier, finished_at__isnull=True).exists():
        raise Conflict(BATCH_BEING_DELETED(), code="batch_being_deleted")
    return earlier
