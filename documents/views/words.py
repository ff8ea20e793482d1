"""The organisation's own words of documents: the list by group and language, adding one, taking one away."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.organization import back_to, tried
from documents.forms import OwnWordFilterForm, OwnWordForm
from documents.selectors.words import organization_words_for
from documents.services.schemas.words import organization_word_add, organization_word_remove
from documents.views.processing import back_with


@never_cache
@require_http_methods(["GET", "POST"])
def word_list(request: Any) -> HttpResponse:
    """Own words and, once a group or a language is chosen, the built-in ones; a POST adds a word."""
    filters = OwnWordFilterForm(request.GET)
    chosen = filters.chosen
    words = organization_words_for(request.access, **chosen)
    form = OwnWordForm(request.POST or None, chosen)
    if request.method == "POST" and tried(form, lambda: organization_word_add(request.access, form.wanted)):
        added = _("“%(word)s” is added. It holds for what is read from now on.") % {"word": form.wanted.word}
        return back_with(request, added, f"{reverse('documents:organization_words')}?{urlencode(chosen)}")
    context = {"form": form, "filters": filters, "words": words, "is_narrowed": any(chosen.values())}
    return render(request, "documents/organization_words.html", context, status=400 if form.errors else 200)


@require_POST
def word_remove(request: Any, word_id: UUID) -> HttpResponse:
    """Takes a word of the organisation's own away; documents that are read keep what was read."""
    organization_word_remove(request.access, word_id)
    return back_to(request, "documents:organization_words", done=_("The word is removed."))
