"""Windows, sentences and keywords: spans claim exactly their text, nothing is lost, words stay whole."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from idp_project.core.spans import Span
from rag.domain.ask_settings import AskSettings
from rag.domain.keywords import keywords, numbers, search_words
from rag.domain.sentences import sentences
from rag.domain.windows import windows

TEXTS = st.text(alphabet=st.sampled_from("abcde .,:!\nÄ1"), max_size=600)
SIZES = st.integers(min_value=12, max_value=120)
OVERLAPS = st.integers(min_value=0, max_value=40)


@given(TEXTS, SIZES, OVERLAPS)
def test_windows_hold_every_word_within_their_size(text: str, size: int, overlap: int) -> None:
    spans = windows(text, size=size, overlap=min(overlap, size - 1))
    held = set()
    for span in spans:
        assert 0 < len(span) <= size
        assert span.of(text) == span.of(text).strip()
        held |= set(range(span.start, span.end))
    assert all(position in held for position, character in enumerate(text) if not character.isspace())
    assert [span.start for span in spans] == sorted({span.start for span in spans})


@given(TEXTS, SIZES, OVERLAPS)
def test_windows_cut_no_word_that_fits(text: str, size: int, overlap: int) -> None:
    for span in windows(text, size=size, overlap=min(overlap, size - 1)):
        is_end = span.end == len(text) or text[span.end].isspace()
        assert is_end or len(span.of(text).split()) == 1 or max(map(len, text.split())) > size


def test_windows_overlap() -> None:
    text = " ".join(f"word{number}" for number in range(100))
    spans = windows(text, size=100, overlap=30)
    assert len(spans) > 5
    for before, after in itertools.pairwise(spans):
        assert before.start < after.start < before.end < after.end


def test_windows_prefer_the_ends_of_lines() -> None:
    text = "\n".join("a line of six little words" for _ in range(10))
    for span in windows(text, size=100, overlap=30):
        assert span.end == len(text) or text[span.end] == "\n"
        assert span.start == 0 or text[span.start - 1] == "\n"


@given(TEXTS)
def test_sentences_hold_every_word_once(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(span.of(text) for span in found).split()) == "".join(text.split())
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))


def test_sentences_of_prose_and_of_forms() -> None:
    text = "Invoice 2024-17\nTotal 119.50 EUR\nThe goods were delivered to the town\nhall on Monday. We thank Dr. Weiß."
    assert [span.of(text) for span in sentences(text)] == [
        "Invoice 2024-17",
        "Total 119.50 EUR",
        "The goods were delivered to the town\nhall on Monday.",
        "We thank Dr. Weiß.",
    ]


def test_keywords_leave_function_words_out_and_keep_codes() -> None:
    assert keywords("What is the total of invoice RE-2024-17?") == ["total", "invoice", "re-2024-17"]
    assert keywords("Wie hoch ist die Gebühr für 3 Tonnen?") == ["hoch", "gebuhr", "3", "tonnen"]
    assert search_words('find "city hall" or invoice 17') == '"city hall" or "invoice" or "17"'
    assert numbers("EUR 1,250.00 on 3 May") == {"125000", "3"}


def test_settings_have_defaults_and_bounds() -> None:
    assert AskSettings.of({}) == AskSettings()
    chosen = AskSettings.of(
        {"ask": {"chunk_characters": 300, "retrieved": 1000, "relevance": "high", "statements": True}}
    )
    assert chosen == AskSettings(chunk_characters=300)
    assert AskSettings.of({"ask": {"chunk_characters": 200, "chunk_overlap": 500}}).chunk_overlap == 0


def test_a_span_of_a_sentence_indexes_its_text() -> None:
    text = "One two. Three four."
    assert [Span(s.start, s.end).of(text) for s in sentences(text)] == ["One two.", "Three four."]
