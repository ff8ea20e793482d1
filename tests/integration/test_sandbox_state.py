"""Health and Django admin name the mode of the sandboxes, to those who see details there, and never more than is true."""

from __future__ import annotations

import pytest
from django.urls import reverse

from idp_project.core.isolation.limits import SandboxLimits
from tests.hostile.servers import READER, ProbingServer

pytestmark = [pytest.mark.django_db(databases=["default", "pdb"]), pytest.mark.enable_socket]


@pytest.fixture(params=["as it is", "nothing"])
def server(request, settings):
    with ProbingServer(READER, SandboxLimits(), request.param) as server:
        settings.SANDBOX_SOCKET, settings.OFFICE_PROGRAM = server.socket_path, ""
        yield server


def test_health_names_the_mode_to_admins_only(cast, server):
    for person in (cast.super_admin, cast.admin):
        (named,) = cast.browser(person).get("/health/").json()["sandboxes"].values()
        assert named["mode"] == server.mode
        assert ("network namespace" in named["missing"]) == (server.setting == "nothing")
    for person in (None, cast.viewer):
        assert "sandboxes" not in cast.browser(person).get("/health/").json()


def test_admin_names_the_mode(cast, server):
    page = cast.browser(cast.super_admin).get(reverse("admin:accounts_systemsettings_change", args=[1]))
    missing = "WITHOUT network namespace" if server.setting == "nothing" else "all restrictions"
    assert f"sandbox: {server.mode}, {missing}" in page.content.decode()


def test_server_that_is_away_is_said_to_be(cast, settings, tmp_path):
    settings.SANDBOX_SOCKET, settings.OFFICE_PROGRAM = str(tmp_path / "nobody"), "/somewhere"
    settings.OFFICE_SOCKET = ""
    browser = cast.browser(cast.super_admin)
    assert browser.get("/health/").json()["sandboxes"] == {"sandbox": None, "office": None}
    page = browser.get(reverse("admin:accounts_systemsettings_change", args=[1])).content.decode()
    assert "sandbox: does not answer" in page and "office: started on first use" in page
