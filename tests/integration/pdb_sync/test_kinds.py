"""The kind of a document goes with it: from the sub-document to its approved version, its record and the typed view."""

from uuid import uuid4

import pytest

from documents.domain.approved import ApprovedContent
from documents.domain.document_kinds import DocumentKind, KindEvidence
from documents.models import ApprovedVersion, SubDocument
from documents.serializers.rows import SubDocumentSerializer
from idp_project.core.geometry import BoundingBox
from idp_project.core.tenancy import organization_scope
from pdb_sync.models import PdbRecordVersion, RecordChange
from pdb_sync.queries import pdb_record_apply
from tests.integration.pdb_sync.conftest import approve, make_sub_document
from tests.integration.pdb_sync.test_typed_views import publish, select
from tests.unit.pdb_sync.contents import invoice

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])
STAMP = KindEvidence(DocumentKind.CREDIT_NOTE, "Gutschrift", 1, BoundingBox(0.1, 0.1, 0.3, 0.15).to_polygon())


def test_kind_reaches_record_and_view(tenant, pdb):
    part = make_sub_document(tenant)
    with organization_scope(tenant.id):
        SubDocument.objects.filter(id=part.id).update(kind=STAMP.code, kind_evidence=[STAMP.to_dict()])
    approve(tenant, part)
    with organization_scope(tenant.id):
        content = ApprovedVersion.objects.get().approved
        data = SubDocumentSerializer(SubDocument.objects.get(id=part.id)).data
    assert (data["kind"], KindEvidence.from_dict(data["kind_evidence"][0])) == ("credit_note", STAMP)
    pdb_record_apply(uuid4(), RecordChange.APPROVED, content)
    schema_name = publish(tenant)
    assert select(tenant, schema_name, "invoice", "_kind") == [("credit_note",)]
    assert pdb.record(part.id).kind == "credit_note"
    with organization_scope(tenant.id, using="pdb"):
        assert PdbRecordVersion.objects.get().kind == "credit_note"


def test_version_of_before_is_of_unknown_kind():
    content = invoice()
    data = content.to_dict()
    del data["kind"]
    for cell in data["fields"]:
        for name in ("item", "field_id", "absence"):
            del cell[name]
    assert ApprovedContent.from_dict(data) == content
    assert content.kind == DocumentKind.UNKNOWN
