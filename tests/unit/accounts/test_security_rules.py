"""What organisations require, without a database."""

import pytest

from accounts.domain.security import email_domains_of, is_email_allowed


def test_domains_are_read_from_what_people_type() -> None:
    assert email_domains_of("") == ()
    assert email_domains_of("Example.org, @town.example;\n\nexample.org") == ("example.org", "town.example")


@pytest.mark.parametrize("text", ["localhost", "a@b.org", "-x.org", "exa mple", "x." + "y" * 260])
def test_what_is_no_domain_is_named(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        email_domains_of(text)
    assert str(refused.value) in text


@pytest.mark.parametrize(
    ("email", "is_allowed"),
    [("a@example.org", True), ("a@EXAMPLE.org", True), ("a@sub.example.org", False), ("a@example.org.evil.net", False)],
)
def test_an_address_is_of_a_domain_or_it_is_not(email: str, is_allowed: bool) -> None:
    assert is_email_allowed(email, ["example.org"]) == is_allowed
    assert is_email_allowed(email, [])
