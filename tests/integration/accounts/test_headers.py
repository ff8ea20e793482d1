"""Headers of answers, and Django's own check of the production settings."""

import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings
from django.templatetags.static import static
from django.test import Client

from tests.integration.accounts.conftest import sign_in

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'self'",
    "img-src": "'self' blob: data:",
    "style-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def policy_of(answer):
    parts = [part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";")]
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize(
    "path", ["/login/", "/account/", "/nowhere/", "/api/v1/batches/", "/api/v1/nothing/", "/jsi18n/de/x/", "/admin/"]
)
def test_every_answer_carries_the_headers(super_admin, path):
    browser = Client()
    sign_in(browser, "root")
    answer = browser.get(path)
    assert {name: answer[name] for name in EVERYWHERE} == EVERYWHERE
    assert "camera=()" in answer["Permissions-Policy"] and "geolocation=()" in answer["Permissions-Policy"]
    different = {"script-src": "'self' 'unsafe-eval'", "style-src": "'self' 'unsafe-inline'"}
    assert policy_of(answer) == POLICY | (different if path == "/admin/" else {})


def test_admin_has_the_mark_of_the_product(super_admin):
    """Else every browser asks for /favicon.ico, which is not there."""
    browser = Client()
    sign_in(browser, "root")
    icon = static("img/mark.svg")
    for path in ("/admin/", "/account/"):
        assert f'<link rel="icon" href="{icon}" type="image/svg+xml"' in " ".join(
            browser.get(path).content.decode().split()
        )


def production(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """As an operator would run it behind TLS; nothing of this process's settings is inherited."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    given = {"DJANGO_SETTINGS_MODULE": "idp_project.settings.production", "IDP_DATA_DIR": "/nonexistent"}
    given |= {"ALLOWED_HOSTS": "idp.example.org", "FIELD_ENCRYPTION_SALTS": "salt", **environment}
    return subprocess.run(
        [sys.executable, *command], cwd=settings.BASE_DIR, env=kept | given, capture_output=True, text=True, timeout=120
    )


@pytest.mark.slow
def test_djangos_check_of_the_production_settings_finds_nothing():
    """The OpenAPI description is made by it as well, without a warning."""
    done = production("manage.py", "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=secrets.token_hex(40))
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), done.stderr


@pytest.mark.slow
def test_production_asks_for_tls_and_needs_a_secret_to_start():
    show = "from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_NAME)"
    done = production("-c", show, SECRET_KEY=secrets.token_hex(40))
    assert done.stdout.split() == ["31536000", "True", "__Host-idp_flash"]
    assert "Set SECRET_KEY" in production("-c", show).stderr


@pytest.mark.parametrize("path", ["/api/v1/token/", "/login/", "/login", "/api/v1/token"])
def test_what_is_sent_without_tls_is_refused_and_not_redirected(db, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    sent = Client().post(path, {"username": "a", "password": "b"})
    assert sent.status_code == 403 and "https" in sent.content.decode()
    read = Client().get(path)
    assert (read.status_code, read["Location"].split(":")[0]) == (301, "https")
