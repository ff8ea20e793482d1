"""How the main job on real documents is scored."""

from tests.real.scoring import Found, score


def found(document: str, value: str | None, *, expected: str = "12.50", raw_text: str = "") -> Found:
    return Found(document, "total", expected, value, raw_text or (value or ""))


def test_same_amount_day_or_letters_are_right_and_nothing_else():
    assert found("a", "12.5").is_right
    assert found("a", "99", raw_text="RM 12.50").is_right, "as printed"
    assert found("a", "2020-01-02", expected="2020-01-02").is_right
    assert found("a", "NL 81.0", expected="nl810").is_right
    assert not found("a", "12.60").is_right
    assert not found("a", None).is_right


def test_f1_counts_what_was_found_and_what_was_labelled():
    one = score([found("a", "12.50"), found("a", "13"), found("b", None)])
    assert (one.precision, one.recall) == (1 / 2, 1 / 3)
    assert one.f1 == 2 * 1 / (2 + 3)
    assert one.low <= one.f1 <= one.high


def test_without_any_doubt_the_interval_is_a_point():
    sure = score([found(name, "12.50") for name in "abcd"])
    assert (sure.low, sure.f1, sure.high) == (1.0, 1.0, 1.0)
