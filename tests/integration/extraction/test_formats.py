"""Every accepted format goes the whole way: its pages are shown, its text is read, its values are found."""

import pytest
from django.core.files.storage import default_storage

from idp_project.core.files.formats import CONTENT_TYPES, FileFormat
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
PICTURES = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "HEIC")
EXPECTED = {FileFormat.PDF, FileFormat.TIFF, *(FileFormat(kind.lower()) for kind in PICTURES)}


def values_of(outcome, document):
    with organization_scope(outcome.batch.organization_id):
        sub_documents = document.sub_documents.select_related("schema_version__schema")
        return [
            {
                "type": sub_document.schema_version.schema.key,
                **{value.name: value.value for value in sub_document.plain_values},
            }
            for sub_document in sub_documents
        ]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_format_goes_the_whole_way(cast, drain):
    """The same invoice in each of them; the TIFF has it on three pages, as three invoices."""
    schema = cast.publish("invoice")["invoice"]
    sent = [files.sample(), files.pages_tiff(), *(files.picture(kind) for kind in PICTURES)]
    outcome = Outcome(submit(cast, *sent, schema_id=schema.id))
    drain()
    formats = set()
    for document in outcome.documents():
        file_format = FileFormat(document.metadata["format"])
        formats.add(file_format)
        assert document.source_file.content_type == CONTENT_TYPES[file_format]
        assert document.status in ("completed", "in_review"), (file_format, document.error_message)
        assert document.page_count == (3 if file_format is FileFormat.TIFF else 1)
        with organization_scope(cast.organization.id):
            pages = list(document.pages.all())
        assert all(default_storage.exists(page.image_name) and page.text["words"] for page in pages)
        found = values_of(outcome, document)
        assert {values["type"] for values in found} == {"invoice"}
        assert {values["invoice_number"] for values in found} == {files.true_values()["invoice_number"]}, file_format
    assert formats == EXPECTED
