"""Headers, codecs, forms and parameters of admin that no view can take: refused by name, never a 500."""

import pytest
from django.contrib.admin import site
from django.test import Client
from django_rq import get_queue
from rq import Queue

from accounts.domain.roles import Role
from idp_project.core import rate_counters
from tests.integration.accounts.conftest import sign_in

FORM = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="username"\r\n\r\nabc\r\n--x--\r\n'
CODECS = (
    "hex",
    "zlib",
    "rot13",
    "idna",
    "punycode",
    "undefined",
    "utf-16",
    "utf-7",
    "latin-1",
    "no-such-codec",
    "\xff",
)
BROWSER = {"HTTP_ACCEPT": "text/html", "HTTP_SEC_FETCH_MODE": "navigate"}


def send(method, path, body=b"", kind="application/octet-stream", client=None, **headers):
    """As a server would: a 500 is an answer."""
    rate_counters.forget_everything()
    client = client or Client(raise_request_exception=False)
    return client.generic(method, path, body, content_type=kind, **headers)


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://[x]/", "//["])
def test_an_origin_that_is_no_address_is_another_site(world, origin):
    for path in ("/login/", "/api/v1/token/", "/session/team/"):
        assert send("POST", path, HTTP_ORIGIN=origin).status_code == 403
        assert send("POST", path, HTTP_ORIGIN=origin, **BROWSER).status_code == 403


@pytest.mark.parametrize("referer", ["http://[", "http://[::1"])
def test_a_referer_that_is_no_address_leads_to_the_first_page(world, referer):
    for path in ("/organization/people/", "/session/team/"):
        answer = send("POST", path, HTTP_REFERER=referer, **BROWSER)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/login/?next=%2F"), path


@pytest.mark.parametrize("codec", CODECS)
def test_forms_are_taken_in_utf8_only(world, codec):
    cases = (
        ("POST", "/login/", PART, f"{FORM}; charset={codec}"),
        ("POST", "/password/forgotten/", PART, f"{FORM}; charset={codec}"),
        ("POST", "/login/", b"username=a&password=b", f"application/x-www-form-urlencoded; charset={codec}"),
        ("POST", "/api/v1/token/", b'{"username":"a","password":"b"}', f"application/json; charset={codec}"),
        ("GET", "/login/", b"x", f"text/plain; charset={codec}"),
    )
    for method, path, body, kind in cases:
        for headers in ({}, BROWSER, {"HTTP_ORIGIN": "https://evil.example"} | BROWSER):
            strict = Client(raise_request_exception=False, enforce_csrf_checks=True)
            strict.get("/login/")
            for client in (None, strict):
                answer = send(method, path, body, kind, client, **headers)
                assert answer.status_code == (403 if "HTTP_ORIGIN" in headers and method == "POST" else 400), path


def test_utf8_may_be_named(world):
    for codec in ("utf-8", "UTF8", '"utf-8"', "us-ascii"):
        kind = f"application/json; charset={codec}"
        assert send("POST", "/api/v1/token/", b'{"username":"a","password":"b"}', kind).status_code == 401


def test_parts_of_forms_with_other_codecs_are_no_error(world):
    for name in (b"name*=hex''6161", b"name*=utf-16''%00%d8", b"name*=undefined''a", b"name=a; filename*=hex''41"):
        body = b"--x\r\nContent-Disposition: form-data; " + name + b"\r\n\r\nabc\r\n--x--\r\n"
        for path in ("/login/", "/password/forgotten/", "/api/v1/batches/", "/invitation/"):
            assert send("POST", path, body, FORM).status_code < 500


def test_too_many_files_are_named(world, person, servers):
    person("ada", Role.OPERATOR)
    client = Client(raise_request_exception=False)
    sign_in(client, "ada")
    part = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a%d.txt"\r\n\r\n1\r\n'
    body = b"".join(part % number for number in range(600)) + b"--x--\r\n"
    answer = send("POST", "/api/v1/batches/", body, FORM, client)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_files")


