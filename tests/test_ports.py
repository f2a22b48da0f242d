"""Ports, sockets and services of this machine."""

import http.server
import json
import os
import socket
import threading
from pathlib import Path

import pytest

from melodee.ports import address_of, free_port, listening_process, port_is_free
from melodee.probes import dagster_daemon_beats, dagster_loaded, http_answers, loopback, socket_answers
from melodee.sockets import socket_fits, socket_path


def test_a_port_is_free_until_somebody_listens():
    port = free_port()
    assert port_is_free("127.0.0.1", port)
    with socket.create_server(("127.0.0.1", port)):
        assert not port_is_free("127.0.0.1", port)
        assert not port_is_free("0.0.0.0", port)
        assert listening_process(port) == os.getpid()
    assert listening_process(port) is None


def test_an_address_of_another_machine_is_an_error():
    with pytest.raises(OSError, match=r"assign|address"):
        port_is_free("192.0.2.1", free_port())


def test_a_name_has_an_address():
    assert address_of("localhost") in {"127.0.0.1", "::1"}
    assert address_of("::1") == "::1"
    assert address_of("0.0.0.0") == "0.0.0.0"
    with pytest.raises(OSError, match="known"):
        address_of("no.such.host.invalid")


@pytest.mark.parametrize(
    ("host", "reached"), [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("", "127.0.0.1"), ("192.0.2.7", "192.0.2.7")]
)
def test_a_server_on_all_addresses_is_reached_on_this_machine(host, reached):
    assert loopback(host) == reached


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        ("/home/anna/.local/share/melodee/code.sock", True),
        ("/" + "x" * 103, False),
        ("/" + "x" * 102, True),
        ("/tmp/with space", False),
        ("/tmp/a,b", False),
        ("/tmp/50%", False),
        ("/tmp/a?b", False),
        ("/tmp/ü", False),
    ],
)
def test_a_sockets_path_is_short_and_plain(path, fits):
    assert socket_fits(Path(path)) == fits


def test_where_a_path_does_not_fit_the_socket_is_private_elsewhere(tmp_path):
    assert socket_path(Path("/data"), "code.sock") == Path("/data/code.sock")
    path = socket_path(tmp_path / ("x" * 100), "code.sock")
    try:
        assert socket_fits(path)
        assert path.parent.stat().st_mode & 0o777 == 0o700
    finally:
        path.parent.rmdir()


def test_a_socket_answers_only_while_somebody_listens():
    path = socket_path(Path("/" + "x" * 110), "s")
    try:
        assert not socket_answers(path)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
            assert not socket_answers(path)
            server.listen()
            assert socket_answers(path)
        assert not socket_answers(path)
    finally:
        path.unlink()
        path.parent.rmdir()


class Service(http.server.BaseHTTPRequestHandler):
    answer = b""

    def do_GET(self):
        self.send_response(200 if self.path == "/rest/ping" else 500)
        self.end_headers()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_service_answers_when_it_succeeds(service, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert http_answers("127.0.0.1", service, "/rest/ping")
    assert not http_answers("127.0.0.1", service, "/elsewhere")
    assert not http_answers("127.0.0.1", free_port(), "/rest/ping")


def location(status, kind):
    return {"workspaceOrError": {"locationEntries": [{"loadStatus": status, "locationOrLoadError": kind}]}}


@pytest.mark.parametrize(
    ("data", "loaded"),
    [
        (location("LOADED", {"__typename": "RepositoryLocation"}), True),
        (location("LOADED", {"__typename": "PythonError", "message": "no such module"}), False),
        (location("LOADING", None), False),
        ({"workspaceOrError": {"locationEntries": []}}, False),
        ({"workspaceOrError": {}}, False),
        (None, False),
    ],
)
def test_dagster_answers_when_it_has_loaded_our_definitions(service, monkeypatch, data, loaded):
    monkeypatch.setattr(Service, "answer", json.dumps({"data": data}).encode())
    assert dagster_loaded(service) == loaded


def beats(*times):
    statuses = [{"daemonType": "X", "required": True, "lastHeartbeatTime": time} for time in times]
    unused = {"daemonType": "ASSET", "required": False, "lastHeartbeatTime": None}
    return {"instance": {"daemonHealth": {"allDaemonStatuses": [*statuses, unused]}}}


@pytest.mark.parametrize(
    ("data", "alive"), [(beats(11, 12), True), (beats(11, 9), False), (beats(11, None), False), ({}, False)]
)
def test_dagsters_daemon_answers_when_each_loop_has_beaten_since_its_start(service, monkeypatch, data, alive):
    monkeypatch.setattr(Service, "answer", json.dumps({"data": data}).encode())
    assert dagster_daemon_beats(service, since=10) == alive


def test_what_answers_with_something_else_is_not_dagster(service, monkeypatch):
    monkeypatch.setattr(Service, "answer", b"<html>")
    assert not dagster_loaded(service)
