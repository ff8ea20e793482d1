"""The page and the API of an organisation's own words."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Organization

PAGE = "/organization/words/"
API = "/api/v1/organization/words/"
WORD = {"group": "total", "word": "Schlussbetrag", "language": "de"}


@pytest.fixture
def tab(cast) -> Client:
    return cast.browser(cast.admin)


def own(cast):
    return Organization.objects.get(id=cast.organization.id).settings.get("words", [])


def test_admin_adds_sees_and_removes_a_word(tab, cast):
    answer = tab.post(f"{PAGE}?language=de", {**WORD, "meaning": ""}, follow=True)
    page = answer.content.decode()
    assert "“Schlussbetrag” is added" in page and "<strong>schlussbetrag</strong>" in page
    assert answer.redirect_chain[0][0].endswith("language=de")
    assert own(cast) == [{"group": "total", "word": "schlussbetrag", "language": "de"}]
    listed = tab.get(API).json()["own"]
    page = tab.post(f"{PAGE}{listed[0]['id']}/remove/", follow=True).content.decode()
    assert "The word is removed." in page and own(cast) == []


def test_refusal_stands_at_the_form_and_nothing_typed_is_lost(tab, cast):
    answer = tab.post(PAGE, {"group": "total", "word": "Grand total", "language": "en"})
    page = answer.content.decode()
    assert answer.status_code == 400 and own(cast) == []
    assert "“grand total” is known in this group already." in page and 'value="Grand total"' in page


def test_month_needs_to_be_chosen_for_its_name(tab, cast):
    month = {"group": "month_name", "word": "Lenzing", "language": "de"}
    assert "Choose the month" in tab.post(PAGE, month).content.decode()
    page = tab.post(PAGE, {**month, "meaning": "3"}, follow=True).content.decode()
    assert "lenzing" in page and "March" in page


def test_built_in_words_are_shown_for_a_group_or_a_language(tab):
    assert "gesamtbetrag" not in tab.get(PAGE).content.decode()
    german = tab.get(PAGE, {"language": "de", "group": "total"}).content.decode()
    assert "gesamtbetrag" in german and "grand total" not in german
    assert "gesamtbetrag" in tab.get(PAGE, {"group": "total"}).content.decode()
    assert tab.get(PAGE, {"group": "nothing"}).status_code == 400


def test_page_names_languages_in_the_language_of_its_reader(tab, cast):
    assert ">German<" in tab.get(PAGE, {"language": "de"}).content.decode()
    Organization.objects.filter(id=cast.organization.id).update(language="de")
    page = tab.get(PAGE, {"language": "de"}).content.decode()
    assert ">Deutsch<" in page


def test_api_lists_adds_and_removes(tab):
    added = tab.post(API, WORD, content_type="application/json")
    assert added.status_code == 201 and added.json()["word"] == "schlussbetrag"
    listed = tab.get(API, {"group": "total", "language": "de"}).json()
    assert listed["own"] == [added.json()] and "gesamtbetrag" in listed["built_in"]["total"]
    assert tab.delete(f"{API}{added.json()['id']}/").status_code == 204
    assert tab.delete(f"{API}{added.json()['id']}/").status_code == 404


@pytest.mark.parametrize(
    "wanted", [{"group": "totals"}, {"language": "xx"}, {"word": ""}, {"meaning": "13"}, {"colour": "red"}]
)
def test_api_refuses_what_it_does_not_know(tab, cast, wanted):
    answer = tab.post(API, WORD | wanted, content_type="application/json")
    assert answer.status_code == 400 and own(cast) == []
