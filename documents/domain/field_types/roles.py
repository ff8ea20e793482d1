"""The part that a field plays in a business document, guessed from its name and labels."""

from __future__ import annotations

from enum import StrEnum

from documents.domain.words import Words, phrase_pattern


class Role(StrEnum):
    """OTHER where nothing speaks for one."""

    TOTAL = "total"
    SUBTOTAL = "subtotal"
    TAX = "tax"
    ISSUE_DATE = "issue_date"
    DUE_DATE = "due_date"
    OTHER_DATE = "other_date"
    ISSUER = "issuer"
    RECIPIENT = "recipient"
    ISSUER_ADDRESS = "issuer_address"
    RECIPIENT_ADDRESS = "recipient_address"
    OTHER = "other"


def party_role(names: tuple[str, ...], words: Words, issuer: Role, recipient: Role) -> Role:
    """Whose name or address it is, by the field's name and its first label."""
    first = " ".join(names[:2])
    if phrase_pattern(words, "recipient").search(first):
        return recipient
    return issuer if phrase_pattern(words, "issuer").search(first) else Role.OTHER
