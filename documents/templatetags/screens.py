"""How statuses, progress and confidence look in templates. The browser gets the same tables as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents.domain.batch_status import RULES, BatchStatus
from documents.domain.check_digits import check_digit_choices
from documents.domain.field_types.registry import field_type
from documents.domain.overrides import OverrideCode
from documents.domain.pipeline import PIPELINE
from documents.domain.reason_groups import grouped
from documents.domain.schema_spec import FieldType
from documents.domain.status_traits import traits_of
from documents.domain.statuses import NONE_OF_OURS
from idp_project.core.reasons import Reason
from idp_project.core.regional import day_text, moment_text, number_text, percent_text

register = template.Library()
NO_BREAK = "\N{NO-BREAK SPACE}"

STATUSES: dict[str, tuple[str, str, Any]] = {
    "pending": ("idle", "circle-dashed", _("Not started")),
    "running": ("run", "loader-2", _("Running")),
    "waiting": ("wait", "hourglass", _("Waiting")),
    "succeeded": ("ok", "check", _("Done")),
    "skipped": ("idle", "circle-minus", _("Skipped")),
    "failed": ("bad", "alert-circle", _("Failed")),
    "quarantined": ("bad", "lock", _("Quarantined")),
    "received": ("idle", "inbox", _("Received")),
    "processing": ("run", "loader-2", _("Processing")),
    "in_review": ("wait", "eye-check", _("In review")),
    "delivering": ("run", "database-export", _("Delivering")),
    "completed": ("ok", "circle-check", _("Completed")),
    "cancelled": ("idle", "ban", _("Cancelled")),
    "deleting": ("run", "trash", _("Being deleted")),
    "deleted": ("idle", "trash", _("Deleted")),
    "approved": ("ok", "check", _("Approved")),
    "delivered": ("ok", "database", _("In production database")),
    "rejected": ("bad", "circle-x", _("Rejected")),
    NONE_OF_OURS: ("idle", "inbox", _("Filed: none of our types")),
    "withdrawn": ("idle", "arrow-back-up", _("Withdrawn")),
    "blank": ("idle", "photo", _("Blank sheet")),
    "finished": ("ok", "checks", _("Finished")),
    "open": ("idle", "inbox", _("Free")),
    "claimed": ("run", "user", _("With a reviewer")),
    "decided": ("ok", "check", _("Decided")),
    "closed": ("idle", "ban", _("Closed")),
}

FACT_LABELS: dict[str, Any] = {
    "format": _("Format"),
    "language": _("Language"),
    "sender": _("From"),
    "producer": _("Producer"),
    "encryption": _("Encryption"),
    "title": _("Title"),
}

FIELD_STATES: dict[str, tuple[str, str, Any]] = {
    "person": ("ok", "user-check", _("Confirmed by a person")),
    "machine": ("ok", "robot", _("Read by machine")),
    "needs": ("warn", "eye-check", _("Needs a look")),
    "failed": ("bad", "alert-triangle", _("Check failed")),
    "empty": ("idle", "circle-minus", _("Not found")),
    "absent": ("idle", "circle-minus", _("Not found")),
    "person_absent": ("ok", "user-check", _("Not on the document")),
    "person_illegible": ("ok", "user-check", _("Cannot be read")),
}
OVERRIDE_LABELS: dict[str, Any] = {code.value: _(code.words) for code in OverrideCode}


def with_presentation(view: dict[str, Any]) -> dict[str, Any]:
    """Adds tone, icon and words to every field of a sub-document's view, or to one field's."""
    fields = [view] if "state" in view else list(view["fields"])
    for table in view.get("tables", ()):
        fields += [cell for row in table["rows"] for cell in row["cells"] if cell["id"]]
    for field in fields:
        tone, icon, label = FIELD_STATES[field["state"]]
        field |= {"tone": tone, "icon": icon, "state_label": str(label)}
        field["placeholder"] = field_type(FieldType(field["type"])).placeholder
    return view


def reasons_in_short(reasons: Iterable[Reason]) -> list[Reason]:
    """What a person reads of these: grouped, the strongest first, amounts in the regional format."""
    return grouped(reasons, lambda amount, places: number_text(float(amount), places))


@register.inclusion_tag("_pill.html")
def status_pill(status: str, element_id: str = "") -> dict[str, Any]:
    """A status as pill: icon and words."""
    tone, icon, label = STATUSES.get(status, ("idle", "point", status))
    return {"tone": tone, "icon": icon, "label": label, "element_id": element_id, "status": status}


@register.inclusion_tag("_meter.html")
def page_meter(done: int, total: int | None, status: str = "processing") -> dict[str, Any]:
    """Pages done of pages."""
    return {"done": done, "total": total, "tone": STATUSES.get(status, ("run",))[0]}


@register.simple_tag
def status_label(status: str) -> Any:
    """The words of a status."""
    return STATUSES.get(status, ("", "", status))[2]


@register.simple_tag
def status_table() -> dict[str, tuple[str, str, str, list[str]]]:
    """For the browser: tone, icon, words and traits of every status."""
    return {status: (tone, icon, str(label), traits_of(status)) for status, (tone, icon, label) in STATUSES.items()}


@register.filter
def fact_label(name: str) -> Any:
    """The words for a metadata fact."""
    return FACT_LABELS.get(name, name)


@register.filter
def field_type_label(kind: FieldType) -> str:
    """The words for a field's type."""
    return gettext(field_type(kind).label)


@register.filter
def check_digits_label(name: str) -> str:
    """The words for check digits that a definition names; the name itself of those that there are no more."""
    return gettext(dict(check_digit_choices()).get(name, name))


@register.filter
def step_label(name: str) -> Any:
    """The words for a step's stored name."""
    try:
        return gettext(PIPELINE.step(name).label)
    except KeyError:
        return name


@register.simple_tag
def pipeline_steps() -> list[dict[str, str]]:
    """The steps of a document for the browser: name, label and unit, in their order."""
    return [{"name": s.name.value, "label": gettext(s.label), "unit": s.unit.value} for s in PIPELINE.steps]


@register.simple_tag
def batch_status_rules() -> list[dict[str, Any]]:
    """For the browser: the first rule of which a batch has a document, or that names none, says its status."""
    rules = {**RULES, BatchStatus.FINISHED: ()}
    return [{"status": status.value, "documents": [d.value for d in documents]} for status, documents in rules.items()]


@register.filter
def override_label(code: str) -> Any:
    """The words for the code with which a failed check was accepted."""
    return OVERRIDE_LABELS.get(code, code)


@register.filter
def percent(value: float | None) -> str:
    """0..1 as a whole percentage, as the regional format writes it; a dash for None (not reported)."""
    return "–" if value is None else percent_text(value)


@register.inclusion_tag("_status_mark.html")
def status_mark(status: str) -> dict[str, Any]:
    """A status as icon alone, its words for screen readers and on hover."""
    tone, icon, label = STATUSES.get(status, ("idle", "point", status))
    return {"tone": tone, "icon": icon, "label": label}


@register.filter
def ends_on(moment: datetime) -> str:
    """When an access ends, as it was set: midnight is the end of the day before."""
    local = timezone.localtime(moment)
    if local.time() != time.min:
        return moment_text(local)
    return gettext("end of {day}").format(day=day_text(local.date() - timedelta(days=1)))


@register.filter
def seconds_after(end: Any, start: Any) -> str:
    """The time from `start` to `end`: `0.42 s`; empty where one is missing."""
    return f"{number_text((end - start).total_seconds(), places=2)}{NO_BREAK}s" if start and end else ""
