"""What becomes of a page whose print the OCR engine found but hardly read: another script is read by the engine that can.

On a page that was read this costs nothing: the engine itself says where it failed. Only then lines are looked at again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from documents.domain.file_reasons import PAGE_HARDLY_READ, PAGE_SCRIPT_UNREADABLE
from documents.domain.pipeline import PageStepName
from extraction.context import PageContext
from extraction.local.paper import Image
from extraction.page_steps.missed_lines import with_doubtful_lines, with_missed_lines
from extraction.page_steps.two_readings import combined, filled
from idp_project.core.errors import PermanentFailure
from idp_project.core.geometry import Polygon
from idp_project.core.page_text import PageText, TextSource
from idp_project.core.scripts import NAMES, Script, letters_by_script
from idp_project.providers.errors import EngineMissing, ModelMissing
from idp_project.providers.ocr.script_classifier import ScriptVote

_NOTICED = 0.15  # share of the page's print that was not read from which its script is looked at
_HARDLY_READ = 0.40  # share from which a person has to look
_MOSTLY = 0.60  # share from which the script's own engine reads the whole page, not only what was unread
_LIKELY_VOTE = 0.30  # from which a script's engine is tried
_SURE_VOTE, _SURE_OF_FEW = (
    0.50,
    0.70,
)  # from which it is named without having been read; where most of the page was read
_LEAST_LENGTH = 12.0  # heights of a line: less is a signature or a logo
_FULL_DENSITY = 2.0  # characters per height of a line, of print that is read
_LEAST_CONFIDENCE = 0.60
_LEAST_SHARE = 0.30  # of the letters at those places, to call them of that script
_BASE = 0.50  # of the page's letters, for its own engine's reading to be the base of the text
_HALF_READ = 0.10  # share of Greek letters from which a page is Greek: RapidOCR has some of them
_SAYS_WHERE = "rapidocr"
_DOUBTFUL = 0.80  # mean confidence of an engine that does not say where it failed
_MARKS_PER_CHARACTER = 5.0  # of engines that do not say where they failed
_MOST_MARKS_UNREAD = 60


@dataclass(frozen=True)
class SettledReading:
    """`image` is given where the page had to be turned; `facts` are added to those of read_text."""

    text: PageText
    facts: dict[str, Any] = field(default_factory=dict)
    image: Image | None = None


def settle_script(context: PageContext, text: PageText) -> SettledReading:
    """The reading that stays. Facts: script, unread_share (0..1), quarter_turns that were added, and `unread`: why a person
    has to look at the page, as a stored reason.
    """
    assert context.image is not None
    first = with_doubtful_lines(_with_places(context, text))
    share = unread_share(first, context)
    vote = _vote(context, first, share)
    if vote is None:
        return _judged(context, text, share)
    image = np.ascontiguousarray(context.image[::-1, ::-1]) if vote.is_turned else context.image
    is_mostly = share >= _MOSTLY or vote.script is Script.GREEK
    found: PageText | None
    try:
        found = _read(context, first, image, vote, has_latin=not is_mostly)
    except (EngineMissing, ModelMissing):
        return _refused(context, text, vote, share)
    except PermanentFailure:
        found = None
    if found is None or not _is_of(found, vote.script, [] if is_mostly or vote.is_turned else first.unread):
        return _judged(context, text, share)
    facts = {"script": vote.script.value, "unread_share": 0.0, "quarter_turns": 2 if vote.is_turned else 0}
    if vote.is_turned:  # the first reading's places are those of the page on its head
        return SettledReading(found, facts, image)
    is_base = is_mostly or _share_of(found.text, vote.script) >= _BASE
    return SettledReading(combined(found, first, vote.script) if is_base else filled(first, found), facts)


def _read(context: PageContext, first: PageText, image: Image, vote: ScriptVote, *, has_latin: bool) -> PageText:
    assert context.scripts is not None
    engine = context.scripts.engine_for(vote.script, has_latin=has_latin)
    places = [place.rotated(2) for place in first.unread] if vote.is_turned else first.unread
    return with_missed_lines(engine, image, engine.recognize(image), places)


def _with_places(context: PageContext, text: PageText) -> PageText:
    """The reading, of an engine that does not say where it failed and doubts what it read, RapidOCR's."""
    assert context.image is not None
    is_doubtful = text.source is TextSource.OCR and (text.mean_confidence or 0.0) < _DOUBTFUL
    if (
        text.unread
        or context.scripts is None
        or context.image is None
        or text.engine == _SAYS_WHERE
        or not (is_doubtful or _by_marks(text, context))
    ):
        return text
    return context.scripts.first_reading(context.image)


