"""Evidence as if people had examined documents, inside the scope of the type's organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from documents.domain.earned.strata import Stratum
from documents.models import Evidence, EvidenceSource, Schema, SchemaVersion
from documents.selectors.earned import major_of, present_extractor
from documents.services.approving.gates import gates_settle

ENOUGH = 110  # of each stratum: past the first look of the plan with the cautious figure


def newest_version(schema: Schema) -> SchemaVersion:
    return schema.versions.select_related("schema").order_by("-published_at").first()


def add_evidence(
    schema: Schema,
    verdicts: Sequence[bool],
    *,
    stratum: Stratum = Stratum.OTHER,
    source: EvidenceSource = EvidenceSource.CONFIRMED,
    **columns: object,
) -> None:
    """Examined documents in range, right or wrong in that order, read by the extractor of today; the gates are settled."""
    version, now = newest_version(schema), timezone.now()
    extractor = present_extractor(version)
    key = {"major": major_of(version), "model": extractor.model, "calibrator": extractor.calibrator}
    Evidence.objects.bulk_create(
        Evidence(
            **{
                "organization_id": schema.organization_id,
                "schema": schema,
                "sub_document_id": uuid4(),
                "reader": extractor.reader,
                "stratum": stratum.value,
                "source": source.value,
                "is_in_range": True,
                "is_right": is_right,
                "decided_at": now - timedelta(seconds=len(verdicts) - number),
                **key,
                **columns,
            }
        )
        for number, is_right in enumerate(verdicts)
    )
    gates_settle(Schema.objects.get(id=schema.id), **key)


def open_gates(schema: Schema) -> Schema:
    """The type has earned automatic approval for every stratum."""
    for stratum in Stratum:
        add_evidence(schema, [True] * ENOUGH, stratum=stratum)
    return schema


def read_today(schema: Schema) -> dict[str, str]:
    """Columns of a sub-document of that type which the extractor of today has read."""
    extractor = present_extractor(newest_version(schema))
    return vars(extractor) | {"stratum": Stratum.OTHER.value}