@pytest.fixture
def admin(super_admin, servers):
    client = Client(raise_request_exception=False)
    sign_in(client, "root")
    return client


NINES = "9" * 20
QUERIES = (
    f"p={NINES}",
    f"created_at__year={NINES}",
    "created_at__year=0",
    "created_at__month=13&created_at__year=2020",
    "_to_field=foo",
    "_popup=1&_to_field=password",
    "password__startswith=argon",
    "user__password__startswith=a",
    "id__exact=abc",
    f"id__exact={NINES}",
    "created_at__gte=99999-01-01",
    f"o={NINES}",
)
FORMS = (
    {"action": "delete_selected", "_selected_action": ["abc"], "index": NINES},
    {"action": "delete_selected", "_selected_action": ["abc"], "index": "0"},
    {"action": "deactivate", "_selected_action": ["abc"], "index": "0", "confirmed": "yes"},
    {"action": "deactivate", "_selected_action": [NINES], "index": "0", "confirmed": "yes"},
    {"action": "x", "_selected_action": ["abc"]},
    {"action": "deactivate", "row_page": "http://[", "index": "0", "_selected_action": ["1"]},
)


@pytest.mark.slow
@pytest.mark.django_db(databases=["default", "pdb"])
def test_bad_parameters_of_admin_are_bad_requests(admin):
    found = {}
    for model in site._registry:
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for query in QUERIES:
            found[f"GET {url}?{query}"] = send("GET", f"{url}?{query}", client=admin).status_code
        for form in FORMS:
            rate_counters.forget_everything()
            found[f"POST {url} {form}"] = admin.post(url, form).status_code
    for path in (
        f"autocomplete/?app_label=accounts&model_name=membership&field_name=user&page={NINES}",
        "autocomplete/?app_label=accounts&model_name=membership&field_name=user&page=x",
        f"search/?s=a&page={NINES}",
        f"r/{NINES}/1/",
    ):
        found[path] = send("GET", f"/admin/{path}", client=admin).status_code
    assert {name: status for name, status in found.items() if status >= 500} == {}
    assert 400 in found.values()


def test_queues_and_jobs_that_do_not_exist_are_not_found(admin):
    missing = [f"queues/{NINES}/", "queues/99/failed/", "queues/0/abc/", "queues/0/abc/results/x/", "workers/0/abc/"]
    missing += ["queues/0/abc/delete/", "queues/0/abc/requeue/", "queues/0/abc/enqueue/", f"schedulers/{NINES}/"]
    missing += ["cron-schedulers/99/x/", "cron-schedulers/0/x/", "queues/99/empty/", f"workers/{NINES}/"]
    for path in missing:
        url = f"/admin/django_rq/dashboard/{path}"
        assert send("GET", url, client=admin).status_code == 404, url
        assert admin.post(url, {"action": "delete", "job_ids": ["abc"]}).status_code in (404, 405), url
    bad = [f"queues/0/?page={NINES}", "queues/0/failed/?page=abc", "queues/0/finished/?page=-1"]
    for path in bad:
        assert send("GET", f"/admin/django_rq/dashboard/{path}", client=admin).status_code < 500, path


def test_no_page_of_a_queue_changes_it_by_get(admin):
    queue = get_queue("io")
    queue.empty()
    job = Queue("io", connection=queue.connection).enqueue("time.time")
    for action in ("empty/", "requeue-all/", "failed/clear/", f"{job.id}/delete/", f"{job.id}/requeue/"):
        assert send("GET", f"/admin/django_rq/dashboard/queues/0/{action}", client=admin).status_code < 500
    for action in ("enqueue", "stop"):
        answer = send("GET", f"/admin/django_rq/dashboard/queues/0/{job.id}/{action}/", client=admin)
        assert answer.status_code in (200, 405)
    assert queue.job_ids == [job.id]
    queue.empty()