def unread_share(text: PageText, context: PageContext) -> float:
    """How much of the lines of print on the page gave no characters, 0..1."""
    height, width = context.image.shape[:2] if context.image is not None else (1, 1)
    aspect = width / height
    unread = 0.0
    for place in text.unread:
        box = place.bounding_box
        long, short = sorted((box.width * aspect, box.height), reverse=True)
        unread += long / (short or 1.0)
    if unread:
        if unread < _LEAST_LENGTH:
            return 0.0
        inside = [place.bounding_box for place in text.unread]
        read = sum(len(word.text) for word in text.words if not _is_inside(word.polygon.bounding_box.center, inside))
        return round(unread / (unread + read / _FULL_DENSITY), 4)
    return _by_marks(text, context)


def _by_marks(text: PageText, context: PageContext) -> float:
    """For readers that do not say where they failed: marks of ink against characters."""
    marks = int(context.facts.get(PageStepName.CLASSIFY_PAGE, {}).get("marks") or 0)
    characters = sum(len(word.text) for word in text.words) or len(text.text)
    if marks < _MOST_MARKS_UNREAD or characters * _MARKS_PER_CHARACTER >= marks:
        return 0.0
    return round(1 - characters * _MARKS_PER_CHARACTER / marks, 4)


def _is_inside(point: tuple[float, float], boxes: Sequence[Any]) -> bool:
    x, y = point
    return any(box.left <= x <= box.right and box.top <= y <= box.bottom for box in boxes)


def _vote(context: PageContext, text: PageText, share: float) -> ScriptVote | None:
    """The script that another engine has to read, and whether the page stands on its head; None where there is no sign."""
    if context.scripts is None or context.image is None:
        return None
    assert context.image is not None
    letters = letters_by_script(text.text) if text.engine == _SAYS_WHERE else Counter[Script]()
    if letters[Script.GREEK] > _HALF_READ * sum(letters.values()) and letters[Script.GREEK] > _LEAST_LENGTH:
        return ScriptVote(Script.GREEK, False, 1.0)
    if share < _NOTICED:
        return None
    vote = context.scripts.tell(context.image, text.unread)
    if vote is None or vote.share < _LIKELY_VOTE or vote.script in (Script.LATIN, Script.HAN):
        return None
    return vote


def _is_of(text: PageText, script: Script, places: Sequence[Polygon]) -> bool:
    """Whether the script's own engine found it: on the page, or at the places that were not read."""
    boxes = [place.bounding_box for place in places]
    words = [word for word in text.words if not boxes or _is_inside(word.polygon.bounding_box.center, boxes)]
    letters = sum(len(word.text) for word in words)
    confidence = sum(len(word.text) * (word.confidence or 0.0) for word in words) / max(1, letters)
    return confidence >= _LEAST_CONFIDENCE and _share_of(" ".join(word.text for word in words), script) >= _LEAST_SHARE


def _share_of(text: str, script: Script) -> float:
    letters = letters_by_script(text)
    return letters[script] / max(1, letters.total())


def _judged(context: PageContext, text: PageText, share: float) -> SettledReading:
    facts: dict[str, Any] = {"unread_share": share}
    if share < _HARDLY_READ:
        return SettledReading(text, facts)
    facts["unread"] = PAGE_HARDLY_READ(page=context.page_number, share=share).to_dict()
    return SettledReading(_doubted(text, share), facts)


def _refused(context: PageContext, text: PageText, vote: ScriptVote, share: float) -> SettledReading:
    """Nothing here reads the script. It is named where it is sure."""
    if vote.share < (_SURE_VOTE if share >= _HARDLY_READ else _SURE_OF_FEW):
        return _judged(context, text, share)
    share = max(share, _HARDLY_READ)
    reason = PAGE_SCRIPT_UNREADABLE(page=context.page_number, script=NAMES[vote.script])
    facts = {"script": vote.script.value, "unread_share": share, "unread": reason.to_dict()}
    return SettledReading(_doubted(text, share), facts)


def _doubted(text: PageText, share: float) -> PageText:
    """What was read of such a page is no more sure than the share of the page that was read."""
    most = round(1 - share, 4)
    words = tuple(
        replace(word, confidence=most if word.confidence is None else min(most, word.confidence)) for word in text.words
    )
    return replace(text, words=words)
