"""Draws an application form: printed labels and boxes of one office, values filled in by typewriter or by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from idp_project.operations.samples.drawing.paper import BLACK, HANDWRITING, Color, Drawing, Paper
from idp_project.operations.samples.world.locales import SampleLocale

Row = list[tuple[str, str]]  # key of the label, value
Section = tuple[str, list[Row]]  # key of the heading, rows of one or two fields

_GREY: Color = (90, 90, 90)
_TINT: Color = (236, 240, 244)
_INK: Color = (22, 38, 110)
_SIZES = {"caveat": 16.0, "kalam": 12.5, "mansalva": 11.5}  # points at which a hand is as large as print


class Form(Protocol):
    """What a kind says of its form. `choices`: what may be written into a field, by the key of its label."""

    @property
    def locale(self) -> SampleLocale: ...
    @property
    def office(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def given_names(self) -> str: ...
    @property
    def signed_date(self) -> date: ...
    @property
    def choices(self) -> dict[str, tuple[str, ...]]: ...
    def sections(self, day: Callable[[date], str]) -> list[Section]: ...


@dataclass(frozen=True)
class FormStyle:
    """`layout`: labels above values in boxes, beside them in cells, or beside them on lines. `hand` is empty for typed."""

    typeface: str
    layout: str
    hand: str
    accent: Color
    has_numbers: bool
    date_pattern: str


def choose_style(rng: random.Random, form: Form) -> FormStyle:
    style = FormStyle(
        typeface=rng.choice(("inter", "libre-franklin", "helvetica")),
        layout=rng.choice(("boxes", "cells", "lines")),
        hand=rng.choice(("", *HANDWRITING)),
        accent=rng.choice(((24, 62, 108), (70, 70, 74), (20, 98, 84))),
        has_numbers=rng.random() < 0.5,
        date_pattern=rng.choice(("dd/MM/y", "d MMMM y", "dd.MM.y")),
    )
    return replace(style, date_pattern="dd.MM.y") if form.locale.language == "de" else style


def draw_form(form: Form, rng: random.Random, words_of: Callable[[random.Random, str], dict[str, str]]) -> Drawing:
    """A PDF of one page."""
    return FormSheet(form, choose_style(rng, form), words_of(rng, form.locale.language)).draw()


class FormSheet:
    """One sheet, drawn from the top down; `y` is where the next row goes, in millimetres."""

    def __init__(self, form: Form, style: FormStyle, words: dict[str, str]) -> None:
        self.form, self.style, self.words = form, style, words
        self.paper = Paper("A4", style.typeface, form.signed_date, words["title"])
        self.left, self.right, self.y = 18.0, 192.0, 0.0
        self.count = 0

    def draw(self) -> Drawing:
        self.paper.add_page()
        self._head()
        for heading, rows in self.form.sections(self._day):
            self._section(heading)
            for row in rows:
                self._row(row)
            self.y += 3
        self._declaration()
        self._foot()
        return self.paper.finish()

    def _day(self, value: date) -> str:
        return self.form.locale.date(value, self.style.date_pattern)

    def _head(self) -> None:
        paper = self.paper
        paper.use(9.5, color=_GREY)
        paper.put(self.left, 13, self.form.office)
        paper.put_right(self.right, 13, self.words["form_code"])
        paper.use(17, bold=True, color=self.style.accent)
        paper.put(self.left, 19, self.words["title"])
        paper.use(8.5, color=_GREY)
        paper.put(self.left, 28, self.words["hint"])
        paper.set_draw_color(*self.style.accent)
        paper.set_line_width(0.4)
        paper.rect(self.right - 64, 33, 64, 12)
        paper.use(8, color=_GREY)
        paper.put(self.right - 62.5, 34, self.words["number"])
        paper.use(11, bold=True)
        paper.put(self.right - 62.5, 38.6, self.form.number)
        self.y = 50.0

    def _section(self, key: str) -> None:
        self.paper.set_fill_color(*self.style.accent)
        self.paper.rect(self.left, self.y, self.right - self.left, 6.6, style="F")
        self.paper.use(10, bold=True, color=(255, 255, 255))
        self.paper.put(self.left + 2, self.y + 1.2, self.words[key])
        self.y += 8.6

    def _row(self, fields: list[tuple[str, str]]) -> None:
        drawers: dict[str, Callable[[float, float, str, str], float]]
        drawers = {"boxes": self._box, "cells": self._cell, "lines": self._on_line}
        width = (self.right - self.left) / len(fields)
        heights = [
            drawers[self.style.layout](self.left + number * width, width, self._label(key), value)
            for number, (key, value) in enumerate(fields)
        ]
        if choices := self.form.choices.get(fields[0][0]):
            self.paper.use(7, color=_GREY)
            self.paper.put(self.left + 1.5, self.y + max(heights) + 0.6, f"({' / '.join(choices)})")
            heights.append(max(heights) + 4.6)
        self.y += max(heights)

    def _label(self, key: str) -> str:
        self.count += 1
        return f"{self.count}. {self.words[key]}" if self.style.has_numbers else self.words[key]

    def _box(self, x: float, width: float, label: str, value: str) -> float:
        self._frame(x, self.y, width, 12.5)
        self.paper.use(7.8, color=_GREY)
        self.paper.put(x + 1.5, self.y + 0.9, label)
        self._fill(x + 3, self.y + 5.2, value)
        return 12.5

    def _cell(self, x: float, width: float, label: str, value: str) -> float:
        self.paper.set_fill_color(*_TINT)
        self.paper.rect(x, self.y, 34, 9.5, style="F")
        self._frame(x, self.y, 34, 9.5)
        self._frame(x + 34, self.y, width - 34, 9.5)
        self.paper.use(8.4, bold=True)
        self.paper.put(x + 1.5, self.y + 2.9, label)
        self._fill(x + 36, self.y + 2.4, value)
        return 9.5

    def _on_line(self, x: float, width: float, label: str, value: str) -> float:
        self.paper.use(9)
        self.paper.put(x, self.y + 3.2, label + ":")
        self.paper.set_draw_color(*_GREY)
        self.paper.set_line_width(0.2)
        self.paper.line(x + 36, self.y + 8.4, x + width - 3, self.y + 8.4)
        self._fill(x + 37, self.y + 2.6, value)
        return 10.0

    def _frame(self, x: float, y: float, width: float, height: float) -> None:
        self.paper.set_draw_color(*_GREY)
        self.paper.set_line_width(0.25)
        self.paper.rect(x, y, width, height)

    def _fill(self, x: float, y: float, value: str) -> None:
        if self.style.hand:
            self.paper.write_by_hand(self.style.hand, _SIZES[self.style.hand], x, y - 0.6, value, _INK)
            return
        self.paper.set_font("courier", "", 11)
        self.paper.set_text_color(*BLACK)
        self.paper.put(x, y, value)

    def _declaration(self) -> None:
        self._section("part_declaration")
        self.paper.use(8.6)
        for line in self.paper.wrapped(self.words["declaration"], self.right - self.left):
            self.paper.put(self.left, self.y, line)
            self.y += self.paper.line_height
        self.y += 2
        self._row([("signed_date", self._day(self.form.signed_date)), ("signature", "")])
        middle, hand = (self.left + self.right) / 2, self.style.hand or HANDWRITING[0]
        name = f"{self.form.given_names.split()[0][0]}. {self.form.family_name}"
        self.paper.write_by_hand(hand, _SIZES[hand] * 1.25, middle + 38, self.y - 9.5, name, _INK)
        self.y += 4

    def _foot(self) -> None:
        self.paper.set_draw_color(*_GREY)
        self.paper.set_line_width(0.2)
        self.paper.rect(self.left, self.y, self.right - self.left, 26)
        self.paper.use(7.5, color=_GREY)
        self.paper.put(self.left + 1.5, self.y + 1, self.words["office_use"])
        self.paper.put(self.left, 284, self.words["form_code"])
        self.paper.put_right(self.right, 284, self.words["page"])
