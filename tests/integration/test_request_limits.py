"""Every door that has a limit answers 429 with `Retry-After` once it is used up; and no door that should have one lacks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import ProviderEndpoint
from accounts.services.providers import providers
from idp_project.core import rate_counters
from idp_project.core.errors import TooManyRequests
from idp_project.core.rate_limits import scopes_of
from idp_project.core.tenancy import organization_scope

pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "pdb"])]
ID = UUID(int=7)
DOORS = {
    "sign_in": {
        "accounts:login": "POST",
        "accounts:login_code": "POST",
        "accounts:login_enroll": "POST",
        "accounts:password_change": "POST",
        "api-token": "POST",
    },
    "reset": {"accounts:password_forgotten": "POST"},
    "link": {"accounts:password_reset": "POST", "accounts:invitation": "POST"},
    "token": {"api-token-refresh": "POST"},
    "questions": {"rag:questions": "POST", "api-questions": "POST"},
    "uploads": {
        "documents:batch_submit": "POST",
        "api-uploads": "POST",
        "api-upload": "PATCH",
        "api-batches": "POST",
    },
    "trials": {
        "api-schema-try": "POST",
        "api-schema-proposals": "POST",
        "api-schema-field-at": "POST",
        "api-schema-rehearsals": "POST",
    },
    "exports": {"pdb_sync:record_export": "GET", "accounts:organization_audit_export": "GET"},
    "provider_tests": {"accounts:organization_provider_test": "POST", "accounts:organization_email_test": "POST"},
}
WITH_ID = {
    "api-upload",
    "accounts:organization_provider_test",
    "api-schema-try",
    "api-schema-proposals",
    "api-schema-field-at",
    "api-schema-rehearsals",
}
CASES = [
    (group, scope, method, name)
    for group, doors in DOORS.items()
    for scope in scopes_of(group)
    for name, method in doors.items()
]


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        else:
            yield f"{prefix}{entry.name}", entry


def test_the_doors_of_this_module_are_those_that_have_limits():
    found: dict[str, set[str]] = {}
    for name, entry in patterns(get_resolver()):
        if group := getattr(entry.callback, "rate_group", ""):
            found.setdefault(group, set()).add(name)
    assert found == {group: set(doors) for group, doors in DOORS.items()}


@pytest.mark.parametrize(("group", "scope", "method", "name"), [case for case in CASES if case[1] != "account"])
def test_every_limited_door_answers_429_with_retry_after(cast, settings, group, scope, method, name):
    """For scripts and for people; what another address, person and organisation asks is let through."""
    settings.RATE_LIMITS = settings.RATE_LIMITS | {f"{group}_{scope}": "1/minute"}
    browser = cast.browser(cast.admin)
    url = reverse(name, args=[ID] if name in WITH_ID else [])

    def ask(browser, **headers):
        answer = browser.generic(method, url, b"{}", "application/json", headers=headers)
        if answer.streaming:
            answer.close()
        return answer

    first = ask(browser)
    assert first.status_code not in (429, 500), first.content
    for accept in ("application/json", "text/html"):
        refused = ask(browser, Accept=accept)
        assert refused.status_code == 429 and 1 <= int(refused.headers["Retry-After"]) <= 60
        if accept == "application/json" or name.startswith("api-"):
            assert refused.json()["code"] == "too_many_requests" and refused.json()["is_retryable"] is True
        else:
            assert b"Too many requests" in refused.content and b"<html" in refused.content
    other = cast.browser(cast.foreign_admin)
    other.defaults["REMOTE_ADDR"] = "192.0.2.99"
    assert ask(other).status_code != 429


def test_small_files_are_counted_one_by_one(cast, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"files_person": "3/minute"}
    browser = cast.browser(cast.owner)

    def send(count, url):
        files = [SimpleUploadedFile(f"{number}.txt", b"no document") for number in range(count)]
        team = {"team" if url.startswith("/batches") else "team_id": str(cast.team.id)}
        return browser.post(url, team | {"files": files})

    assert send(2, reverse("api-batches")).status_code == 201
    refused = send(2, reverse("documents:batch_submit"))
    assert refused.status_code == 429 and refused.headers["Retry-After"]
    assert send(1, reverse("documents:batch_submit")).status_code == 302


def test_questions_at_once_are_few_for_a_person(cast, settings):
    settings.BOUNDS = settings.BOUNDS | {"questions_at_once_person": 1}
    browser = cast.browser(cast.owner)

    def ask():
        return browser.post(reverse("api-questions"), json.dumps({"text": "Why?"}), content_type="application/json")

    with rate_counters.at_once("questions_at_once_person", cast.owner.pk):
        refused = ask()
        assert refused.status_code == 429 and refused.headers["Retry-After"]
        page = browser.post(reverse("rag:questions"), json.dumps({"text": "Why?"}), content_type="application/json")
        assert page.status_code == 429
    assert ask().status_code == 200


@pytest.mark.usefixtures("socket_enabled")
def test_one_provider_is_tested_at_once_in_an_organization(cast, settings):
    """While one test waits for its server, a second one is refused at once."""
    with organization_scope(cast.organization.id):
        row = ProviderEndpoint.objects.create(
            organization=cast.organization,
            provider="ollama",
            model="m",
            location="local",
            api_base="http://127.0.0.1:9",
        )
    access = cast.access(cast.admin)
    with rate_counters.at_once("provider_tests_at_once", cast.organization.pk):
        with pytest.raises(TooManyRequests):
            providers.provider_endpoint_test(access, row.id)
        page = cast.browser(cast.admin).post(reverse("accounts:organization_provider_test", args=[row.id]), follow=True)
        assert "Too many requests" in page.content.decode()
    assert settings.BOUNDS["provider_tests_at_once"] == 1
