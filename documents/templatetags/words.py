"""Groups, languages and months of words, in the language of the page."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from documents.domain.words.groups import WORD_GROUPS
from idp_project.core import regional

register = template.Library()


@register.filter
def word_group(name: str) -> str:
    """What a group of words is called; of an unknown one its name."""
    group = WORD_GROUPS.get(name)
    return _(group.label) if group else name


@register.filter
def language_name(code: str) -> str:
    """The name of a language."""
    return regional.language_name(code)


@register.filter
def month_name(number: str) -> str:
    """The name of a month, by its number as a text."""
    return dict(regional.month_choices()).get(number, number)
