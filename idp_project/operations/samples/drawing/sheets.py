"""Business letters drawn from the top down: letterhead, references, title, footer. What stands between is the kind's own."""

from __future__ import annotations

from datetime import date

from idp_project.operations.samples.drawing.paper import BLACK, Color, Drawing, Paper
from idp_project.operations.samples.drawing.row_table import RowTable, TableRows
from idp_project.operations.samples.drawing.sheet_style import SheetStyle
from idp_project.operations.samples.world.companies import Company
from idp_project.operations.samples.world.identifiers import grouped, spaced_vat_number
from idp_project.operations.samples.world.locales import SampleLocale

GREY: Color = (95, 95, 95)
WHITE: Color = (255, 255, 255)


class Sheets:
    """The pages of one letter; `y` is where the next thing goes, in millimetres.

    A kind's class says in `number_text`, `references`, `rows` and the parts that `draw` calls what is written.
    """

    def __init__(
        self,
        issuer: Company,
        locale: SampleLocale,
        style: SheetStyle,
        words: dict[str, str],
        *,
        day: date,
        number: str,
        page_count: int,
    ) -> None:
        self.issuer, self.locale, self.style, self.words = issuer, locale, style, words
        self.number_text, self.page_count = number, page_count
        title = f"{words['title']} {number}"
        self.paper = Paper((style.width, style.height), style.typeface, day, title)
        self.left, self.right = style.margin, style.right
        self.y = 0.0

    def draw(self) -> Drawing:
        self.paper.add_page()
        self.letterhead()
        self.head()
        self.footer()
        table = RowTable(self.rows(), self.style, self.words, self.paper)
        self.y = table.draw(self.y, self.next_page, self.closing_height())
        self.closing()
        return self.paper.finish()

    # What a kind says

    def references(self) -> list[tuple[str, str]]:
        """Label and value of what the letter is known by."""
        raise NotImplementedError

    def rows(self) -> TableRows:
        """The table's columns and lines."""
        raise NotImplementedError

    def head(self) -> None:
        """Everything between letterhead and table."""
        raise NotImplementedError

    def closing_height(self) -> float:
        """Height of what must stand on the page of the table's last rows."""
        raise NotImplementedError

    def closing(self) -> None:
        """Everything after the table."""
        raise NotImplementedError

    # Drawing

    def next_page(self) -> float:
        """Starts a page with its running head; returns where content goes on."""
        self.paper.add_page()
        self.use(0.95, color=GREY)
        self.paper.put(self.left, 14, self.issuer.name)
        self.paper.put_right(self.right, 14, f"{self.label('number')} {self.number_text}")
        self.line(14 + self.paper.line_height + 1.2)
        self.footer()
        return 26.0

    def use(self, scale: float = 1.0, *, bold: bool = False, color: Color = BLACK) -> None:
        self.paper.use(self.style.size * scale, bold=bold, color=color)

    def line(self, y: float, color: Color = GREY, width: float = 0.2) -> None:
        self.paper.set_draw_color(*color)
        self.paper.set_line_width(width)
        self.paper.line(self.left, y, self.right, y)

    def write(self, x: float, text: str) -> None:
        self.paper.put(x, self.y, text)
        self.y += self.paper.line_height

    def write_wrapped(self, text: str, width: float) -> None:
        for line in self.paper.wrapped(text, width):
            self.write(self.left, line)

    def label(self, key: str) -> str:
        return self.words[key] + (":" if self.style.has_colons else "")

    def day(self, value: date) -> str:
        return self.locale.date(value, self.style.date_pattern)

    # Parts

    def letterhead(self) -> None:
        {"band": self._band, "classic": self._classic, "centered": self._centered}[self.style.letterhead]()

    def _band(self) -> None:
        self.paper.set_fill_color(*self.style.accent)
        self.paper.rect(0, 0, self.style.width, 27, style="F")
        self.use(2.1, bold=True, color=WHITE)
        self.paper.put(self.left, 8.5, self.issuer.name)
        self.use(0.85, color=WHITE)
        for number, text in enumerate((*self.issuer.address, self.issuer.phone)):
            self.paper.put_right(self.right, 6.5 + number * self.paper.line_height, text)
        self.y = 38.0

    def _classic(self) -> None:
        self._emblem(self.left, 14)
        self.use(1.7, bold=True, color=self.style.accent)
        self.paper.put(self.left + 17, 14.5, self.issuer.name)
        self.use(0.85, color=GREY)
        self.paper.put(self.left + 17, 21.5, f"{self.issuer.website}  ·  {self.issuer.email}")
        self.line(30, self.style.accent, 0.6)
        self.y = 40.0

    def _centered(self) -> None:
        self.use(2.0, bold=True, color=self.style.accent)
        self.paper.put(self.left, 13, self.issuer.name, self.right - self.left, "C")
        self.use(0.9, color=GREY)
        address = "  ·  ".join((*self.issuer.address, self.issuer.phone))
        self.paper.put(self.left, 22.5, address, self.right - self.left, "C")
        self.line(29.0)
        self.line(29.8)
        self.y = 40.0

    def _emblem(self, x: float, y: float) -> None:
        self.paper.set_fill_color(*self.style.accent)
        self.paper.polygon([(x, y + 12), (x + 6, y), (x + 12, y + 12)], style="F")
        self.paper.set_fill_color(*WHITE)
        self.paper.circle(x + 6, y + 8, 2.2, style="F")

    def sender_line(self) -> None:
        """The issuer's name and address in small type, above an address field."""
        self.use(0.72, color=GREY)
        self.write_wrapped(" · ".join((self.issuer.name, *self.issuer.address)), self.style.width * 0.36)
        self.y += 2

    def party(self, label: str, lines: tuple[str, ...], x: float | None = None) -> None:
        """A heading and the lines below it."""
        x = self.left if x is None else x
        self.use(0.9, bold=True, color=self.style.accent)
        self.write(x, label)
        self.use(1.05)
        for line in lines:
            self.write(x, line)

    def reference_column(self) -> None:
        """Values beside their labels, in the right half."""
        x = self.style.width * 0.58
        rows = self.references()
        self.use()
        values = x + max(self.paper.get_string_width(label) for label, _ in rows) + 4
        for label, value in rows:
            self.use(color=GREY)
            self.paper.put(x, self.y, label)
            self.use()
            self.paper.put(values, self.y, value)
            self.y += self.paper.line_height * 1.18

    def reference_strip(self) -> None:
        """Values below their labels, in boxes over the whole width."""
        rows = self.references()
        width = (self.right - self.left) / len(rows)
        self.paper.set_draw_color(*GREY)
        self.paper.set_line_width(0.2)
        for number, (label, value) in enumerate(rows):
            x = self.left + number * width
            self.paper.rect(x, self.y, width, 12)
            self.use(0.8, color=GREY)
            self.paper.put(x + 1.8, self.y + 1.4, label)
            self.use(0.95, bold=True)
            self.paper.put(x + 1.8, self.y + 6.2, value)
        self.y += 17

    def title(self) -> None:
        self.use(1.9, bold=True, color=self.style.accent if self.style.letterhead != "centered" else BLACK)
        self.write(self.left, self.words["title"])
        self.y += 2

    def sums(self, rows: list[tuple[str, str]], total: tuple[str, str]) -> None:
        """Label and amount at the right, the total below a line."""
        left = self.right - 78
        self.y += 3
        for label, value in rows:
            self.use()
            self.paper.put(left, self.y, label)
            self.paper.put_right(self.right, self.y, value)
            self.y += self.paper.line_height * 1.15
        self.paper.set_draw_color(*self.style.accent)
        self.paper.set_line_width(0.5)
        self.paper.line(left, self.y + 0.4, self.right, self.y + 0.4)
        self.y += 1.6
        self.use(1.2, bold=True)
        self.paper.put(left, self.y, total[0])
        self.paper.put_right(self.right, self.y, total[1])
        self.y += self.paper.line_height + 6

    def bank_lines(self) -> list[str]:
        if not self.issuer.iban:
            return [f"Account {self.issuer.register_number}", "Routing 000000000"]
        return [f"IBAN: {grouped(self.issuer.iban)}", f"BIC: {self.issuer.bic}"]

    def _tax_lines(self) -> list[str]:
        if not self.issuer.vat_number:
            return [f"{self.words['ein']}: {self.issuer.tax_number}"]
        number = self.issuer.vat_number if self.style.has_colons else spaced_vat_number(self.issuer.vat_number)
        return [f"{self.words['vat_id']}: {number}", f"{self.words['register']} {self.issuer.register_number}"]

    def footer_columns(self) -> list[list[str]]:
        issuer = self.issuer
        return [[issuer.name, *issuer.address], [issuer.phone, issuer.email, issuer.website], self._tax_lines()]

    def footer(self) -> None:
        columns = self.footer_columns()
        top = self.style.bottom + 5
        self.line(top)
        self.use(0.8, color=GREY)
        widths = [max(self.paper.get_string_width(line) for line in column) for column in columns]
        gap = (self.right - self.left - sum(widths)) / (len(columns) - 1)
        x = self.left
        for column, width in zip(columns, widths, strict=True):
            for number, line in enumerate(column):
                self.paper.put(x, top + 1.6 + number * self.paper.line_height, line)
            x += width + gap
        page = self.words["page"].format(self.paper.page_no(), self.page_count)
        self.paper.put_right(self.right, self.style.height - 9, page)
