"""The screens of approved data: the list, its export, and one record with every cell's birth certificate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import opens_own_scopes
from accounts.domain.roles import Permission
from idp_project.core.csv_lines import as_csv
from idp_project.core.rate_limits import limited
from pdb_sync import selectors
from pdb_sync.domain.record_filter import PageStart
from pdb_sync.forms import RecordFilterForm
from pdb_sync.services import reconciling, records


@opens_own_scopes
@require_safe
def record_list(request: HttpRequest) -> HttpResponse:
    """The newest records first; with a schema chosen, its fields as columns."""
    access = request.access  # type: ignore[attr-defined]
    form = RecordFilterForm(request.GET, selectors.record_choices(access))
    page = selectors.record_list(access, form.record_filter, start=PageStart.from_text(request.GET.get("after", "")))
    query = request.GET.copy()
    query.pop("after", None)
    export_query = query.urlencode()
    if page.next_start:
        query["after"] = page.next_start.to_text()
    return render(
        request,
        "pdb_sync/record_list.html",
        {
            "form": form,
            "rows": [_row(record, page.columns) for record in page.records],
            "columns": page.columns,
            "is_filtered": not form.record_filter.is_empty,
            "is_later_page": "after" in request.GET,
            "next_query": query.urlencode() if page.next_start else "",
            "export_query": export_query,
            "can_export": access.can(Permission.DOWNLOAD_DOCUMENTS),
        },
    )


@limited("exports", methods=["GET"])
@opens_own_scopes
@require_safe
def record_export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered list as CSV, streamed."""
    access = request.access  # type: ignore[attr-defined]
    form = RecordFilterForm(request.GET, selectors.record_choices(access))
    lines = records.records_export(access, form.record_filter)
    response = StreamingHttpResponse(as_csv(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="records.csv"'
    return response


@opens_own_scopes
@require_safe
def record_detail(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """One record: fields, tables, history, and where each value came from."""
    detail = records.record_open(request.access, record_id)  # type: ignore[attr-defined]
    context = {
        "detail": detail,
        "record": detail.record,
        "fields": detail.fields,
        "tables": _table_views(detail.tables),
        "overrides": detail.overrides,
    }
    return render(request, "pdb_sync/record_detail.html", context)


@opens_own_scopes
@require_safe
def record_of_sub_document(request: HttpRequest, sub_document_id: UUID) -> HttpResponseRedirect:
    """Redirects from a sub-document to its record."""
    access = request.access  # type: ignore[attr-defined]
    return redirect("pdb_sync:record_detail", selectors.record_of_sub_document(access, sub_document_id))


@opens_own_scopes
@never_cache
@require_http_methods(["GET", "POST"])
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Comparisons of the two databases, the newest with its differences; a POST has them compared now."""
    access = request.access  # type: ignore[attr-defined]
    if request.method == "POST":
        reconciling.pdb_reconcile_request(access)
        messages.success(request, _("The databases are being compared."))
        return redirect("pdb_sync:reconciliation")
    runs = selectors.reconciliation_list(access)
    return render(request, "pdb_sync/reconciliation.html", {"newest": runs[0] if runs else None, "earlier": runs[1:]})


def _row(record: dict[str, Any], columns: list[dict[str, Any]]) -> dict[str, Any]:
    values = [
        {"type": column["type"], "value": selectors.plain_value(record["values"].get(column["name"]))}
        for column in columns
    ]
    return record | {"cells": values}


def _table_views(tables: dict[str, list[list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """Rows of different widths put under one head."""
    views = []
    for name, rows in tables.items():
        columns = _columns(rows)
        by_name = [{cell["name"]: cell for cell in row} for row in rows]
        views.append(
            {
                "name": name,
                "columns": columns,
                "rows": [[row.get(column["name"]) for column in columns] for row in by_name],
                "cells": [cell | {"number": number} for number, row in enumerate(rows, start=1) for cell in row],
            }
        )
    return views


def _columns(rows: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """`{name, type}` of every column, in the schema's order as far as the rows show it: a row has only what was found."""
    found: dict[str, str] = {}
    order: list[str] = []
    for row in rows:
        names = [cell["name"] for cell in row]
        for index, cell in enumerate(row):
            if cell["name"] in found:
                continue
            found[cell["name"]] = cell["type"]
            following = next((name for name in names[index + 1 :] if name in found), None)
            order.insert(order.index(following) if following else len(order), cell["name"])
    return [{"name": name, "type": found[name]} for name in order]
