"""Drafts of document types as their authors see them: problems, what publishing would change, who else is at work."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.access import Access
from accounts.domain.roles import Permission
from accounts.models import Team
from accounts.selectors.providers import engine_choices
from documents.domain.drafts.changes import Change, changes_between, is_major
from documents.domain.drafts.files import FileForm, file_of
from documents.domain.drafts.numbering import next_number
from documents.domain.drafts.problems import Problem, problems_of
from documents.domain.drafts.refusals import DRAFT_NONE, TYPE_TEAM_NOT_MANAGED
from documents.domain.schema_spec import SchemaSpec
from documents.models import Schema, SchemaDraft, SchemaVersion
from documents.selectors.columns import column_effects
from documents.selectors.doors import schema_get_for
from documents.selectors.master_lists import list_columns_for
from documents.selectors.rehearsals import is_rehearsal_advised
from documents.selectors.schemas import readable_specs, schema_tunable_by, schema_view_for
from idp_project.core.errors import Conflict, Forbidden
from idp_project.core.reasons import Reason


@dataclass(frozen=True)
class DraftView:
    """A draft beside the newest published version, `newest`; None for a type that was never published.

    `overtaken_by`: the changes of the versions that others published since it began. `others` have drafts of their own;
    `columns` says what becomes of the columns of analysts. `rehearsal_advised`: there are enough approved documents, and this
    revision was not rehearsed.
    """

    draft: SchemaDraft
    spec: SchemaSpec
    newest: SchemaVersion | None
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]
    overtaken_by: tuple[Change, ...]
    others: list[str]
    columns: list[Reason]
    rehearsal_advised: bool = False

    @property
    def next_number(self) -> str:
        """The number that publishing gives."""
        return next_number(self.draft.base, is_major=is_major(self.changes))

    @property
    def is_major(self) -> bool:
        """Whether publishing begins a new major version."""
        return is_major(self.changes)

    @property
    def is_overtaken(self) -> bool:
        """Whether another version was published since it began; then it cannot be."""
        return self.newest is not None and self.newest.number != self.draft.base

    @property
    def may_publish(self) -> bool:
        """Whether nothing stands in the way."""
        has_news = self.newest is None or bool(self.changes)
        return not self.problems and not self.is_overtaken and has_news


def newest_version(schema: Schema) -> SchemaVersion | None:
    """The newest published version; None before the first."""
    found = schema.versions.filter(published_at__isnull=False).order_by("-published_at").first()
    if found:
        found.schema = schema
    return found


def own_draft(access: Access, schema: Schema, *, is_locked: bool = False) -> SchemaDraft | None:
    """The asker's draft of the type, `is_locked` until the end of the transaction; None where they have none."""
    drafts = SchemaDraft.objects.select_for_update() if is_locked else SchemaDraft.objects
    draft = drafts.filter(schema=schema, user_id=access.required_user_id).first()
    if draft:
        draft.schema = schema
    return draft


def own_draft_get(access: Access, schema: Schema, *, is_locked: bool = False) -> SchemaDraft:
    """The same. Raises Conflict where the asker has none."""
    draft = own_draft(access, schema, is_locked=is_locked)
    if draft is None:
        raise Conflict(DRAFT_NONE(), code="no_draft")
    return draft


def beginning_of(schema: Schema, version: SchemaVersion | None) -> dict[str, Any]:
    """What a draft begins with: the version, or nothing but the name."""
    return definition_to_edit(version.spec) if version else {"name": schema.name, "fields": []}


def draft_view_for(access: Access, schema_id: UUID) -> DraftView:
    """The asker's draft. For managers of the type. Raises Conflict where they have none, and for a retired type."""
    schema = schema_tunable_by(access, schema_id)
    return draft_view(access, schema, own_draft_get(access, schema))


