"""Forms of the organisation's AI providers: what is used, and one endpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.screen import ScreenForm
from accounts.models import ProviderEndpoint
from accounts.selectors.providers import EngineChoice
from accounts.services.providers.providers import EndpointSettings

LOCATIONS = [("local", _("Local: a server in our own network")), ("cloud", _("Cloud: the provider's own service"))]
PURPOSES = [("llm", _("Extraction and answers (language model)")), ("embedding", _("Search (embeddings)"))]
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class EnginesForm(ScreenForm):
    """What is used where a schema names nothing else; empty leaves it to the system."""

    llm = forms.ChoiceField(label=_("Extraction and answers"), required=False)
    embeddings = forms.ChoiceField(label=_("Search (embeddings)"), required=False)
    ocr = forms.ChoiceField(label=_("Reading scanned pages"), required=False)

    def __init__(self, *args: Any, offered: Mapping[str, Sequence[EngineChoice]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in offered.items():
            entries = [(choice.value, f"{choice.label} ({_where(choice.location)})") for choice in choices]
            present = self.initial.get(name)
            if present and present not in dict(entries):
                entries.append((present, _("%(value)s (not set up)") % {"value": present}))
            self.fields[name].choices = [("", _("As the system says")), *entries]  # type: ignore[attr-defined]


def _where(location: str) -> Any:
    return _("local") if location == "local" else _("cloud")


class EndpointForm(ScreenForm):
    """The stored key is never shown; an empty field keeps it."""

    purpose = forms.ChoiceField(label=_("For"), choices=PURPOSES)
    provider = forms.ChoiceField(
        label=_("Provider"),
        choices=[(value, _(label)) for value, label in ProviderEndpoint.Provider.choices],  # words of the model
        help_text=_("Anthropic and Groq have no embeddings; Voyage has nothing else."),
    )
    model = forms.CharField(label=_("Model"), max_length=200, widget=forms.TextInput(attrs=_PLAIN))
    location = forms.ChoiceField(label=_("Where it runs"), choices=LOCATIONS)
    api_base = forms.CharField(
        label=_("Address of the local server"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "placeholder": "http://ollama.lan:11434"}),
        help_text=_(
            "It must be on the list of local hosts, which super admins keep. Empty for a cloud provider: its key goes to its "
            "own host and to no other."
        ),
    )
    api_key = forms.CharField(
        label=_("Key"),
        max_length=1000,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    forget_key = forms.BooleanField(label=_("Forget the stored key"), required=False)
    context_tokens = forms.IntegerField(
        label=_("Context length in tokens"),
        min_value=1024,
        max_value=10_000_000,
        required=False,
        help_text=_("Longer pages are refused rather than cut. Empty: the provider's usual length."),
    )
    is_active = forms.BooleanField(label=_("May be used"), required=False, initial=True)

    def __init__(self, *args: Any, has_key: bool = False, is_local_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note = _("Stored encrypted and never shown again. A local server usually needs none.")
        if has_key:
            note = _("One is stored, encrypted, and never shown. Leave this empty to keep it.")
        else:
            del self.fields["forget_key"]
        self.fields["api_key"].help_text = note
        if is_local_only:
            self.fields["location"].choices = LOCATIONS[:1]  # type: ignore[attr-defined]

    @property
    def endpoint(self) -> EndpointSettings:
        chosen = self.cleaned_data
        is_kept = not chosen["api_key"] and not chosen.get("forget_key")
        return EndpointSettings(
            purpose=chosen["purpose"],
            provider=chosen["provider"],
            model=chosen["model"].strip(),
            location=chosen["location"],
            api_base=chosen["api_base"].strip(),
            api_key=None if is_kept else chosen["api_key"].strip(),
            context_tokens=chosen["context_tokens"],
            is_active=chosen["is_active"],
        )
