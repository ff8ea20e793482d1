"""An organisation's own words: who sets them, and that its pages are read by them from the next document on."""

from __future__ import annotations

import pytest
from fpdf import FPDF

from accounts.models import AuditEntry, Organization
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec
from documents.domain.words import built_in_words
from documents.domain.words.own import OwnWord
from documents.models import FieldValue
from documents.selectors.words import organization_words_for, words_of
from documents.services.schemas.schemas import schema_publish
from documents.services.schemas.words import organization_word_add, organization_word_remove
from idp_project.core.errors import Forbidden, InvalidInput, NotFound
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit

SLIP = SchemaSpec("slip", "Slip", "1.0", (FieldSpec("total", FieldType.AMOUNT, "Total"),), locale="en_GB")
ROWS = (("Hammer", "20.00"), ("Schlussbetrag", "20.90"), ("Bezahlt", "50.00"))


def word_add(cast, person, *wanted):
    with organization_scope(cast.organization.id):
        return organization_word_add(cast.access(person), OwnWord(*wanted))


def word_remove(cast, person, word):
    with organization_scope(cast.organization.id):
        organization_word_remove(cast.access(person), word.id)


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
    def test_admin_adds_and_removes_a_word_and_audit_names_it(self, cast):
        word = word_add(cast, cast.admin, "total", " Schlussbetrag ", "de")
        assert word == OwnWord("total", "schlussbetrag", "de")
        assert words_of(organization(cast)).total[-1] == "schlussbetrag"
        word_remove(cast, cast.admin, word)
        assert words_of(organization(cast)) is built_in_words()
        with organization_scope(cast.organization.id):
            entries = AuditEntry.objects.filter(action__startswith="organization_word").order_by("number")
            assert [entry.action for entry in entries] == ["organization_word_added", "organization_word_removed"]
            assert entries[0].details == {"group": "total", "word": "schlussbetrag", "language": "de"}

    def test_other_settings_stay(self, cast):
        Organization.objects.filter(id=cast.organization.id).update(settings={"ocr": "rapidocr"})
        word_add(cast, cast.admin, "total", "Schlussbetrag")
        assert organization(cast).settings["ocr"] == "rapidocr"

    def test_others_set_no_words(self, cast):
        for person in (cast.teammate, cast.reviewer, cast.viewer):
            with pytest.raises(Forbidden):
                word_add(cast, person, "total", "schlussbetrag")
        assert "words" not in organization(cast).settings

    def test_unusable_word_is_refused_with_its_reason(self, cast):
        with pytest.raises(InvalidInput) as refused:
            word_add(cast, cast.admin, "totals", "schlussbetrag")
        assert refused.value.code == "own_word_group" and "totals" in refused.value.message

    def test_word_that_is_gone_is_not_found(self, cast):
        with pytest.raises(NotFound):
            word_remove(cast, cast.admin, OwnWord("total", "schlussbetrag"))

    def test_list_is_by_group_and_language(self, cast):
        for wanted in (("total", "Schlussbetrag", "de"), ("tax", "Abgabe", "de"), ("total", "Somma tutta", "it")):
            word_add(cast, cast.admin, *wanted)
        with organization_scope(cast.organization.id):
            access = cast.access(cast.admin)
            everything, german, totals = (
                organization_words_for(access, **chosen) for chosen in ({}, {"language": "de"}, {"group": "total"})
            )
        assert [word.word for word in everything.own] == ["schlussbetrag", "somma tutta", "abgabe"]
        assert [word.word for word in german.own] == ["schlussbetrag", "abgabe"]
        assert [word.word for word in totals.own] == ["schlussbetrag", "somma tutta"]
        assert "gesamtbetrag" in german.built_in["total"] and "totale" not in german.built_in["total"]
        assert list(totals.built_in) == ["total"]

    @pytest.mark.parametrize("stored", [[{"group": "gone", "word": "a"}], {"total": ["a"]}, ["a"], 7, None])
    def test_stored_words_of_another_version_stop_nothing(self, cast, stored):
        row = organization(cast)
        row.settings = {"words": stored}
        assert words_of(row) is built_in_words()


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
    word_add(cast, cast.admin, "total", "Schlussbetrag")
    assert total("second") == "20.90"
