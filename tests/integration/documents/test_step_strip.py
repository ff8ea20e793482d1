"""One failed step tried again from the batch page: the strip names its step run, and only that one runs again."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from documents.domain.statuses import StepStatus
from documents.models import StepRun
from documents.selectors.state import batch_state
from idp_project.core.tenancy import organization_scope
from tests.integration.documents.test_admin_actions import failed  # noqa: F401 (a fixture)


def test_strip_offers_the_failed_step_and_only_it_runs_again(cast, failed):  # noqa: F811
    with organization_scope(cast.organization.id):
        own = {"organization": cast.organization, "run": failed.run, "unit_kind": "document", "unit_id": failed.id}
        other = StepRun.objects.create(**own, step="metadata", position=1, status=StepStatus.FAILED)
        (row,) = batch_state(failed.batch)["documents"]
    offered = {step["name"]: step["retry_id"] for step in row["steps"] if step["retry_id"]}
    assert set(offered) == {"metadata", "page_split"}
    page = cast.browser(cast.owner).get(reverse("documents:batch_detail", args=[failed.batch_id])).content.decode()
    address = reverse("api-step-run-retry", args=[UUID(int=0)])
    assert f'data-retry-step-url="{address}"' in page and 'data-placeholder="00000000-' in page
    assert cast.browser(cast.viewer).post(reverse("api-step-run-retry", args=[other.id])).status_code == 403
    assert cast.browser(cast.owner).post(reverse("api-step-run-retry", args=[offered["page_split"]])).status_code == 204
    with organization_scope(cast.organization.id):
        now = dict(StepRun.objects.filter(run=failed.run).values_list("step", "status"))
    assert (now["page_split"], now["metadata"], now["upload"]) == ("pending", "failed", "succeeded")
