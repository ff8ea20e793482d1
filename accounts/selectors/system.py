"""Settings of the whole installation, and what they and an organisation's own come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.domain.preferences import Preferences, Source, resolve_preferences
from accounts.models import Organization, SystemSettings
from idp_project.core.local_hosts import LocalHosts, is_local_host, local_hosts_of


def system_settings() -> SystemSettings:
    """Reads the settings as they are now: one query by primary key, nothing is kept, so that a change holds for the next job
    or request."""
    return SystemSettings.objects.filter(pk=1).first() or SystemSettings()


def local_hosts_allowed(system: SystemSettings | None = None) -> LocalHosts:
    """The private hosts that organisations may name for AI providers and mail: the super admins' and the installation's."""
    listed = filter(is_local_host, (system or system_settings()).local_hosts.split())  # an upgrade writes some unread
    return local_hosts_of([*listed, *settings.LOCAL_PROVIDER_HOSTS])


def preferences_for(
    organization: Organization,
    schema_engine: Mapping[str, Any] | None = None,
    system: SystemSettings | None = None,
) -> Preferences:
    """Schema, else organisation, else system (read now unless given), else the defaults of this installation."""
    system = system or system_settings()
    built_in = {"ocr": settings.OCR_ENGINE, "llm": settings.LLM_PROVIDER, "embeddings": settings.EMBEDDING_PROVIDER}
    return resolve_preferences(
        [
            (Source.SCHEMA, schema_engine or {}),
            (Source.ORGANIZATION, organization.settings),
            (Source.SYSTEM, {"ocr": system.ocr, "llm": system.llm, "embeddings": system.embeddings}),
            (Source.BUILT_IN, built_in),
        ]
    )
