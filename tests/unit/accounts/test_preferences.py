"""Which engine is meant: the most particular choice that says something."""

import pytest

from accounts.domain.preferences import Choice, Source, resolve_preferences

BUILT_IN = {"ocr": "rapidocr", "llm": "builtin", "embeddings": "builtin"}


@pytest.mark.parametrize(
    ("schema", "organization", "system", "expected"),
    [
        ({"llm": "groq"}, {"llm": "openai"}, {"llm": "ollama"}, Choice("groq", Source.SCHEMA)),
        ({"llm": ""}, {"llm": "openai"}, {"llm": "ollama"}, Choice("openai", Source.ORGANIZATION)),
        ({}, {"llm": None, "ask": {}}, {"llm": "ollama"}, Choice("ollama", Source.SYSTEM)),
        ({}, {"llm": " "}, {"llm": ""}, Choice("builtin", Source.BUILT_IN)),
        ({"llm": "builtin"}, {"llm": "openai"}, {}, Choice("builtin", Source.SCHEMA)),
    ],
)
def test_the_most_particular_choice_wins(schema, organization, system, expected):
    layers = zip(Source, (schema, organization, system, BUILT_IN), strict=True)
    found = resolve_preferences(list(layers))
    assert found.llm == expected
    assert found.ocr == Choice("rapidocr", Source.BUILT_IN)


def test_a_choice_may_name_the_model_too():
    choice = Choice("ollama/llama3.1:8b", Source.SCHEMA)
    assert (choice.provider, choice.model, choice.is_built_in) == ("ollama", "llama3.1:8b", False)
    assert (Choice("openai", Source.SCHEMA).model, Choice("builtin", Source.SCHEMA).is_built_in) == ("", True)
