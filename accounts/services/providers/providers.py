"""AI providers of an organisation: set up, removed, tried out, and chosen for what they do."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.access import Access
from accounts.domain.refusals import (
    CHOICE_NOT_OFFERED,
    ENDPOINT_EXISTS,
    KEY_AGAIN,
    NO_ADDRESS,
    PROVIDER_EMBEDDINGS_ONLY,
    PROVIDER_WITHOUT_EMBEDDINGS_HERE,
)
from accounts.models import Organization, ProviderEndpoint
from accounts.selectors.organization import organization_managed_by
from accounts.selectors.providers import engine_choices_of, provider_endpoint_managed_by, provider_endpoint_testable_by
from accounts.services.audit.trail import audit_record
from accounts.services.providers.ai_models import connection_check, connection_of, embedding_model_at, language_model_at
from idp_project.core.errors import Conflict, InvalidInput
from idp_project.core.rate_counters import at_once
from idp_project.core.regional import number_text
from idp_project.core.tenancy import organization_scope, system_scope
from idp_project.providers.catalog import PROVIDERS
from idp_project.providers.egress import Location
from idp_project.providers.llm.base import LanguageRequest, Message, Speaker

_TEST_SECONDS = 20.0
_TEST_TOKENS = 16
_KIND = "providerendpoint"


@dataclass(frozen=True)
class EndpointSettings:
    """What an org admin enters. `api_key`: None keeps the stored one, which another host never gets to see."""

    purpose: str
    provider: str
    model: str
    location: str
    api_base: str = ""
    api_key: str | None = None
    context_tokens: int | None = None
    is_active: bool = True


def provider_endpoint_set(
    access: Access, wanted: EndpointSettings, endpoint_id: UUID | None = None
) -> ProviderEndpoint:
    """For org admins: a new endpoint, or changes to one of theirs; holds for the next call.

    Raises InvalidInput for what the provider does not offer and where the host changes without its key being entered
    again, EgressForbidden and EndpointInvalid for an address that may not be called, Conflict for the same model twice.
    """
    row = (
        provider_endpoint_managed_by(access, endpoint_id)
        if endpoint_id
        else ProviderEndpoint(organization=organization_managed_by(access))
    )
    changed = _apply(row, wanted)
    provider_endpoint_check(row)
    try:
        with transaction.atomic():
            row.save()
            details = {"endpoint": str(row), "location": row.location, "changed": changed}
            audit_record(access, "provider_endpoint_set", object_kind=_KIND, object_id=row.pk, details=details)
    except IntegrityError as error:
        raise Conflict(ENDPOINT_EXISTS(model=row.model), code="endpoint_exists") from error
    return row


def _apply(row: ProviderEndpoint, wanted: EndpointSettings) -> list[str]:
    """Changes the row and names the fields that changed."""
    before = connection_of(row) if row.api_key else None
    names = [field.name for field in fields(wanted) if field.name != "api_key"]
    changed = [name for name in names if getattr(row, name) != getattr(wanted, name)]
    for name in changed:
        setattr(row, name, getattr(wanted, name))
    if wanted.api_key is not None:
        row.api_key = wanted.api_key or None
        changed.append("api_key")
    elif before is not None:
        check_key_stays(before.provider, before.base, row)
    return changed


def check_key_stays(provider: str, base: str, row: ProviderEndpoint) -> None:
    """Raises InvalidInput where a stored key would be sent to another provider or address than it was entered for."""
    after = connection_of(row)
    if row.api_key and (provider, base) != (after.provider, after.base):
        raise InvalidInput(KEY_AGAIN(), code="key_again")


def provider_endpoint_check(row: ProviderEndpoint) -> None:
    """What holds of every endpoint, no matter who saves it. Raises as `provider_endpoint_set`."""
    offered = PROVIDERS.get(row.provider)
    if offered is None or not offered.serves(row.purpose):
        lacks = PROVIDER_WITHOUT_EMBEDDINGS_HERE if row.purpose == "embedding" else PROVIDER_EMBEDDINGS_ONLY
        raise InvalidInput(lacks(provider=offered.label if offered else row.provider), code="not_offered")
    if row.location == Location.LOCAL and not row.api_base:
        raise InvalidInput(NO_ADDRESS(), code="no_address")
    try:
        row.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages)) from error
    connection_check(row)


def provider_endpoint_remove(access: Access, endpoint_id: UUID) -> None:
    """For org admins: its key is gone with it."""
    row = provider_endpoint_managed_by(access, endpoint_id)
    details = {"endpoint": str(row)}
    audit_record(access, "provider_endpoint_removed", object_kind=_KIND, object_id=row.pk, details=details)
    row.delete()


def provider_endpoint_test(access: Access, endpoint_id: UUID) -> str:
    """Asks the endpoint for a word or a vector; says who answered, and how fast. Call it outside any transaction.

    One at once in an organisation. Raises NotFound, TooManyRequests, and what the providers' ports name.
    """
    with _scope_of(access):
        row = provider_endpoint_testable_by(access, endpoint_id)
        organization = row.organization
        connection = connection_of(row)
        is_embedding = row.purpose == ProviderEndpoint.Purpose.EMBEDDING
        embeddings = embedding_model_at(row, organization) if is_embedding else None
        model = None if is_embedding else language_model_at(row, organization)
    began = time.monotonic()
    with at_once("provider_tests_at_once", row.organization_id):
        if embeddings:
            embeddings.embed(["A connection is being tested."])
        elif model:
            asked = (Message(Speaker.USER, "Answer with the word OK."),)
            model.complete(
                LanguageRequest("", asked, "connection_test", max_tokens=_TEST_TOKENS, timeout=_TEST_SECONDS)
            )
    values = {"model": row.model, "host": connection.host, "seconds": number_text(time.monotonic() - began, places=1)}
    return _("%(model)s at %(host)s answered within %(seconds)s s.") % values


def _scope_of(access: Access) -> AbstractContextManager[None]:
    if access.is_super:
        return system_scope("providers: test a connection")
    return organization_scope(access.required_organization_id)


def engines_choose(access: Access, chosen: Mapping[str, str]) -> Organization:
    """For org admins: `ocr`, `llm` and `embeddings` for everything whose schema names none; "" leaves it to the system.

    Holds for the next job or question; documents are indexed again for other embeddings. Raises InvalidInput for what
    is not among `selectors.engine_choices_of`.
    """
    organization = organization_managed_by(access)
    offered = engine_choices_of(access)
    for name, value in chosen.items():
        if value and value not in {choice.value for choice in offered[name]}:
            raise InvalidInput(CHOICE_NOT_OFFERED(value=value), code="not_offered")
    return organization_settings_set(access, {name: value or None for name, value in chosen.items()}, organization)


def organization_settings_set(
    access: Access, changes: Mapping[str, object], organization: Organization | None = None
) -> Organization:
    """For org admins: changes entries of the organisation's settings; None takes one out. Audited, before and after."""
    organization = organization or organization_managed_by(access)
    with transaction.atomic():
        row = Organization.objects.select_for_update().get(id=organization.id)
        changed = {name: value for name, value in changes.items() if row.settings.get(name) != value}
        details = {name: {"before": row.settings.get(name), "after": value} for name, value in changed.items()}
        kept = {name: value for name, value in {**row.settings, **changed}.items() if value is not None}
        if changed:
            row.settings = kept
            row.save(update_fields=["settings"])
            audit_record(
                access, "organization_settings_changed", object_kind="organization", object_id=row.pk, details=details
            )
    return row
