"""What every form on a screen shares: the look of its inputs."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.domain.refusals import FILTER_VALUE_UNKNOWN
from idp_project.core.errors import InvalidInput

_CLASSES = {forms.CheckboxInput: "form-check-input", forms.Select: "form-select"}


class DayInput(forms.DateInput):
    """A browser's own date input. It takes ISO dates only, in every language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ScreenForm(forms.Form):
    """Inputs with the classes of our style sheet; errors are shown beside them by `_form_field.html`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            wanted = next((name for kind, name in _CLASSES.items() if isinstance(field.widget, kind)), "form-control")
            field.widget.attrs.setdefault("class", wanted)


class FilterForm(forms.Form):
    """Reads the filters of a list from a query string. Names that it does not know narrow nothing: links may carry more."""

    @property
    def chosen(self) -> dict[str, Any]:
        """The cleaned values. InvalidInput for a value that cannot be understood: the list would show everything."""
        if not self.is_valid():
            label = next(str(self.fields[name].label or name) for name in self.errors)
            raise InvalidInput(FILTER_VALUE_UNKNOWN(label=label))
        return self.cleaned_data
