"""What the sandbox reads from e-mails: text on pages with places, names and bytes of attachments, and named refusals."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import numpy as np
import pytest

from idp_project.core.errors import PermanentFailure
from idp_project.core.files.errors import SandboxCode
from idp_project.core.files.formats import FileFormat
from idp_project.core.files.sniff import sniff
from idp_project.core.isolation.client import Sandbox
from idp_project.core.isolation.limits import SandboxLimits
from tests.factories import files


@pytest.fixture
def saved(tmp_path):
    def save(message: EmailMessage | bytes) -> str:
        path: Path = tmp_path / "message.eml"
        path.write_bytes(message if isinstance(message, bytes) else message.as_bytes())
        return str(path)

    return save


def words_of(sandbox: Sandbox, path: str, page: int = 1) -> list[str]:
    return [word[0] for word in sandbox.read_text_layer(path, page)["words"]]


def refusal(action) -> str:
    with pytest.raises(PermanentFailure) as refused:
        action()
    return refused.value.code


def test_every_word_lies_on_its_ink(sandbox, saved):
    path = saved(files.mail(subject="Rechnung für Müller", text="Summe 1.234,56 €\n\n    Привет Ελλάδα " + "w" * 200))
    layer, image = sandbox.read_text_layer(path, 1), sandbox.render(path, 1, 144)
    height, width = image.shape[:2]
    assert (width, height) == pytest.approx((layer["width"] * 2, layer["height"] * 2), abs=2)
    ink = image.min(axis=2) < 128
    covered = np.zeros_like(ink)
    for text, x0, top, x1, bottom, turned, _size, is_visible in layer["words"]:
        rows, columns = slice(int(top * 2) - 2, int(bottom * 2) + 3), slice(int(x0 * 2) - 3, int(x1 * 2) + 4)
        assert ink[rows, columns].sum() > 10, text
        assert (turned, is_visible) == (0, True)
        covered[rows, columns] = True
    rows = np.flatnonzero((ink & ~covered).any(axis=1))
    assert rows[-1] - rows[0] < 6, "nothing but the line below the header fields"
    assert {"Rechnung", "für", "Müller", "1.234,56", "€", "Привет", "Ελλάδα"} <= {word[0] for word in layer["words"]}


def test_header_fields_are_decoded_and_facts_told(sandbox, saved):
    raw = (
        b"From: =?iso-8859-1?q?J=F6rg?= <j@a.example>\r\nTo: b@b.example,\r\n c@c.example\r\n"
        b"Subject: =?utf-8?b?w5xiZXJzaWNodA==?= 7\r\nX-Mailer: Mail 3\r\n\r\nHello there.\r\n"
    )
    facts = sandbox.inspect(saved(raw))
    assert (facts["format"], facts["page_count"], facts["has_attachments"]) == ("eml", 1, False)
    assert (facts["title"], facts["sender"], facts["producer"]) == ("Übersicht 7", "Jörg <j@a.example>", "Mail 3")
    assert facts["text_sample"] == "Hello there."
    words = words_of(sandbox, saved(raw))
    assert words[:6] == ["Übersicht", "7", "From", "Jörg", "<j@a.example>", "To"]
    assert "c@c.example" in words and words[-2:] == ["Hello", "there."]


def test_plain_text_is_preferred_and_html_becomes_text_offline(sandbox, saved):
    page = (
        "<html><head><title>No</title><style>p {}</style></head><body><p>Dear&nbsp;all &amp; sundry</p>"
        "<img src='http://tracker.example/x.png'><table><tr><td>Total</td><td>12</td></tr></table>"
        "<script>steal('<p>')</script><!-- unseen --></body></html>"
    )
    only = EmailMessage()
    only["From"] = "a@b.example"
    only.set_content(page, subtype="html")
    text = sandbox.inspect(saved(only))["text_sample"]
    assert text.split() == ["Dear", "all", "&", "sundry", "Total", "12"]
    both = files.mail(text="The plain one")
    both.add_alternative(page, subtype="html")
    assert sandbox.inspect(saved(both))["text_sample"] == "The plain one"


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", "naïve €".encode(), "naïve €"),
        ("iso-8859-15", "naïve €".encode("iso-8859-15"), "naïve €"),
        ("gb2312", "发票".encode("gb2312"), "发票"),
        ("no-such-set", "naïve €".encode(), "naïve €"),
        ("no-such-set", b"na\xefve \x80", "naïve €"),
        ("punycode", b"plain-", "plain-"),
        ("../../etc/passwd", b"plain", "plain"),
        ("utf-8", b"broken \xff\xfe", "broken ÿþ"),
    ],
)
def test_whatever_character_set_is_named_the_text_is_read(sandbox, saved, charset, data, text):
    head = f'Subject: x\r\nFrom: a@b.example\r\nContent-Type: text/plain; charset="{charset}"\r\n\r\n'
    assert sandbox.inspect(saved(head.encode() + data))["text_sample"] == text


def test_attachments_come_with_their_names_and_bytes(sandbox, saved):
    pdf = files.sample()
    inner = files.mail(files.incoming("deep.txt", b"deep"), subject="Inner / letter")
    outer = files.mail(pdf, inner, files.incoming("Angebot Nr. 12.pdf", b"%PDF-"), subject="Outer")
    outer.add_attachment(b"GIF89a", maintype="image", subtype="gif")
    path = saved(outer)
    attached = sandbox.read_attachments(path)
    assert [file.name for file in attached] == [pdf.name, "Inner letter.eml", "Angebot Nr. 12.pdf", "attachment 4.gif"]
    assert attached[0].data == files.content_of(pdf)
    (deep,) = sandbox.read_attachments(saved(attached[1].data))
    assert (deep.name, deep.data) == ("deep.txt", b"deep")
    assert "deep.txt" not in words_of(sandbox, saved(outer)), "what lies in the inner message is listed there"


def test_signature_is_no_attachment_and_server_report_is_text(sandbox, saved):
    raw = (
        b"Subject: Returned\r\nFrom: a@b.example\r\nContent-Type: multipart/report; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain\r\n\r\nIt came back.\r\n"
        b"--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nAction: failed\r\n"
        b"--x\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nMIIB\r\n--x--\r\n"
    )
    path = saved(raw)
    assert sandbox.read_attachments(path) == []
    assert {"Reporting-MTA:", "mx.example", "failed"} <= set(words_of(sandbox, path))


def test_an_encoded_message_inside_is_decoded(sandbox, saved):
    raw = (
        b"Subject: Outer\r\nFrom: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
        b"Content-Type: message/rfc822; name=inner\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"U3ViamVjdDogSW5uZXIKRnJvbTogY0BkLmV4YW1wbGUKCkhlbGxvCg==\r\n--x--\r\n"
    )
    (inner,) = sandbox.read_attachments(saved(raw))
    assert (inner.name, inner.data.split(b"\n")[0]) == ("inner.eml", b"Subject: Inner")


@pytest.mark.parametrize(
    "kind", ["multipart/encrypted; protocol=x", "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"]
)
def test_an_encrypted_message_says_so(sandbox, saved, kind):
    raw = f"Subject: Secret\r\nFrom: a@b.example\r\nContent-Type: {kind}; boundary=x\r\n\r\n--x--\r\n".encode()
    assert refusal(lambda: sandbox.inspect(saved(raw))) == SandboxCode.ENCRYPTED


@pytest.mark.parametrize("excess", [-1, 0, 1])
def test_attachments_and_pages_are_limited_before_decoding(saved, excess):
    many = saved(files.mail(*[files.incoming(f"{n}.txt", b"x") for n in range(5)], text="word\n" * 200))
    for limits, code in (
        ({"max_attachments": 5 - excess}, SandboxCode.TOO_MANY_ATTACHMENTS),
        ({"max_pages": 4 - excess}, SandboxCode.TOO_MANY_PAGES),
    ):
        sandbox = Sandbox(limits=SandboxLimits(**limits))
        if excess <= 0:
            assert sandbox.inspect(many)["page_count"] == 4
            assert len(sandbox.read_attachments(many)) == 5
        else:
            assert refusal(lambda sandbox=sandbox: sandbox.inspect(many)) == code


def test_what_lies_in_messages_inside_counts_too(saved):
    inner = files.mail(*[files.incoming(f"{n}.txt", b"x") for n in range(3)])
    path = saved(files.mail(inner, files.incoming("last.txt", b"x")))
    assert len(Sandbox(limits=SandboxLimits(max_attachments=5)).read_attachments(path)) == 2
    few = Sandbox(limits=SandboxLimits(max_attachments=4))
    assert refusal(lambda: few.read_attachments(path)) == SandboxCode.TOO_MANY_ATTACHMENTS


@pytest.mark.parametrize(
    ("head", "is_message"),
    [
        (b"From: a@b.example\r\n\r\nHello", True),
        (b"From a@b.example Tue Nov 24 10:00:00 2026\nReceived: by x\n\tfor y\nSubject: z\n\n", True),
        (b"\xef\xbb\xbfX-Odd: 1\r\nSubject: long " + b"x" * 2000, True),
        (b"Content-Type: application/pdf\r\nDate: today\r\n\r\n%PDF-1.4", False),
        (b"Dear sirs,\nSubject: your letter\n", False),
        (b"Name: Ada\nTown: Here\n\n", False),
        (b"# Title\nFrom: here to there\n", False),
    ],
)
def test_a_message_is_known_by_its_header_lines(head, is_message):
    if is_message:
        assert sniff(head, file_name="a.eml") is sniff(head) is FileFormat.EML
    else:
        assert refusal(lambda: sniff(head, file_name="a.eml")) in (
            SandboxCode.NOT_A_DOCUMENT,
            SandboxCode.TYPE_MISMATCH,
        )


@pytest.mark.parametrize(
    "text",
    [
        "发票 金额 １２",
        "שלום עולם",
        "مرحبا بالعالم",
        "Ω≈ç√∫ 🧾 receipt",
        "e\u0301te\u0301",
        "fi ffl – “quoted” …",
        "a" * 300,
    ],
)
def test_text_without_a_glyph_or_from_right_to_left_is_read(sandbox, saved, text):
    words = words_of(sandbox, saved(files.mail(subject="Text", text=f"before\n{text}\nafter")))
    assert "".join(words[words.index("before") + 1 : words.index("after")]) == "".join(text.split())


def test_made_pdf_is_read_as_the_message_is(sandbox, saved, tmp_path):
    path = saved(files.mail(subject="Rechnung", text="Summe 1.234,56 €\n" + "Zeile\n" * 80))
    pdf = tmp_path / "made.pdf"
    pdf.write_bytes(sandbox.make_pdf(path))
    assert pdf.read_bytes() == sandbox.make_pdf(path), "the same message gives the same bytes"
    assert len(pdf.read_bytes()) < 40_000
    assert sandbox.page_sizes(str(pdf)) == sandbox.page_sizes(path) == [(595.28, 841.89)] * 2
    for page in (1, 2):
        assert sandbox.read_text_layer(str(pdf), page) == sandbox.read_text_layer(path, page)
    assert sandbox.inspect(str(pdf))["has_text_layer"]


def test_only_a_message_is_made_into_a_pdf(sandbox, saved):
    path = saved(files.content_of(files.sample()))
    assert refusal(lambda: sandbox.make_pdf(path)) == SandboxCode.UNSUPPORTED_FORMAT


def test_table_of_a_web_page_keeps_its_columns(sandbox, saved):
    rows = [("Item", "Quantity", "Amount"), ("Paper, A4", "12", "34,80"), ("", "3", "9,00"), ("Total", "", "43,80")]
    cells = ["".join(f"<td><p>{cell}</p></td>" for cell in row) for row in rows]
    page = f"<p>Dear all</p><table><tbody>{''.join(f'<tr>{row}</tr>' for row in cells)}</tbody></table><p>Bye</p>"
    only = EmailMessage()
    only["From"] = "a@b.example"
    only.set_content(page, subtype="html")
    places = {}
    for text, x0, top, *_ in sandbox.read_text_layer(saved(only), 1)["words"]:
        places.setdefault(text, (x0, top))
    assert places["Quantity"][0] == places["12"][0] == places["3"][0]
    assert places["Amount"][0] == places["34,80"][0] == places["9,00"][0] == places["43,80"][0]
    assert places["Item"][0] == places["Paper,"][0] == places["Total"][0] < places["12"][0] < places["9,00"][0]
    tops = [places[text][1] for text in ("Dear", "Item", "Paper,", "3", "Total", "Bye")]
    assert tops == sorted(set(tops)) and places["34,80"][1] == places["Paper,"][1]


def test_table_too_wide_for_the_page_is_read_all_the_same(sandbox, saved):
    only = EmailMessage()
    only["From"] = "a@b.example"
    only.set_content(
        f"<table><tr>{''.join(f'<td>cell-number-{n}</td>' for n in range(30))}</tr></table>", subtype="html"
    )
    assert {f"cell-number-{n}" for n in range(30)} <= set(words_of(sandbox, saved(only)))
