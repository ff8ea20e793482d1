"""What every form on a screen shares: the look of its inputs."""

from __future__ import annotations

from typing import Any

from django import forms

_CLASSES = {forms.CheckboxInput: "form-check-input", forms.Select: "form-select"}


class ScreenForm(forms.Form):
    """Inputs with the classes of our style sheet; errors are shown beside them by `_form_field.html`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            wanted = next((name for kind, name in _CLASSES.items() if isinstance(field.widget, kind)), "form-control")
            field.widget.attrs.setdefault("class", wanted)
