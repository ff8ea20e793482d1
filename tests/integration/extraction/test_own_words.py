"""An organisation's own words: who sets them, and that its pages are read by them from the next document on."""

from __future__ import annotations

import pytest
from fpdf import FPDF

from accounts.models import AuditEntry, Organization
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.words import built_in_words
from documents.models import FieldValue
from documents.selectors.words import words_of
from documents.services.schemas.schemas import schema_publish
from documents.services.schemas.words import organization_words_set
from idp_project.core.errors import Forbidden, InvalidInput
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit

SLIP = SchemaSpec("slip", "Slip", "1.0", (FieldSpec("total", FieldType.AMOUNT, "Total"),), locale="en_GB")
ROWS = (("Hammer", "20.00"), ("Schlussbetrag", "20.90"), ("Bezahlt", "50.00"))


def words_set(cast, person, words):
    with organization_scope(cast.organization.id):
        organization_words_set(cast.access(person), words)


def organization(cast):
    return Organization.objects.get(id=cast.organization.id)


def slip(name):
    page = FPDF()
    page.add_page()
    page.set_font("helvetica", size=12)
    page.text(20, 20, "Acme Ltd")
    for number, (label, amount) in enumerate(ROWS):
        page.text(20, 40 + 10 * number, label)
        page.text(120, 40 + 10 * number, amount)
    page.text(20, 100, name)  # no duplicate of the one before
    return files.incoming(f"{name}.pdf", bytes(page.output()))


@pytest.mark.django_db
class TestService:
    def test_admin_sets_words_and_audit_names_them(self, cast):
        words_set(cast, cast.admin, {"total": [" Schlussbetrag "], "place": []})
        assert organization(cast).settings["words"] == {"total": ["schlussbetrag"]}
        assert words_of(organization(cast)).total[-1] == "schlussbetrag"
        with organization_scope(cast.organization.id):
            entry = AuditEntry.objects.get(action="organization_settings_changed")
        assert entry.details["words"]["after"] == {"total": ["schlussbetrag"]}
        words_set(cast, cast.admin, {})
        assert "words" not in organization(cast).settings
        assert words_of(organization(cast)) is built_in_words()

    def test_others_set_no_words(self, cast):
        for person in (cast.teammate, cast.reviewer, cast.viewer):
            with pytest.raises(Forbidden):
                words_set(cast, person, {"total": ["schlussbetrag"]})
        assert "words" not in organization(cast).settings

    def test_unknown_group_is_refused(self, cast):
        with pytest.raises(InvalidInput) as refused:
            words_set(cast, cast.admin, {"totals": ["schlussbetrag"]})
        assert refused.value.code == "unusable_words" and "totals" in refused.value.message

    @pytest.mark.parametrize("stored", [{"gone": ["a"], "total": ["schlussbetrag"]}, {"total": 7}, ["a"], None])
    def test_stored_words_of_another_version_stop_nothing(self, cast, stored):
        row = organization(cast)
        row.settings = {"words": stored}
        assert set(words_of(row).total) >= set(built_in_words().total)


@pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
def test_pages_are_read_by_own_words(cast, drain):
    with organization_scope(cast.organization.id):
        schema = schema_publish(organization_id=cast.organization.id, spec=SLIP).schema

    def total(name):
        outcome = Outcome(submit(cast, slip(name), schema_id=schema.id))
        drain()
        with organization_scope(cast.organization.id):
            return FieldValue.objects.get(sub_document=outcome.sub_document(), name="total").value

    assert total("first") == "50.00"
    words_set(cast, cast.admin, {"total": ["Schlussbetrag"]})
    assert total("second") == "20.90"
