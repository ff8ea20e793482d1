"""The one catalogue of reasons: every code has its sentence, every sentence its described parameters, and each renders."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.utils import translation

from idp_project.core import reasons
from idp_project.core.reasons import CATALOG, Param, Reason, Sentence, define, placeholders
from idp_project.operations.supervisor.places import CHECKOUT
from tests.product_code import modules

SAMPLES = {
    Param.TEXT: "text {x}",
    Param.WORD: "a date",
    Param.LABEL: "Net Amount",
    Param.SUM: ["Net Amount", "VAT"],
    Param.TEXTS: ["Kühn GmbH", "Orion {x}"],
    Param.NUMBER: 7,
    Param.COUNT: 1234567,
    Param.BYTES: 3 * 2**20,
    Param.PERCENT: 0.87,
    Param.PERCENT_BELOW: 0.9499,
    Param.REASON: reasons.OWN_WORDS(text="because"),
    Param.BY_LANGUAGE: {"en": "The total is wrong.", "de": "Die Summe stimmt nicht."},
    Param.REASONS: [reasons.OWN_WORDS(text="one."), reasons.OWN_WORDS(text="two.")],
}
SENTENCES = [pytest.param(sentence, id=sentence.code) for sentence in CATALOG.values()]


def sample(sentence: Sentence) -> Reason:
    return sentence(**{name: SAMPLES[param] for name, param in sentence.params.items()})


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentence_renders_with_its_parameters(sentence):
    used = placeholders(sentence.template) | placeholders(sentence.beside_label)
    assert used == set(sentence.params), "each parameter is described, and used"
    reason = sample(sentence)
    for text in (reason.text, reason.text_beside_label, reason.source_text):
        assert text and "{number" not in text and not any(f"{{{name}}}" in text for name in sentence.params)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_reason_survives_json(sentence):
    reason = sample(sentence)
    again = Reason.from_dict(json.loads(json.dumps(reason.to_dict())))
    assert (again, hash(again), again.text) == (reason, hash(reason), reason.text)


def test_every_definition_is_known_to_every_process():
    """A process that renders a stored reason has its sentence: the apps load all of them when they start."""
    defined = {
        str(call.args[0].value)
        for module in modules()
        for call in module.calls("define")
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    ask = "import django, json; django.setup(); from idp_project.core.reasons import CATALOG; print(json.dumps(list(CATALOG)))"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "idp_project.settings.test"}
    started = subprocess.run([sys.executable, "-c", ask], cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert started.returncode == 0, started.stderr
    known = set(json.loads(started.stdout))
    assert len(defined) > 300 and defined - known == set()


def test_templates_are_marked_for_translators():
    unmarked = []
    for module in modules():
        for call in module.calls("define"):
            texts = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "beside_label")]
            unmarked += [
                f"{module.path}:{call.lineno}"
                for text in texts
                if not (isinstance(text, ast.Call) and isinstance(text.func, ast.Name) and text.func.id == "_")
                and not (isinstance(text, ast.Constant) and set(str(text.value)) <= set("{}abcdefghijklmnopqrstuvwxyz"))
                and not isinstance(text, ast.Name)
            ]
    assert unmarked == []


def test_reasons_are_made_by_their_sentences_only():
    """A code that is written out could be one that the catalogue does not have."""
    allowed = {"idp_project/core/reasons.py", "idp_project/core/reason_matching.py"}
    written = [
        f"{module.path}:{call.lineno}"
        for module in modules()
        if module.path not in allowed
        for call in module.calls("Reason")
    ]
    assert written == []


def test_code_is_defined_once():
    with pytest.raises(ValueError, match="twice"):
        define("legacy", "{text}", text=Param.TEXT)
    with pytest.raises(ValueError, match="parameters"):
        define("never_defined", "{text}")
    assert "never_defined" not in CATALOG


@pytest.mark.parametrize("values", [{}, {"label": "Total", "more": 1}])
def test_wrong_parameters_are_refused(values):
    from documents.domain.reasons import NOT_LOCATED

    with pytest.raises(TypeError, match="not_located takes"):
        NOT_LOCATED(**values)


def test_code_of_a_newer_release_is_shown():
    assert Reason("of_tomorrow", {"number": 1}).text == "of_tomorrow"
    assert Reason("of_tomorrow", {"text": "It will be."}).text == "It will be."


def test_row_without_a_parameter_does_not_break_the_page():
    assert Reason("not_located", {}).text == "{label} was not located on the page."


GERMAN = {
    "Row {row}, {reason}": "Zeile {row}, {reason}",
    "{label}: confidence {confidence} is below the threshold of {threshold}.": "{label}: nur {confidence} statt {threshold}.",
    "confidence {confidence} is below the threshold of {threshold}.": "nur {confidence} statt {threshold}.",
    "{number}%": "{number} %",
    "{first} plus {second}": "{first} und {second}",
    "{total} does not equal {addends}: {sum} ≠ {amount}": "{total} ist nicht {addends}: {sum} ≠ {amount}",
    "{label} could not be read as {kind}: “{text}”.": "{label} ist nicht {kind}: „{text}“.",
    "a date": "ein Datum",
}


@pytest.fixture
def german(monkeypatch):
    """German with the few sentences above, however much of the real catalogue there is."""
    with translation.override("de"):
        catalog = translation.trans_real._active.value  # type: ignore[attr-defined]
        plain = catalog.gettext
        monkeypatch.setattr(catalog, "gettext", lambda text: GERMAN.get(text) or plain(text))
        yield


def test_reader_decides_the_language(german):
    from documents.domain.reasons import BELOW_THRESHOLD, IN_ROW, SUM_DIFFERS, WRONG_TYPE

    doubt = BELOW_THRESHOLD(label="Netto", confidence=0.9499, threshold=0.95)
    assert IN_ROW(row=3, reason=doubt).text == "Zeile 3, Netto: nur 94 % statt 95 %."
    assert doubt.text_beside_label == "nur 94 % statt 95 %."
    differs = SUM_DIFFERS(total="Summe", addends=["Netto", "Steuer", "Porto"], sum="1 + 2 + 3", amount="7")
    assert differs.text == "Summe ist nicht Netto und Steuer und Porto: 1 + 2 + 3 ≠ 7", "nouns keep their capitals"
    assert WRONG_TYPE(label="Tag", kind="a date", text="x").text == "Tag ist nicht ein Datum: „x“."
    assert doubt.source_text == "Netto: confidence 94% is below the threshold of 95%."
    with translation.override(settings.LANGUAGE_CODE):
        assert doubt.text == doubt.source_text