def draft_or_beginning_for(access: Access, schema_id: UUID) -> DraftView:
    """The asker's draft, else what one would begin with: it has revision 0 and is not stored."""
    schema = schema_tunable_by(access, schema_id)
    draft = own_draft(access, schema)
    if draft is None:
        newest = newest_version(schema)
        draft = SchemaDraft(
            organization_id=schema.organization_id,
            schema=schema,
            user_id=access.required_user_id,
            definition=beginning_of(schema, newest),
            base=newest.number if newest else "",
            revision=0,
        )
    return draft_view(access, schema, draft)


def definition_to_edit(spec: SchemaSpec) -> dict[str, Any]:
    """What a draft keeps: all but the key and the number, which are not the draft's to say."""
    return {name: value for name, value in spec.to_dict().items() if name not in ("key", "version")}


def draft_view(access: Access, schema: Schema, draft: SchemaDraft) -> DraftView:
    """What stands beside a draft; `draft` is one of `schema`."""
    draft.schema = schema
    newest, spec = newest_version(schema), draft.spec
    others = SchemaDraft.objects.filter(schema=schema).exclude(pk=draft.pk).select_related("user")
    return DraftView(
        draft=draft,
        spec=spec,
        newest=newest,
        problems=problems_of(spec, engine_names(access), list_columns(access)),
        changes=changes_between(newest.spec, spec) if newest else (),
        overtaken_by=_overtaken_by(schema, draft, newest),
        others=[str(other.user) for other in others],
        columns=column_effects(schema, spec),
        rehearsal_advised=newest is not None and is_rehearsal_advised(access, schema, draft),
    )


def schema_file_for(access: Access, schema_id: UUID, number: str, form: FileForm) -> str:
    """The published version of that number, else the newest, as a text of that form. NotFound where neither exists."""
    return file_of(schema_view_for(access, schema_id, number).spec, form)


def _overtaken_by(schema: Schema, draft: SchemaDraft, newest: SchemaVersion | None) -> tuple[Change, ...]:
    if newest is None or newest.number == draft.base:
        return ()
    begun = schema.versions.filter(number=draft.base).first()
    return changes_between(begun.spec, newest.spec) if begun else ()


def engine_names(access: Access) -> Mapping[str, Container[str]]:
    """What a type may choose for `ocr` and `llm`."""
    choices = engine_choices(access.required_organization_id)
    return {name: {choice.value for choice in choices[name]} for name in ("ocr", "llm")}


def list_columns(access: Access) -> Mapping[str, Container[str]]:
    """Columns of the master data that the asker's types may name, by the key of their list."""
    return {key: columns for key, (_, columns) in list_columns_for(access).items()}


@dataclass(frozen=True)
class VersionChanges:
    """A published version, and what it changed of the one before it; nothing for the first."""

    version: SchemaVersion
    changes: tuple[Change, ...]


def schema_history_for(access: Access, schema_id: UUID) -> list[VersionChanges]:
    """The published versions of a visible type, the newest first; one that cannot be understood shows no changes."""
    schema = schema_get_for(access, schema_id)
    found = schema.versions.filter(published_at__isnull=False).select_related("schema", "published_by")
    versions = list(found.order_by("-published_at"))
    specs = [next(readable_specs([version]), None) for version in versions]
    rows = []
    for version, new, old in zip(versions, specs, [*specs[1:], None], strict=True):
        rows.append(VersionChanges(version, changes_between(old, new) if old and new else ()))
    return rows


def may_create_types(access: Access) -> bool:
    """Whether the asker manages the types of any team, or of the whole organisation."""
    return access.can_everywhere(Permission.MANAGE_SCHEMAS) or bool(teams_with_types_of(access))


def check_may_create_types(access: Access) -> None:
    """Raises Forbidden for those who manage the types of no team."""
    if not may_create_types(access):
        raise Forbidden(TYPE_TEAM_NOT_MANAGED(), code="type_team_not_managed")


def teams_with_types_of(access: Access) -> list[Team]:
    """Teams whose document types the asker manages, by name."""
    teams = Team.objects.filter(organization_id=access.required_organization_id).order_by("name")
    return [team for team in teams if access.can(Permission.MANAGE_SCHEMAS, team_id=team.id)]
