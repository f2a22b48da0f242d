"""Where a server is: what people type, and where servers lead on to."""

import pytest

from melodee.bench.address import parse_address
from melodee.bench.errors import BadAddress, NotSubsonic


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("http://host:4040", "/rest/ping.view"),
        ("http://host:4040/", "/rest/ping.view"),
        (" http://host:4040/rest/ ", "/rest/ping.view"),
        ("https://host/music", "/music/rest/ping.view"),
        ("https://host/music/rest", "/music/rest/ping.view"),
        ("https://host/müsic and%20more/", "/m%C3%BCsic%20and%20more/rest/ping.view"),
    ],
)
def test_the_api_is_below_the_path(given, path):
    assert parse_address(given).path("ping") == path


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("http://host", "http://host"),
        ("http://host:80/", "http://host"),
        ("https://host:4040/a/", "https://host:4040/a"),
        ("http://[::1]:4040", "http://[::1]:4040"),
        ("HTTP://Host:4040", "http://host:4040"),
        ("https://müsic.example", "https://müsic.example"),
    ],
)
def test_an_address_is_shown_as_short_as_it_can_be(given, shown):
    assert str(parse_address(given)) == shown


@pytest.mark.parametrize(
    "given",
    [
        "", "host:4040", "host", "ftp://host", "http://", "http://:4040", "http://host:x", "http://host:99999",
        "http://[::1", "http://user:secret@host", "http://host/?u=a", "http://host/#x", "http://ho st", "http://a..b",
        "http://host\x00", "http://" + "a" * 300, "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_no_address_is_said_without_what_is_secret(given):
    with pytest.raises(BadAddress) as caught:
        parse_address(given)

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("https://host/rest/ping.view?u=a", "https://host"),
        ("http://host:4040/music/rest/ping.view", "http://host:4040/music"),
        ("/music/rest/ping", "http://host:4040/music"),
        ("//host:5050/rest/ping.view", "http://host:5050"),
    ],
)
def test_a_server_may_lead_on_to_itself(location, found):
    assert str(parse_address("http://host:4040").redirected(location, "ping")) == found


def test_credentials_are_not_carried_to_another_host():
    with pytest.raises(BadAddress, match=r"https://evil\.example"):
        parse_address("http://host").redirected("https://evil.example/rest/ping.view", "ping")


@pytest.mark.parametrize("location", ["", "/login", "/rest/other.view", "https://user:pw@host/app"])
def test_a_page_to_log_in_is_no_server(location):
    with pytest.raises(NotSubsonic) as caught:
        parse_address("http://host").redirected(location, "ping")

    assert "pw" not in str(caught.value)
