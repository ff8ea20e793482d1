"""What a type has to earn: who may change it, what is recorded, and what people read about it."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module

import psycopg
import pytest
from django.conf import settings as project
from django.urls import reverse

from accounts.models import AuditEntry, SystemSettings
from documents.domain.earned.strata import Stratum
from documents.models import Batch, EvidenceSource, Gate, Schema
from documents.services.approving.auto_approval import ApprovalSettings, schema_auto_approval_set
from documents.services.schemas.schemas import schema_publish
from idp_project.core.errors import Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope
from tests.factories.evidence import add_evidence, newest_version, open_gates

pytestmark = pytest.mark.django_db
NEVER = ApprovalSettings(is_never=True)


@pytest.fixture
def schema(cast) -> Schema:
    """The invoice, of the team alone, as it was published."""
    schema = cast.publish("invoice", threshold=0.85, is_automatic=False)["invoice"]
    with organization_scope(cast.organization.id):
        Schema.objects.filter(id=schema.id).update(team=cast.team)
    return schema


def choose(cast, user, schema, wanted):
    with organization_scope(cast.organization.id):
        return schema_auto_approval_set(cast.access(user), schema.id, wanted)


def sentence(page, code: str) -> str:
    """What a person reads in the sentence of that reason; empty for none."""
    found = re.search(rf'data-reason="{code}">(.*?)</p>', page.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).split()) if found else ""


def stratum_line(page, stratum: str) -> str:
    found = re.search(rf'data-stratum="{stratum}">(.*?)</li>', page.content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", found[1]).split()) if found else ""


def test_new_type_earns_with_the_defaults(cast, schema, inside):
    fresh = inside(lambda: schema_publish(organization_id=cast.organization.id, spec=other_spec(schema)).schema)
    assert (fresh.auto_approval, fresh.target, fresh.blind_percent, fresh.blind_percent_earned) == (
        "earned",
        950,
        20,
        5,
    )
    assert fresh.series_started_at is None and not inside(Gate.objects.exists)


def other_spec(schema):
    return replace(newest_version(schema).spec, key="other", name="Other")


def test_only_managers_of_the_type_change_it(cast, schema):
    for user in (cast.viewer, cast.owner):
        with pytest.raises(Forbidden):
            choose(cast, user, schema, NEVER)
    with pytest.raises(NotFound):
        choose(cast, cast.outsider, schema, NEVER)
    assert choose(cast, cast.reviewer, schema, NEVER).auto_approval == "off"
    assert choose(cast, cast.admin, schema, ApprovalSettings(is_never=False)).auto_approval == "earned"


@pytest.mark.parametrize("wanted", [{"target": 940}, {"blind_percent": 101}, {"blind_percent_earned": -1}])
def test_unknown_targets_and_shares_are_refused(cast, schema, wanted):
    with pytest.raises(InvalidInput):
        choose(cast, cast.reviewer, schema, ApprovalSettings(**wanted))


def test_every_change_is_audited_once_with_old_and_new(cast, schema, inside):
    for wanted in (NEVER, NEVER, ApprovalSettings(is_never=False, target=980), ApprovalSettings(target=980)):
        choose(cast, cast.reviewer, schema, wanted)
    entries = inside(lambda: list(AuditEntry.objects.filter(action="schema_auto_approval_changed").order_by("number")))
    assert [(entry.details["old"], entry.details["new"]) for entry in entries] == [
        ({"auto_approval": "earned"}, {"auto_approval": "off"}),
        ({"auto_approval": "off", "target": 950}, {"auto_approval": "earned", "target": 980}),
    ]
    changed = inside(Schema.objects.get, id=schema.id)
    assert changed.auto_approval_changed_by_id == cast.reviewer.id and changed.auto_approval_changed_at


def test_no_setting_opens_a_gate(cast, schema, inside):
    inside(lambda: add_evidence(schema, [True] * 80))
    for target in (980, 950):
        choose(cast, cast.reviewer, schema, ApprovalSettings(target=target))
    assert not inside(Gate.objects.filter(look__gt=0).exists)


def test_gate_opens_at_the_look_and_says_so_in_the_trail(cast, schema, inside):
    inside(lambda: add_evidence(schema, [True] * 100))
    assert not inside(Gate.objects.filter(look__gt=0).exists), "the cautious figure asks for 101"
    inside(lambda: add_evidence(schema, [True]))
    gate = inside(Gate.objects.get, stratum="other")
    assert (gate.look, gate.n, gate.errors, gate.missed) == (1, 101, 0, 0.1) and gate.bound <= 0.05 and gate.opened_at
    assert inside(Gate.objects.get, stratum="known_sender").look == 0
    inside(lambda: add_evidence(schema, [False]))
    closed = inside(Gate.objects.get, stratum="other")
    assert (closed.look, closed.bound) == (0, None) and closed.closed_at
    actions = inside(
        lambda: list(AuditEntry.objects.filter(action__startswith="gate_").values_list("action", flat=True))
    )
    assert actions == ["gate_opened", "gate_closed"]


def test_documents_out_of_range_do_not_count(cast, schema, inside):
    inside(lambda: add_evidence(schema, [True] * 200, is_in_range=False))
    inside(lambda: add_evidence(schema, [True] * 5))
    assert inside(Gate.objects.get, stratum="other").n == 5


def test_stricter_target_closes_and_the_old_one_opens_again(cast, schema, inside):
    inside(open_gates, schema)
    choose(cast, cast.reviewer, schema, ApprovalSettings(target=980))
    assert not inside(Gate.objects.filter(look__gt=0).exists)
    choose(cast, cast.reviewer, schema, ApprovalSettings(target=950))
    assert inside(Gate.objects.filter(look__gt=0).count) == len(Stratum)


def test_new_series_forgets_the_evidence(cast, schema, inside):
    inside(open_gates, schema)
    choose(cast, cast.reviewer, schema, ApprovalSettings(begins_series=True))
    assert set(inside(lambda: list(Gate.objects.values_list("n", "look")))) == {(0, 0)}


def test_reviewers_figure_of_five_people_shortens_the_plan(cast, schema, inside):
    people = [cast.owner, cast.teammate, cast.reviewer, cast.viewer, cast.admin]
    other = inside(lambda: schema_publish(organization_id=cast.organization.id, spec=other_spec(schema)).schema)
    for person in people:
        inside(lambda person=person: add_evidence(other, [True] * 40, source=EvidenceSource.BLIND, decided_by=person))
    inside(lambda: add_evidence(schema, [True]))
    assert inside(Gate.objects.get, schema=schema, stratum="other").missed == pytest.approx(0.0149, abs=1e-3)
    assert inside(Gate.objects.get, schema=other, stratum="other").missed == 0.1, "fixed from the first look on"


def test_minor_versions_keep_what_is_earned_and_majors_do_not(cast, schema, inside):
    inside(open_gates, schema)
    base = newest = inside(newest_version, schema)
    with organization_scope(cast.organization.id):
        newest = cast.change_type(cast.admin, schema, fields={"total_amount": {"label": "Sum"}})
    page = cast.browser(cast.reviewer).get(reverse("documents:schema_detail", args=[schema.id]))
    assert newest.number != base.number and sentence(page, "earned")
    with organization_scope(cast.organization.id):
        schema_publish(organization_id=cast.organization.id, spec=replace(base.spec, version="7.0"))
    page = cast.browser(cast.reviewer).get(reverse("documents:schema_detail", args=[schema.id]))
    assert sentence(page, "not_earned")


def test_page_shows_target_progress_and_plan_to_managers(cast, schema, inside):
    inside(lambda: add_evidence(schema, [True] * 60))
    address = reverse("documents:schema_auto_approval", args=[schema.id])
    for user in (cast.viewer, cast.owner):
        assert cast.browser(user).get(address).status_code == 403
    browser = cast.browser(cast.reviewer)
    page = browser.get(address)
    assert "41 more documents without an error for 95 %" in stratum_line(page, "other")
    assert "At the present rate that is on" in stratum_line(page, "other")
    assert "101 more documents without an error for 95 %" in stratum_line(page, "known_sender")
    text = page.content.decode()
    assert "10.0 % of the machine’s errors: a cautious figure" in text and '<polyline class="bound" points="' in text
    assert [int(n) for n in re.findall(r'<td class="num">(\d+)</td>', text)][::2] == [101, 202, 404, 808, 1616]
    assert "99.9 %: at least 5115 documents" in " ".join(text.split())
    done = browser.post(address, {"state": "never", "target": "990", "blind_percent": "30"}, follow=True)
    assert "is never approved automatically" in sentence(done, "never")
    changed = inside(Schema.objects.get, id=schema.id)
    assert (changed.auto_approval, changed.target, changed.blind_percent) == ("off", 990, 30)
    assert browser.post(address, {"target": "940"}).status_code == 400
    assert browser.post(address, {"blind_percent": "200"}).status_code == 400


def test_page_of_an_earned_type_says_what_it_rests_on(cast, schema, inside):
    inside(open_gates, schema)
    page = cast.browser(cast.reviewer).get(reverse("documents:schema_auto_approval", args=[schema.id]))
    assert "open; at most 5.0 % of documents are wrong (0 of 110 examined" in stratum_line(page, "other")


def test_pages_say_what_is_not_approved_automatically(cast, schema, inside, servers):
    def batch(schema=None) -> Batch:
        own = {"organization": cast.organization, "team": cast.team, "submitted_by": cast.owner}
        return inside(lambda: Batch.objects.create(schema=schema, name="Monday", **own))

    address = reverse("documents:batch_detail", args=[batch(schema).id])
    assert "Invoice has not earned automatic approval yet" in sentence(
        cast.browser(cast.viewer).get(address), "not_earned"
    )
    processing = cast.browser(cast.reviewer).get(reverse("documents:processing"))
    assert "Invoice" in sentence(processing, "not_earned")
    inside(open_gates, schema)
    assert "data-reason" not in cast.browser(cast.viewer).get(address).content.decode()
    processing = cast.browser(cast.reviewer).get(reverse("documents:processing"))
    assert "Invoice" in sentence(processing, "earned")


def test_system_switch_gives_its_own_sentence(cast, schema, inside, servers):
    inside(open_gates, schema)
    SystemSettings.objects.update_or_create(id=1, defaults={"is_auto_approval_on": False})
    for address in (reverse("documents:schema_detail", args=[schema.id]), reverse("documents:processing")):
        assert "a super admin can switch it on" in sentence(cast.browser(cast.admin).get(address), "system_off")
    answer = cast.browser(cast.viewer).get(reverse("api-schema-auto-approval", args=[schema.id])).json()
    assert (answer["state"], answer["is_allowed"], answer["reason"]) == ("earned", False, "system_off")


def test_type_without_required_fields_says_so_on_its_page(cast, schema, inside):
    with organization_scope(cast.organization.id):
        spec = newest_version(schema).spec
        fields = tuple(replace(field, is_required=False) for field in spec.fields)
        schema_publish(organization_id=cast.organization.id, spec=replace(spec, version="8.0", fields=fields))
    page = cast.browser(cast.admin).get(reverse("documents:schema_detail", args=[schema.id]))
    assert "No field of Invoice is required" in sentence(page, "no_required_field")


def test_api_shows_and_changes_it(cast, schema, inside):
    address = reverse("api-schema-auto-approval", args=[schema.id])
    viewer, manager = cast.browser(cast.viewer), cast.browser(cast.reviewer)
    inside(lambda: add_evidence(schema, [True] * 60))
    answer = viewer.get(address).json()
    assert (answer["state"], answer["is_allowed"], answer["reason"], answer["target"]) == (
        "earned",
        False,
        "not_earned",
        95.0,
    )
    other = next(one for one in answer["earning"]["strata"] if one["stratum"] == Stratum.OTHER)
    assert (other["documents"], other["missing"], other["opens_at"], other["is_open"]) == (60, 41, 101, False)
    assert answer["earning"]["stages"][0] == {"n": 101, "allowed": 0} and answer["earning"]["is_cautious"]

    def put(browser, **wanted):
        return browser.put(address, wanted, content_type="application/json")

    assert put(viewer, target=98).status_code == 403
    assert put(manager, target=97).status_code == 400
    assert put(manager, state="never", target=99.9, blind_percent=50).status_code == 204
    answer = viewer.get(address).json()
    assert (answer["state"], answer["target"], answer["blind_percent"]) == ("never", 99.9, 50)
    assert put(manager, state="earned").status_code == 204 and viewer.get(address).json()["target"] == 99.9


def test_django_admin_shows_it_and_does_not_change_it(cast, schema, inside):
    browser = cast.browser(cast.super_admin)
    address = reverse("admin:documents_schema_change", args=[schema.id])
    assert "automatic approval" in browser.get(address).content.decode().lower()
    inline = {f"versions-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    sent = {"name": "Bill", "team": "", "auto_approval": "demonstration", "target": "999", **inline}
    assert browser.post(address, sent).status_code == 302
    found = inside(Schema.objects.get, id=schema.id)
    assert (found.name, found.auto_approval, found.target) == ("Bill", "earned", 950)


@pytest.mark.django_db(transaction=True)
def test_upgrade_takes_the_manual_switch_away(cast, schema, inside, servers):
    """What was switched on by hand has to earn it, like what was off; the demonstration's types stay the demonstration's."""
    migration = import_module("documents.migrations.0032_earned_approval")
    base = inside(newest_version, schema).spec
    specs = {state: replace(base, key=state) for state in ("off", "by_hand", "demonstration")}
    with organization_scope(cast.organization.id):
        for state, spec in specs.items():
            made = schema_publish(organization_id=cast.organization.id, spec=spec).schema
            Schema.objects.filter(id=made.id).update(auto_approval=state)
    with psycopg.connect(servers.superuser_url(f"idp_{project.TEST_WORKER}")) as connection:
        for statement in migration.EARNING:
            connection.execute(statement)
    states = inside(lambda: dict(Schema.objects.filter(key__in=specs).values_list("key", "auto_approval")))
    assert states == {"off": "earned", "by_hand": "earned", "demonstration": "demonstration"}
