"""What the checks across fields look at: the values of one document as numbers, and what else it prints beside its sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from documents.domain.adjustments import Adjustment
from documents.domain.checks.present_values import PresentRow, PresentValue
from documents.domain.numbers import to_decimal
from documents.domain.schema_spec import CheckKind, CheckSpec, SchemaSpec
from documents.domain.sum_reasons import COLUMN_COUNTED
from idp_project.core.reasons import Reason


@dataclass(frozen=True)
class ColumnSum:
    """What a column comes to. `is_complete`: each of its cells could be read as a number; `rows` counts its cells."""

    amount: Decimal
    rows: int
    is_complete: bool


@dataclass(frozen=True)
class CheckedValues:
    """One document: its fields by name, a list of numbers as their sum; its rows; the adjustments that it prints."""

    schema: SchemaSpec
    fields: Mapping[str, PresentValue]
    rows: Sequence[PresentRow]
    adjustments: Sequence[Adjustment] = ()

    def text(self, name: str) -> str | None:
        return self.fields[name].value if name in self.fields else None

    def number(self, name: str) -> Decimal | None:
        return to_decimal(self.text(name))

    def counted(self, name: str) -> tuple[Decimal | None, tuple[Reason, ...]]:
        """The field's number, with what has to be said of it: where it is not printed, the sum of the column that has to add
        up to it stands for it.
        """
        number = self.number(name)
        check = self._column_check_of(name) if number is None and name not in self.fields else None
        column = self.column_sum(check.table, check.fields[0]) if check else None
        if check is None or column is None or not column.is_complete:
            return number, ()
        label = self.column_label(check.table, check.fields[0])
        return column.amount, (COLUMN_COUNTED(field=self.label(name), column=label, amount=f"{column.amount:f}"),)

    def column_sum(self, table: str, column: str) -> ColumnSum | None:
        """None where no row has a value in the column."""
        cells = [to_decimal(row.cells[column].value) for row in self.rows_of(table) if column in row.cells]
        numbers = [number for number in cells if number is not None]
        return ColumnSum(sum(numbers, Decimal(0)), len(cells), len(numbers) == len(cells)) if numbers else None

    def rows_of(self, table: str) -> list[PresentRow]:
        return [row for row in self.rows if row.table == table]

    def label(self, name: str) -> str:
        return next((spec.label for spec in self.schema.fields if spec.name == name), name.replace("_", " "))

    def column_label(self, table: str, name: str) -> str:
        columns = [column for spec in self.schema.tables if spec.name == table for column in spec.columns]
        return next((column.label for column in columns if column.name == name), name.replace("_", " "))

    def _column_check_of(self, name: str) -> CheckSpec | None:
        kind = CheckKind.COLUMN_SUM_EQUALS
        return next((check for check in self.schema.checks if check.kind is kind and check.fields[1] == name), None)
