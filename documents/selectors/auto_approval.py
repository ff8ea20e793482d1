"""What is approved automatically and what is not, why, and who can change it: for the runner and for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.selectors.access import organization_admin_names
from accounts.selectors.system import system_settings
from documents.domain.auto_approval import NOT_EARNED, AutoApprovalReason, TypeRule, has_required_field
from documents.domain.earned.reviewers import CAUTIOUS
from documents.domain.earned.strata import Stratum
from documents.domain.refusals import AUTO_APPROVAL_BY_MANAGERS
from documents.domain.schema_spec import UnreadableSchema
from documents.domain.statuses import DocumentStatus
from documents.models import Batch, Schema, SchemaVersion, SubDocument
from documents.policies import may_manage_schema, schemas_visible_to
from documents.selectors.doors import schema_get_for
from documents.selectors.earned import present_extractor, rule_of
from documents.selectors.earning import Earning, earning_of
from documents.selectors.schema_candidates import candidate_schemas
from idp_project.core.errors import Forbidden

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
    """What one type has earned, why, and whether the reader may change what it may earn. `is_allowed`: documents of at least
    one stratum are approved automatically. `earning` is None for a type without a published version."""

    schema: Schema
    is_allowed: bool
    reason: AutoApprovalReason
    notes: tuple[AutoApprovalNote, ...]
    may_manage: bool
    earning: Earning | None = None

    @property
    def missed(self) -> float:
        """The reviewers' error of the plan."""
        return self.earning.plan.missed if self.earning else CAUTIOUS


def type_rule_of(version: SchemaVersion) -> TypeRule:
    """What the type has earned under the extractor of today: that of a stratum which is allowed, where there is one."""
    extractor = present_extractor(version)
    rules = [rule_of(version, extractor, stratum) for stratum in Stratum]
    return next((rule for rule in rules if rule.is_allowed), rules[0])


def auto_approval_view_for(access: Access, schema_id: UUID) -> AutoApprovalView:
    """For everybody who sees the type; NotFound for others."""
    schema = schema_get_for(access, schema_id)
    version = _newest_versions([schema]).get(schema)
    obstacles = [] if system_settings().is_auto_approval_on else [AutoApprovalReason.SYSTEM_OFF]
    of_type, rule = _standing_of(version)
    obstacles += of_type
    reasons = [*obstacles, rule.reason] if rule.is_allowed else obstacles
    return AutoApprovalView(
        schema,
        is_allowed=not obstacles,
        reason=reasons[0],
        notes=tuple(_unlinked(_note(access, reason, [schema])) for reason in reasons),
        may_manage=may_manage_schema(access, schema),
        earning=earning_of(version) if version else None,
    )


def managed_auto_approval_view_for(access: Access, schema_id: UUID) -> AutoApprovalView:
    """The same for managers of the type; Forbidden for others who see it."""
    view = auto_approval_view_for(access, schema_id)
    if not view.may_manage:
        raise Forbidden(AUTO_APPROVAL_BY_MANAGERS())
    return view


def _unlinked(note: AutoApprovalNote) -> AutoApprovalNote:
    """For the page of the type itself."""
    return replace(note, types=tuple(replace(named, is_linked=False) for named in note.types))


def batch_auto_approval(access: Access, batch: Batch) -> list[AutoApprovalNote]:
    """For a visible batch: which of its types are not approved automatically, and which only as a demonstration."""
    notes = auto_approval_notes(access, _types_of(batch))
    return [note for note in notes if note.reason is not AutoApprovalReason.EARNED]


def organization_auto_approval(access: Access) -> list[AutoApprovalNote]:
    """For all types in use that the asker sees."""
    visible = schemas_visible_to(access).filter(is_retired=False, versions__published_at__isnull=False)
    return auto_approval_notes(access, visible.distinct())


def auto_approval_notes(access: Access, schemas: Iterable[Schema]) -> list[AutoApprovalNote]:
    """One note for each reason; the system's switch comes before those of the types."""
    if not system_settings().is_auto_approval_on:
        return [_note(access, AutoApprovalReason.SYSTEM_OFF, [])]
    schemas = sorted(schemas, key=lambda schema: schema.name)
    versions = _newest_versions(schemas)
    grouped: dict[AutoApprovalReason, list[Schema]] = {}
    for schema in schemas:
        version = versions.get(schema)
        reason = _reason_of(version)
        grouped.setdefault(reason, []).append(schema)
    return [_note(access, reason, grouped[reason]) for reason in AutoApprovalReason if reason in grouped]


def _standing_of(version: SchemaVersion | None) -> tuple[list[AutoApprovalReason], TypeRule]:
    """The obstacles of the type, and its rule; a type without a published version has not earned anything."""
    if version is None:
        return [NOT_EARNED.reason], NOT_EARNED
    rule = type_rule_of(version)
    found = [] if rule.is_allowed else [rule.reason]
    return (found if has_required_field(version.spec) else [*found, AutoApprovalReason.NO_REQUIRED_FIELD]), rule


def _reason_of(version: SchemaVersion | None) -> AutoApprovalReason:
    obstacles, rule = _standing_of(version)
    return obstacles[0] if obstacles else rule.reason


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
    return all(may_manage_schema(access, schema) for schema in schemas)


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


def _newest_versions(schemas: Iterable[Schema]) -> dict[Schema, SchemaVersion]:
    versions: QuerySet[SchemaVersion] = SchemaVersion.objects.filter(schema__in=schemas, published_at__isnull=False)
    newest = versions.select_related("schema").order_by("schema_id", "-published_at").distinct("schema_id")
    return {version.schema: version for version in newest if _is_readable(version)}


def _is_readable(version: SchemaVersion) -> bool:
    try:
        return bool(version.spec)
    except UnreadableSchema:
        return False
