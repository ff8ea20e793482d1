"""Business rules in the real rule server: named, located, offline; and what XML built to do harm meets there."""

from __future__ import annotations

import gzip
import hashlib
import tomllib

import pytest

from idp_project.core.errors import PermanentFailure
from idp_project.core.isolation.limits import SandboxLimits
from idp_project.core.isolation.mode import isolation_of
from idp_project.core.isolation.rules.client import RuleServer
from idp_project.core.isolation.rules.judging import errors_first
from idp_project.core.isolation.rules.rule_sets import DATA, rule_sets, rules_for
from tests.factories import e_invoices

pytestmark = pytest.mark.enable_socket


@pytest.fixture(scope="module")
def rules():
    return RuleServer(limits=SandboxLimits())


def named(judgement) -> set[str]:
    return {message.rule for message in judgement.errors}


@pytest.mark.parametrize("syntax", ["cii", "ubl"])
def test_a_correct_invoice_breaks_no_rule(rules, syntax):
    judgement = rules.judge(e_invoices.written(syntax))
    assert judgement.messages == ()
    assert set(judgement.versions) == {f"en16931-{syntax}"}
    assert "1.3.16" in judgement.versions[f"en16931-{syntax}"]


@pytest.mark.parametrize("syntax", ["cii", "ubl"])
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"number": ""}, "BR-02"),
        ({"seller": ""}, "BR-06"),
        ({"gross": "120.00"}, "BR-CO-15"),
        ({"lines_total": "99.00"}, "BR-CO-10"),
        ({"vat": "18.00", "gross": "118.00", "due": "118.00"}, "BR-S-09"),
        ({"seller_vat_id": ""}, "BR-S-02"),
        ({"currency": "EURO"}, "BR-CL-0"),
        ({"due": "1.00"}, "BR-CO-16"),
    ],
)
def test_a_broken_rule_is_named_and_located(rules, syntax, change, rule):
    judgement = rules.judge(e_invoices.written(syntax, **change))
    found = [message for message in judgement.errors if message.rule.startswith(rule)]
    assert found, named(judgement)
    assert found[0].text and found[0].path.startswith(("/rsm:CrossIndustryInvoice", "/ubl:Invoice"))


@pytest.mark.parametrize("syntax", ["cii", "ubl"])
def test_xrechnung_needs_a_leitweg_id_and_a_contact(rules, syntax):
    judgement = rules.judge(e_invoices.written(syntax, guideline=e_invoices.XRECHNUNG))
    assert {"BR-DE-2", "BR-DE-15"} <= named(judgement)
    assert f"xrechnung-{syntax}" in judgement.versions


def test_children_are_reused_from_one_compiled_server(rules):
    """Each is a fork; none is worse off for those before it."""
    content = e_invoices.written("cii")
    assert {len(rules.judge(content).messages) for _ in range(30)} == {0}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (e_invoices.XXE, "xml_external_entity"),
        (e_invoices.BILLION_LAUGHS, "xml_entities"),
        (e_invoices.WITH_DTD, "xml_with_dtd"),
        (b"<note/>", "not_an_e_invoice"),
        (b"<Invoice>", "damaged"),
    ],
)
def test_harmful_xml_is_refused_by_name(rules, content, code):
    with pytest.raises(PermanentFailure) as refused:
        rules.judge(content)
    assert refused.value.code == code


def test_a_long_invoice_is_judged(rules):
    """More prefixes than Saxon takes, and a heap that is collected in a fork."""
    judgement = rules.judge(e_invoices.written("cii", lines=3000))
    assert judgement.messages == ()


def test_memory_and_time_of_a_judgement_are_bounded():
    verdicts = []
    limits = SandboxLimits(memory_bytes=460 * 2**20, cpu_seconds=20, wall_seconds=30)
    tight = RuleServer(limits=limits, on_verdict=lambda _, verdict: verdicts.append(verdict))
    with pytest.raises(PermanentFailure) as refused:
        tight.judge(e_invoices.written("cii", lines=8000))
    assert refused.value.code in ("too_much_memory", "too_slow", "parser_crashed")
    assert tight.judge(e_invoices.written("cii")).messages == ()  # the next one is judged all the same
    tight._server.stop()


def test_all_restrictions_hold(rules):
    rules.judge(e_invoices.written("cii"))
    here = isolation_of(rules._server.ensure_running())
    assert here is not None and here.missing == []


def test_shipped_rules_are_those_that_are_named():
    listed = tomllib.loads((DATA / "sources.toml").read_text())["source"]
    for source in listed:
        content = gzip.decompress((DATA / f"{source['file']}.gz").read_bytes())
        assert hashlib.sha256(content).hexdigest() == source["sha256"]
        assert source["licence"] and source["commit"] and source["version"]
    assert all(rules.path.is_file() for rules in rule_sets().values())


@pytest.mark.parametrize(
    ("syntax", "guideline", "names"),
    [
        ("cii", "urn:cen.eu:en16931:2017", ("en16931-cii",)),
        ("cii", "", ("en16931-cii",)),
        ("ubl", e_invoices.XRECHNUNG, ("en16931-ubl", "xrechnung-ubl")),
        ("cii", "urn:factur-x.eu:1p0:minimum", ("factur-x-minimum",)),
        ("cii", "urn:factur-x.eu:1p0:basicwl", ("factur-x-basicwl",)),
        ("cii", "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", ("en16931-cii",)),
        ("cii", "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended", ("factur-x-extended",)),
        ("order-x", "urn:order-x.eu:1p0:comfort", ("order-x-comfort",)),
        ("order-x", "urn:order-x.eu:1p0:extended", ("order-x-extended",)),
        ("order-x", "urn:order-x.eu:1p0:minimum", ("order-x-extended",)),
        ("zugferd1", "urn:ferd:CrossIndustryDocument:invoice:1p0:comfort", ()),
    ],
)
def test_rules_follow_syntax_and_profile(syntax, guideline, names):
    assert rules_for(syntax, guideline) == names


def test_warnings_leave_no_error_out():
    warnings = [{"rule": f"W-{number}", "flag": "warning"} for number in range(5)]
    errors = [{"rule": f"E-{number}", "flag": "error"} for number in range(2)]
    assert errors_first([*warnings, *errors], most=3) == [*errors, warnings[0]]
    assert errors_first([*errors, *errors], most=3) == [*errors, errors[0]]
