"""Approving although a check fails: the reasons a person may give, and what is kept of each failed check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from documents.domain.checks.present_values import labels_of
from documents.domain.reasons import OVERRIDE_ACCEPTED, OVERRIDE_ACCEPTED_WITH_TEXT
from documents.domain.refusals import (
    NOT_RECEIVED_BEFORE,
    OVERRIDE_TEXT_FORM,
    OVERRIDE_TEXT_MISSING,
    SAY_COPY_OR_NEW,
    UNKNOWN_OVERRIDE,
)
from documents.domain.schema_spec import SchemaSpec
from documents.domain.values import CheckResult
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.reasons import Reason, define, legacy, reason_of, reasons_of
from idp_project.core.translation import gettext_noop
from idp_project.core.translation import gettext_noop as _

LONGEST_TEXT = 2000


class OverrideCode(StrEnum):
    """Why a person approves although a check fails. The codes are stored and never change."""

    PRINTED_SO = "printed_so"
    CHECK_DOES_NOT_FIT = "check_does_not_fit"
    AGREED_WITH_SENDER = "agreed_with_sender"
    OTHER = "other"  # needs a text
    NEW_DOCUMENT = "new_document"  # of one that is the same as an earlier one: a document of its own
    CORRECTION = "correction"  # of one that is the same as an earlier one: takes its place

    @property
    def words(self) -> str:
        """For people; pages translate them."""
        return _WORDS[self]


_WORDS = {
    OverrideCode.PRINTED_SO: gettext_noop("The document itself says so, or leaves it out"),
    OverrideCode.CHECK_DOES_NOT_FIT: gettext_noop("The check does not fit this document"),
    OverrideCode.AGREED_WITH_SENDER: gettext_noop("Agreed with the sender"),
    OverrideCode.OTHER: gettext_noop("Another reason"),
    OverrideCode.NEW_DOCUMENT: gettext_noop("It is a new document, no copy of the earlier one"),
    OverrideCode.CORRECTION: gettext_noop("It corrects the earlier one, which is withdrawn"),
}
RECEIVED_CHECK = "not_received_before"  # fails where the same was received earlier
ANSWERS_TO_RECEIVED = frozenset({OverrideCode.NEW_DOCUMENT, OverrideCode.CORRECTION})


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
            raise InvalidInput(UNKNOWN_OVERRIDE(known=known), code="unknown_override")
        text = text.strip()
        if code == OverrideCode.OTHER and not text:
            raise InvalidInput(OVERRIDE_TEXT_MISSING(), code="override_text_missing")
        if len(text) > LONGEST_TEXT or "\x00" in text:
            raise InvalidInput(OVERRIDE_TEXT_FORM(most=LONGEST_TEXT))
        return cls(OverrideCode(code), text)


@dataclass(frozen=True)
class Override:
    """One failed check with which a person approved. `by` is a display name, `at` ISO 8601 in UTC.

    `fields` are names as checks use them. `message` is what the check said then, in the source language, as analysts read
    it; `reason` is the same as data, and not there in what was approved before reasons were.
    """

    check: str
    fields: tuple[str, ...]
    message: str
    code: str
    text: str
    by: str
    at: str
    reason: Reason | None = None

    @property
    def said(self) -> str:
        """What the check said, for people."""
        return self.reason.text if self.reason else self.message

    @property
    def accepted(self) -> Reason:
        """That it was approved all the same, and why."""
        why = OverrideCode(self.code).words if self.code in list(OverrideCode) else self.code
        told = {"check": self.reason or legacy(self.message), "by": self.by, "why": why}
        return OVERRIDE_ACCEPTED_WITH_TEXT(**told, text=self.text) if self.text else OVERRIDE_ACCEPTED(**told)

    def to_dict(self) -> dict[str, Any]:
        data = {name: getattr(self, name) for name in _NAMES} | {"fields": list(self.fields)}
        return data | {"reason": self.reason.to_dict()} if self.reason else data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        plain = {name: data[name] for name in _NAMES} | {"fields": tuple(data["fields"])}
        return cls(**plain, reason=reason_of(data.get("reason")))


_NAMES = tuple(name for name in Override.__dataclass_fields__ if name != "reason")


def overrides_of(failed: Iterable[CheckResult], reason: OverrideReason, *, by: str, at: str) -> tuple[Override, ...]:
    """One for each failed check; the one reason of the decision stands in all of them."""
    return tuple(
        Override(
            result.check,
            result.fields,
            result.reason.source_text if result.reason else "",
            reason.code.value,
            reason.text,
            by,
            at,
            result.reason,
        )
        for result in failed
    )


def check_answers(failed: Iterable[CheckResult], reason: OverrideReason) -> None:
    """Raises InvalidInput where the reason does not answer the failed checks: whether one that was received before is a new
    document or a correction is said, and only of such a one."""
    was_received = any(result.check == RECEIVED_CHECK for result in failed)
    if was_received != (reason.code in ANSWERS_TO_RECEIVED):
        raise InvalidInput(SAY_COPY_OR_NEW() if was_received else NOT_RECEIVED_BEFORE(), code="wrong_override")


def failed_check_views(schema: SchemaSpec | None, results: Iterable[CheckResult]) -> list[dict[str, Any]]:
    """Checks that did not pass, for people and programs: check, fields, labels, message, and the reason as data."""
    return [
        {
            "check": result.check,
            "fields": list(result.fields),
            "labels": list(labels_of(schema, result.fields)) if schema else list(result.fields),
            "message": result.message,
            "reason_data": result.reason.shown() if result.reason else None,
        }
        for result in results
    ]


class FailedChecks(Conflict):
    """An approval without a reason while checks fail. `failed_checks` are views of them."""

    code = "failed_checks"
    default_message = define("failed_checks", _("Some checks fail. Correct the values, or approve with a reason."))

    def __init__(
        self,
        message: Reason | str | None = None,
        *,
        code: str | None = None,
        failed_checks: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.failed_checks = failed_checks or []

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What the failed checks say."""
        return reasons_of(check["reason_data"] for check in self.failed_checks if check["reason_data"])

    def as_dict(self) -> dict[str, object]:
        return super().as_dict() | {"failed_checks": self.failed_checks}
