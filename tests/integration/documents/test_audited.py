"""Anyone who sees, takes, approves, exports, asks or cancels leaves an entry; looking again within the hour leaves none."""

import pytest
from django.urls import reverse

from accounts.models import AuditEntry
from idp_project.core.tenancy import organization_scope
from tests.factories import files
from tests.factories.pipeline import Outcome, submit

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "pdb"])


def test_every_kind_of_use_of_a_document_is_recorded(cast, drain):
    cast.publish("invoice")
    waiting, automatic = Outcome(submit(cast, files.for_review())), Outcome(submit(cast, files.sample()))
    drain()
    document_id = waiting.document().id

    def found(action):
        with organization_scope(cast.organization.id):
            return [(e.actor_name, e.object_id) for e in AuditEntry.objects.filter(action=action).order_by("number")]

    assert len(found("batch_submitted")) == 2
    assert found("sub_document_auto_approved") == [("", str(automatic.sub_document().id))]
    viewer, owner = cast.browser(cast.viewer), cast.browser(cast.owner)
    page_id = waiting.pages(waiting.document())[0][0]
    for _ in range(2):
        assert viewer.get(reverse("documents:document_detail", args=[document_id])).status_code == 200
        assert viewer.get(reverse("api-document", args=[document_id])).status_code == 200
    viewer.post(reverse("documents:image_tokens"), {"pages": [str(page_id)]}, content_type="application/json")
    assert found("document_seen") == [(str(cast.viewer), str(document_id))]
    for _ in range(2):
        assert b"".join(viewer.get(reverse("documents:original", args=[document_id])).streaming_content)
    assert found("original_downloaded") == [(str(cast.viewer), str(document_id))] * 2
    desk = owner.get(reverse("review:of_document", args=[document_id]), follow=True).redirect_chain[-1][0]
    assert found("document_seen")[-1] == (str(cast.owner), str(document_id))
    decision = {"decision": "reject", "reason": "Not ours."}
    assert owner.post(f"{desk}decide/", decision, content_type="application/json").status_code == 200
    assert found("review_reject") == [(str(cast.owner), str(waiting.sub_document().id))]
    b"".join(viewer.get(reverse("pdb_sync:record_export")).streaming_content)
    assert found("records_exported") == [(str(cast.viewer), "")]
