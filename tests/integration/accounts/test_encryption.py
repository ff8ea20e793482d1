"""Secrets at rest, and the rotation of the keys that encrypt them."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db.models import TextField
from django.db.models.functions import Cast

from accounts.models import ProviderEndpoint
from accounts.services.keys import encryption
from accounts.services.sign_in.second_factor import second_factor_enroll
from idp_project.core.tenancy import system_scope
from tests.integration.accounts.test_second_factor import code_of, totp

KEY = "sk-very-secret"


def stored():
    with system_scope("test"):
        rows = ProviderEndpoint.objects.annotate(stored=Cast("api_key", TextField()))
        return rows.values_list("stored", flat=True).get()


@pytest.fixture
def use_salts(settings):
    """use_salts(…) is a restart of the product with these salts."""
    field = ProviderEndpoint._meta.get_field("api_key")

    def use(*salts):
        settings.SALT_KEY = list(salts)
        encryption.field_cipher.cache_clear()
        for name in ("keys", "f"):
            field.__dict__.pop(name, None)

    before = settings.SALT_KEY
    yield use
    use(*before)


@pytest.fixture
def endpoint(world, operator, use_salts):
    use_salts("old")
    secret = totp.generate_totp_secret()
    second_factor_enroll(operator, secret, code_of(secret))
    with system_scope("test"):
        return ProviderEndpoint.objects.create(provider="openai", model="m", location="cloud", api_key=KEY)


def rotate():
    output = StringIO()
    call_command("rotate_field_encryption", stdout=output)
    return output.getvalue()


def test_after_rotation_the_old_key_can_go(endpoint, use_salts):
    before = stored()
    assert KEY not in before
    use_salts("new", "old")
    assert "accounts.providerendpoint.api_key: 1 encrypted again, 0 unreadable" in rotate()
    assert stored() != before
    use_salts("new")
    with system_scope("test"):
        assert ProviderEndpoint.objects.get().api_key == KEY
    for row in Authenticator.objects.all():
        assert encryption.decrypt_text(row.data.get("secret") or row.data["seed"])


def test_rotation_without_the_old_key_is_refused_unchanged(endpoint, use_salts):
    before = stored()
    use_salts("new")
    with pytest.raises(CommandError, match="not given"):
        rotate()
    assert stored() == before
    use_salts("new", "old")
    rotate()
    use_salts("new")
    with system_scope("test"):
        assert ProviderEndpoint.objects.get().api_key == KEY
