"""Where an organisation's AI calls may go, and what it has chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.access import Access
from accounts.domain.preferences import BUILT_IN, Choice, Source
from accounts.domain.refusals import CHOICE_WITHOUT_ENDPOINT
from accounts.domain.roles import Permission
from accounts.models import Organization, ProviderEndpoint, SystemSettings
from accounts.selectors.organization import organization_managed_by
from accounts.selectors.system import preferences_for, system_settings
from idp_project.core.errors import NotFound
from idp_project.core.tenancy import system_scope
from idp_project.providers.errors import ModelMissing
from idp_project.providers.registry import ocr_engine_names

NO_MODEL = gettext_lazy("None: the built-in extractor, answers by quotation")
OWN_EMBEDDINGS = gettext_lazy("Built-in (MiniLM, on this server)")
_LOCAL = ProviderEndpoint.Location.LOCAL
_EMBEDDING = ProviderEndpoint.Purpose.EMBEDDING


def provider_endpoint_for(organization: Organization, purpose: str, choice: Choice) -> ProviderEndpoint:
    """The active endpoint that is meant: the organisation's own before the system's, of a local-only one only local ones.

    Call it inside the organisation's scope. Raises ModelMissing if none exists.
    """
    rows = ProviderEndpoint.objects.filter(Q(organization=organization) | Q(organization=None), purpose=purpose)
    found = endpoint_meant(rows, organization, choice, system_settings())
    if found is None:
        raise ModelMissing(CHOICE_WITHOUT_ENDPOINT(value=choice.value))
    return found


def endpoint_meant(
    rows: Iterable[ProviderEndpoint], organization: Organization, choice: Choice, system: SystemSettings
) -> ProviderEndpoint | None:
    """Returns the endpoint that a choice names, of rows of one purpose: of a provider's several models the last one changed."""
    is_local_only = organization.is_local_only or not system.is_cloud_allowed
    usable = [
        row
        for row in rows
        if row.is_active
        and row.organization_id in (organization.id, None)
        and row.provider == choice.provider
        and choice.model in ("", row.model)
        and (row.location == _LOCAL or not is_local_only)
    ]
    return max(usable, key=lambda row: (row.organization_id is not None, row.updated_at), default=None)


def provider_endpoints_of(access: Access) -> list[ProviderEndpoint]:
    """For org admins: the organisation's own endpoints, then the system's that it may use too."""
    return _endpoints_for(organization_managed_by(access))


def _endpoints_for(organization: Organization) -> list[ProviderEndpoint]:
    rows = ProviderEndpoint.objects.filter(Q(organization=organization) | Q(organization=None, is_active=True))
    shown = [row for row in rows if row.organization_id or row.location == _LOCAL or not organization.is_local_only]
    return sorted(shown, key=lambda row: (row.organization_id is None, row.purpose, row.provider, row.model))


def provider_endpoint_managed_by(access: Access, endpoint_id: UUID) -> ProviderEndpoint:
    """One of the asker's organisation, to be managed by org admins only. Raises NotFound for everybody else."""
    if not access.can_everywhere(Permission.MANAGE_ORGANIZATION):
        raise NotFound
    rows = ProviderEndpoint.objects.filter(organization_id=access.required_organization_id)
    if row := rows.select_related("organization").filter(id=endpoint_id).first():
        return row
    raise NotFound


def provider_endpoint_testable_by(access: Access, endpoint_id: UUID) -> ProviderEndpoint:
    """The same; any of any organisation, and the system's, for super admins within the system's scope."""
    if not access.is_super:
        return provider_endpoint_managed_by(access, endpoint_id)
    if row := ProviderEndpoint.objects.select_related("organization").filter(id=endpoint_id).first():
        return row
    raise NotFound


def embedding_models_by_organization() -> dict[UUID, str]:
    """`provider/model` of the embeddings that each active organisation has chosen; those whose choice is not set up are
    left out. Three queries; no provider is asked.
    """
    from idp_project.providers.embeddings.minilm import MiniLm

    built_in = f"{MiniLm.name} {MiniLm.version}"
    found = {}
    with system_scope("providers: which embeddings are chosen"):
        rows, system = list(ProviderEndpoint.objects.filter(purpose=_EMBEDDING)), system_settings()
        for organization in Organization.objects.filter(is_active=True):
            choice = preferences_for(organization, system=system).embeddings
            if choice.is_built_in:
                found[organization.id] = built_in
            elif row := endpoint_meant(rows, organization, choice, system):
                found[organization.id] = f"{row.provider}/{row.model} {row.model}"
    return found


@dataclass(frozen=True)
class EngineChoice:
    """An entry of a menu. `location` is "local" or "cloud"."""

    value: str
    label: str
    location: str


def engine_choices_of(access: Access) -> dict[str, list[EngineChoice]]:
    """For org admins: what may be chosen for `ocr`, `llm` and `embeddings`: what is built in and what is set up."""
    return engine_choices(organization_managed_by(access).pk)


def engine_choices(organization_id: UUID) -> dict[str, list[EngineChoice]]:
    """The same for those whom the caller has let in."""
    found = {"ocr": [EngineChoice(name, name, _LOCAL) for name in ocr_engine_names()]}
    usable = [row for row in _endpoints_for(Organization.objects.get(pk=organization_id)) if row.is_active]
    for key, purpose, label in (("llm", "llm", str(NO_MODEL)), ("embeddings", "embedding", str(OWN_EMBEDDINGS))):
        rows = {f"{row.provider}/{row.model}": row for row in usable if row.purpose == purpose}
        found[key] = [EngineChoice(BUILT_IN, label, _LOCAL)]
        for value, row in rows.items():
            name = f"{row.get_provider_display()} {row.model}"
            found[key].append(EngineChoice(value, name, row.location))
    return found


@dataclass(frozen=True)
class EngineUse:
    """What is used for one of `ocr`, `llm` and `embeddings`, who chose it, and where it runs: "local" or "cloud".

    `obstacle` says why it cannot be used, if so; then `location` is empty.
    """

    name: str
    label: str
    source: Source
    location: str
    obstacle: str = ""


def engines_used_by(access: Access) -> list[EngineUse]:
    """For org admins: what holds for whatever no schema says otherwise of."""
    organization = organization_managed_by(access)
    preferences = preferences_for(organization)
    return [
        _use(organization, "llm", "llm", str(NO_MODEL), preferences.llm),
        _use(organization, "embeddings", "embedding", str(OWN_EMBEDDINGS), preferences.embeddings),
        EngineUse("ocr", preferences.ocr.value, preferences.ocr.source, _LOCAL),
    ]


def _use(organization: Organization, name: str, purpose: str, built_in: str, choice: Choice) -> EngineUse:
    if choice.is_built_in:
        return EngineUse(name, built_in, choice.source, _LOCAL)
    try:
        row = provider_endpoint_for(organization, purpose, choice)
    except ModelMissing as error:
        return EngineUse(name, choice.value, choice.source, "", error.message)
    return EngineUse(name, f"{row.get_provider_display()} {row.model}", choice.source, row.location)
