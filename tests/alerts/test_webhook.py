"""One message to one webhook: signed, bounded in time, never sent on elsewhere, no secret in what is said."""

import hashlib
import hmac
import socket
import time

import pytest

from melodee.alerts.webhook import NotDelivered, masked, post
from tests.alerts.receiver import receiving, status


def refused(url: str, timeout: float = 5.0) -> str:
    with pytest.raises(NotDelivered) as raised:
        post(url, b'{"text": "x"}', timeout=timeout)
    assert "hush" not in str(raised.value)
    return raised.value.reason


def test_a_message_arrives_as_json_and_signed():
    with receiving() as receiver:
        assert post(receiver.url, b'{"text": "x"}', secret="key", number=7) == 200

    (got,) = receiver.received
    assert got.path == "/hook?token=hush"
    assert got.body == {"text": "x"}
    assert got.headers["content-type"] == "application/json; charset=utf-8"
    assert got.headers["x-melodee-alert"] == "7"
    assert got.headers["x-melodee-signature"] == "sha256=" + hmac.new(b"key", got.raw, hashlib.sha256).hexdigest()


def test_without_a_secret_there_is_no_signature_and_a_login_becomes_a_header():
    with receiving() as receiver:
        post(receiver.url.replace("//", "//me:p%40ss@"), b"{}")

    assert "x-melodee-signature" not in receiver.received[0].headers
    assert receiver.received[0].headers["authorization"] == "Basic bWU6cEBzcw=="


@pytest.mark.parametrize("code", [400, 404, 500, 503])
def test_any_other_answer_is_no_delivery(code):
    with receiving(status(code)) as receiver:
        assert refused(receiver.url) == f"http://127.0.0.1:{receiver.port}/… answered {code}."


def test_nobody_there_is_said():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    assert "could not be reached: Connection refused" in refused(f"http://127.0.0.1:{port}/hush")


def test_a_host_without_an_address_is_said():
    assert "could not be reached" in refused("http://nowhere.invalid/hush")


def test_a_redirect_on_the_same_host_is_followed():
    with receiving() as receiver:
        ok = receiver.answer

        def once(request):
            status(307, "/moved")(request) if request.path.startswith("/hook") else ok(request)

        receiver.answer = once
        assert post(receiver.url, b'{"text": "x"}') == 200

    assert [(got.path, got.raw) for got in receiver.received] == [
        ("/hook?token=hush", b'{"text": "x"}'),
        ("/moved", b'{"text": "x"}'),
    ]


def test_a_redirect_elsewhere_is_not_followed():
    with receiving() as other, receiving(status(307, other.url)) as receiver:
        assert "another host" in refused(receiver.url)
        assert other.received == []
    with receiving(status(302, "file:///etc/passwd")) as receiver:
        assert "another host" in refused(receiver.url)


def test_a_redirect_without_end_ends():
    with receiving(status(308, "/hook?token=hush")) as receiver:
        assert "on and on" in refused(receiver.url)
        assert len(receiver.received) == 4


def test_a_receiver_that_never_answers_is_left_in_time():
    with receiving() as receiver:
        receiver.answer = lambda _: receiver.over.wait(30)
        began = time.monotonic()
        assert "took too long" in refused(receiver.url, timeout=0.3)
        assert time.monotonic() - began < 3


def test_a_receiver_that_answers_a_byte_now_and_then_is_left_in_time():
    def drip(request):
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not receiver.over.wait(0.05):
            request.wfile.write(b"X: y\r\n")
            request.wfile.flush()

    with receiving(drip) as receiver:
        began = time.monotonic()
        refused(receiver.url, timeout=0.5)
        assert time.monotonic() - began < 3


def test_an_endless_answer_is_not_read():
    def flood(request):
        request.send_response(200)
        request.end_headers()
        while not receiver.over.is_set():
            request.wfile.write(b"x" * 100_000)

    with receiving(flood) as receiver:
        began = time.monotonic()
        assert post(receiver.url, b"{}", timeout=5) == 200
        assert time.monotonic() - began < 3


def test_what_speaks_no_http_is_no_delivery():
    with receiving(lambda request: request.wfile.write(b"220 mail.example.org\r\n")) as receiver:
        assert "could not be reached" in refused(receiver.url)


def test_an_address_is_shown_without_what_may_be_secret_in_it():
    assert masked("https://me:secret@hooks.example.org:8443/services/T0/B1?x=y") == "https://hooks.example.org:8443/…"
    assert masked("http://ntfy.example.org") == "http://ntfy.example.org"
