"""The history of field values: written by a trigger, no matter who changes them or how (bulk and raw SQL included)."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Cast, NullIf

from documents.models.value import FieldValue

_TRACKED = ["organization", "value", "raw_text", "absence", "confidence", "is_confirmed", "corrected_by"]
_ACTOR = NullIf(Func(Value("app.actor_id"), Value(True), function="current_setting"), Value(""))


class FieldValueEvent(
    pghistory.create_event_model(  # type: ignore[misc]
        FieldValue,
        pghistory.InsertEvent("found"),
        pghistory.UpdateEvent("changed", condition=pghistory.AnyChange("value", "raw_text", "absence", "is_confirmed")),
        fields=_TRACKED,
        obj_field=pghistory.ObjForeignKey(related_name="+", on_delete=models.CASCADE),
        context_field=None,
        context_id_field=None,
    )
):
    """A field value as it was from then on; it goes when the value goes. `actor_id`: the person who asked, if any did."""

    actor_id = models.UUIDField(null=True, db_default=Cast(_ACTOR, output_field=models.UUIDField()))

    class Meta:
        ordering = ["pgh_created_at", "pgh_id"]

    def __str__(self) -> str:
        return f"{self.pgh_label} {self.pgh_created_at:%Y-%m-%d %H:%M}"
