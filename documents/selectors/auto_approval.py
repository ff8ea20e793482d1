"""What is approved automatically and what is not, why, and who can change it: for the runner and for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.selectors.access import organization_admin_names
from accounts.selectors.system import system_settings
from documents.domain.auto_approval import AutoApprovalReason, TypeRule, has_required_field, type_rule
from documents.domain.schema_spec import SchemaSpec, UnreadableSchema
from documents.domain.statuses import DocumentStatus
from documents.models import Batch, Schema, SchemaVersion, SubDocument
from documents.policies import may_manage_schema, may_switch_auto_approval_on, schemas_visible_to
from documents.selectors.doors import schema_get_for
from documents.selectors.schema_candidates import candidate_schemas

_AT_WORK = (DocumentStatus.RECEIVED, DocumentStatus.PROCESSING)
_MOST_NAMES = 3


@dataclass(frozen=True)
class NamedType:
    """A type in a sentence. `is_linked`: to its page, which the reader may open."""

    schema: Schema
    is_linked: bool


@dataclass(frozen=True)
class AutoApprovalNote:
    """One sentence: what holds for these types, why, and who can change it. Without types it holds for the whole system.

    `may_change`: the reader can. `administrators` are those of the organisation by name, where they are few and the reader
    may see people.
    """

    reason: AutoApprovalReason
    types: tuple[NamedType, ...] = ()
    may_change: bool = False
    administrators: tuple[str, ...] = ()


@dataclass(frozen=True)
class AutoApprovalView:
    """The switch of one type: what follows from it, why, and what the reader may change."""

    schema: Schema
    is_allowed: bool
    reason: AutoApprovalReason
    notes: tuple[AutoApprovalNote, ...]
    may_switch_on: bool
    may_switch_off: bool


def type_rule_of(schema: Schema) -> TypeRule:
    """What the type's switch means in this installation."""
    return type_rule(schema.auto_approval, is_demonstration=settings.IS_DEMONSTRATION)


def auto_approval_view_for(access: Access, schema_id: UUID) -> AutoApprovalView:
    """For everybody who sees the type; NotFound for others."""
    schema = schema_get_for(access, schema_id)
    rule, may_switch_on = type_rule_of(schema), may_switch_auto_approval_on(access)
    obstacles = [] if system_settings().is_auto_approval_on else [AutoApprovalReason.SYSTEM_OFF]
    obstacles += _obstacles_of(schema, _newest_specs([schema]).get(schema))
    reasons = [*obstacles, rule.reason] if rule.is_allowed else obstacles
    return AutoApprovalView(
        schema,
        is_allowed=not obstacles,
        reason=reasons[0],
        notes=tuple(_unlinked(_note(access, reason, [schema])) for reason in reasons),
        may_switch_on=may_switch_on and not rule.is_allowed,
        may_switch_off=rule.is_allowed and (may_switch_on or may_manage_schema(access, schema)),
    )


def _unlinked(note: AutoApprovalNote) -> AutoApprovalNote:
    """For the page of the type itself."""
    return replace(note, types=tuple(replace(named, is_linked=False) for named in note.types))


def batch_auto_approval(access: Access, batch: Batch) -> list[AutoApprovalNote]:
    """For a visible batch: which of its types are not approved automatically, and which only as a demonstration."""
    notes = auto_approval_notes(access, _types_of(batch))
    return [note for note in notes if note.reason is not AutoApprovalReason.BY_HAND]


def organization_auto_approval(access: Access) -> list[AutoApprovalNote]:
    """For all types in use that the asker sees."""
    visible = schemas_visible_to(access).filter(is_retired=False, versions__published_at__isnull=False)
    return auto_approval_notes(access, visible.distinct())


def auto_approval_notes(access: Access, schemas: Iterable[Schema]) -> list[AutoApprovalNote]:
    """One note for each reason; the system's switch comes before those of the types."""
    if not system_settings().is_auto_approval_on:
        return [_note(access, AutoApprovalReason.SYSTEM_OFF, [])]
    schemas = sorted(schemas, key=lambda schema: schema.name)
    specs = _newest_specs(schemas)
    grouped: dict[AutoApprovalReason, list[Schema]] = {}
    for schema in schemas:
        reason = next(iter(_obstacles_of(schema, specs.get(schema))), type_rule_of(schema).reason)
        grouped.setdefault(reason, []).append(schema)
    return [_note(access, reason, grouped[reason]) for reason in AutoApprovalReason if reason in grouped]


def _obstacles_of(schema: Schema, spec: SchemaSpec | None) -> list[AutoApprovalReason]:
    """Of the type, whatever is read."""
    rule = type_rule_of(schema)
    found = [] if rule.is_allowed else [rule.reason]
    return found if spec is None or has_required_field(spec) else [*found, AutoApprovalReason.NO_REQUIRED_FIELD]


def _note(access: Access, reason: AutoApprovalReason, schemas: list[Schema]) -> AutoApprovalNote:
    if reason is AutoApprovalReason.SYSTEM_OFF:
        return AutoApprovalNote(reason, may_change=access.is_super)
    visible = set(
        schemas_visible_to(access).filter(id__in=[schema.id for schema in schemas]).values_list("id", flat=True)
    )
    return AutoApprovalNote(
        reason,
        tuple(NamedType(schema, schema.id in visible) for schema in schemas),
        may_change=_may_change(access, reason, schemas),
        administrators=_administrators(access),
    )


def _may_change(access: Access, reason: AutoApprovalReason, schemas: list[Schema]) -> bool:
    if reason is AutoApprovalReason.NO_REQUIRED_FIELD:
        return False
    if reason is AutoApprovalReason.TYPE_OFF:
        return may_switch_auto_approval_on(access)
    return may_switch_auto_approval_on(access) or all(may_manage_schema(access, schema) for schema in schemas)


def _administrators(access: Access) -> tuple[str, ...]:
    """By name for those who may share, who choose from the organisation's people anyway."""
    if access.organization_id is None or not access.can(Permission.SHARE_DOCUMENTS):
        return ()
    names = organization_admin_names(access, most=_MOST_NAMES + 1)
    return tuple(names) if len(names) <= _MOST_NAMES else ()


def _types_of(batch: Batch) -> set[Schema]:
    """The batch's own type and those found in it; while it is at work without a type of its own, all that may be found."""
    own = {batch.schema} if batch.schema else set()
    found = SubDocument.objects.filter(document__batch=batch).values("schema_version__schema_id")
    types = own | set(Schema.objects.filter(id__in=found))
    if not own and batch.documents.filter(status__in=_AT_WORK).exists():
        types |= set(candidate_schemas(batch))
    return types


def _newest_specs(schemas: Iterable[Schema]) -> dict[Schema, SchemaSpec]:
    versions: QuerySet[SchemaVersion] = SchemaVersion.objects.filter(schema__in=schemas, published_at__isnull=False)
    newest = versions.select_related("schema").order_by("schema_id", "-published_at").distinct("schema_id")
    found = {}
    for version in newest:
        try:
            found[version.schema] = version.spec
        except UnreadableSchema:
            continue
    return found
