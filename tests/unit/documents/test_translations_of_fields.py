"""Labels and aliases by language: read on every paper, shown to people in theirs, kept by files in both directions."""

from dataclasses import replace

import pytest

from documents.domain.drafts.changes import changes_between, is_major
from documents.domain.drafts.files import FileForm, definition_in, file_of
from documents.domain.drafts.problems import problems_of
from documents.domain.drafts.shape import spec_from
from documents.domain.schema_spec import FieldSpec, FieldType, SchemaSpec, TableSpec, Translation
from idp_project.core.errors import InvalidInput

GERMAN = Translation("de", "Rechnungsnummer", ("Rg.-Nr.", "invoice no."))
FRENCH = Translation("fr", "", ("N° de facture",))
NUMBER = FieldSpec("number", FieldType.IDENTIFIER, "Invoice number", ("Invoice no.",), translations=(GERMAN, FRENCH))
ITEMS = TableSpec("items", "Items", (replace(NUMBER, name="article"),), translations=(Translation("de", "Posten"),))
SCHEMA = SchemaSpec("bill", "Bill", "1.0", (NUMBER,), tables=(ITEMS,))


def test_words_of_every_language_are_looked_for_once():
    assert NUMBER.labels == ("Invoice number", "Invoice no.", "Rechnungsnummer", "Rg.-Nr.", "N° de facture")


@pytest.mark.parametrize(
    ("language", "label"),
    [("de", "Rechnungsnummer"), ("de-ch", "Rechnungsnummer"), ("en", "Invoice number"), ("fr", "Invoice number")],
)
def test_people_read_the_label_of_their_language(language, label):
    shown = SCHEMA.in_language(language)
    assert (shown.fields[0].label, shown.tables[0].columns[0].label) == (label, label)
    assert shown.tables[0].label == ("Posten" if language.startswith("de") else "Items")


@pytest.mark.parametrize("form", list(FileForm))
def test_files_keep_languages_and_lists(form):
    listed = replace(NUMBER, listed_in="suppliers", listed_column="name")
    schema = replace(SCHEMA, fields=(listed,))
    read = definition_in(file_of(schema, form))
    assert spec_from(read, key="bill", version="1.0") == schema


def test_another_language_is_no_new_major_version_but_a_list_is():
    fewer = replace(SCHEMA, fields=(replace(NUMBER, translations=(GERMAN,)),))
    said = changes_between(SCHEMA, fewer)
    assert not is_major(said) and "− N° de facture (fr)" in said[0].reason.text
    listed = replace(SCHEMA, fields=(replace(NUMBER, listed_in="suppliers", listed_column="name"),))
    found = changes_between(SCHEMA, listed)
    assert is_major(found) and "looked up in suppliers.name" in found[0].reason.text
    assert "no longer" in changes_between(listed, SCHEMA)[0].reason.text


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"listed_in": "suppliers", "listed_column": "name"}, None),
        ({"listed_in": "nobody", "listed_column": "name"}, "fields/0/listed_in"),
        ({"listed_in": "suppliers", "listed_column": "place"}, "fields/0/listed_column"),
        ({"listed_in": "suppliers"}, "fields/0/listed_column"),
        ({"listed_column": "name"}, "fields/0/listed_in"),
        ({"listed_in": "suppliers", "listed_column": "name", "type": FieldType.TICK_BOX}, "fields/0/listed_in"),
        ({"translations": (Translation("de", "x" * 121),)}, "fields/0/translations/de/label"),
        ({"translations": (Translation("de", "", ("x" * 121,)),)}, "fields/0/translations/de/aliases"),
    ],
)
def test_a_list_has_to_be_there_and_words_have_to_fit(changes, problem):
    schema = replace(SCHEMA, fields=(replace(NUMBER, **changes),), tables=())
    found = [one.path for one in problems_of(schema, lists={"suppliers": ("number", "name")})]
    assert found == ([problem] if problem else [])


@pytest.mark.parametrize(
    "said", [{"xx": {"label": "A"}}, {"de": {"name": "A"}}, {"de": "A"}, {"de": {"aliases": "A"}}, []]
)
def test_a_language_of_another_shape_is_refused(said):
    with pytest.raises(InvalidInput):
        spec_from({"fields": [{"name": "a", "translations": said}]}, key="bill", version="")
