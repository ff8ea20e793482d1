"""Approving although a check fails: the reasons a person may give, and what is kept of each failed check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from documents.domain.checks.present_values import labels_of
from documents.domain.checks.sub_document_checks import failed_among
from documents.domain.schema_spec import SchemaSpec
from documents.domain.translation import gettext_noop
from documents.domain.values import CheckResult
from idp_project.core.errors import Conflict, InvalidInput

LONGEST_TEXT = 2000


class OverrideCode(StrEnum):
    """Why a person approves although a check fails. The codes are stored and never change."""

    PRINTED_SO = "printed_so"
    CHECK_DOES_NOT_FIT = "check_does_not_fit"
    AGREED_WITH_SENDER = "agreed_with_sender"
    OTHER = "other"  # needs a text

    @property
    def words(self) -> str:
        """For people; pages translate them."""
        return _WORDS[self]


_WORDS = {
    OverrideCode.PRINTED_SO: gettext_noop("The document itself says so, or leaves it out"),
    OverrideCode.CHECK_DOES_NOT_FIT: gettext_noop("The check does not fit this document"),
    OverrideCode.AGREED_WITH_SENDER: gettext_noop("Agreed with the sender"),
    OverrideCode.OTHER: gettext_noop("Another reason"),
}


@dataclass(frozen=True)
class OverrideReason:
    """What a person answers to the failed checks of one decision."""

    code: OverrideCode
    text: str = ""

    @classmethod
    def of(cls, code: str, text: str = "") -> Self:
        """Raises InvalidInput for an unknown code, a text that is too long, and `other` without a text."""
        if code not in list(OverrideCode):
            known = ", ".join(OverrideCode)
            raise InvalidInput(f"Choose a reason for the failed checks: one of {known}.", code="unknown_override")
        text = text.strip()
        if code == OverrideCode.OTHER and not text:
            raise InvalidInput("Say in your own words why it is approved all the same.", code="override_text_missing")
        if len(text) > LONGEST_TEXT or "\x00" in text:
            raise InvalidInput(f"The reason is plain text of at most {LONGEST_TEXT} characters.")
        return cls(OverrideCode(code), text)


@dataclass(frozen=True)
class Override:
    """One failed check with which a person approved. `by` is a display name, `at` ISO 8601 in UTC.

    `fields` are names as checks use them, `message` is what the check said then.
    """

    check: str
    fields: tuple[str, ...]
    message: str
    code: str
    text: str
    by: str
    at: str

    @property
    def sentence(self) -> str:
        """For people, in a table or a line of text."""
        why = OverrideCode(self.code).words if self.code in list(OverrideCode) else self.code
        return f"{self.message.removesuffix('.')}. Approved by {self.by}: {why}{f' – {self.text}' if self.text else ''}"

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"fields": list(self.fields)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(**{name: data[name] for name in _NAMES} | {"fields": tuple(data["fields"])})


_NAMES = tuple(Override.__dataclass_fields__)


def overrides_of(failed: Iterable[CheckResult], reason: OverrideReason, *, by: str, at: str) -> tuple[Override, ...]:
    """One for each failed check; the one reason of the decision stands in all of them."""
    return tuple(
        Override(result.check, result.fields, result.message, reason.code.value, reason.text, by, at)
        for result in failed
    )


def failed_check_views(schema: SchemaSpec | None, results: Iterable[CheckResult]) -> list[dict[str, Any]]:
    """The failed checks for people and programs: check, fields, labels, message."""
    return [
        {
            "check": result.check,
            "fields": list(result.fields),
            "labels": list(labels_of(schema, result.fields)) if schema else list(result.fields),
            "message": result.message,
        }
        for result in failed_among(results)
    ]


class FailedChecks(Conflict):
    """An approval without a reason while checks fail. `failed_checks` are views of them."""

    code = "failed_checks"
    default_message = "Some checks fail. Correct the values, or approve with a reason."

    def __init__(
        self, message: str | None = None, *, code: str | None = None, failed_checks: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.failed_checks = failed_checks or []

    def as_dict(self) -> dict[str, object]:
        return super().as_dict() | {"failed_checks": self.failed_checks}
