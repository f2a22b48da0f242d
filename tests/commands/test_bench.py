"""`melodee bench`: how a server is entered, what is printed and kept, and what is said when it does not work."""

import datetime as dt
import json
import os
import ssl
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from melodee.ports import free_port
from tests.bench.standin import KEY, PASSWORD, Reply, Shelf, Standin, envelope, running
from tests.commands.conftest import PROGRAM

CALLS = ("--only", "^ping|^getAlbum$|NowPlaying", "--rounds", "3")


@pytest.fixture
def standin():
    with running(Standin()) as server:
        yield server


@pytest.fixture
def bench(nothing, standin, monkeypatch):
    """The command on the stand-in, with credentials from the environment."""
    monkeypatch.setenv("MELODEE_BENCH_USER", "Änne")
    monkeypatch.setenv("MELODEE_BENCH_PASSWORD", PASSWORD)
    return lambda *arguments: nothing.ok("bench", "--url", standin.url, *arguments)


@pytest.fixture
def refused(nothing):
    return lambda url, *arguments: nothing.refused(
        "bench", "--url", url, "--user", "Änne", "--password", PASSWORD, *CALLS, *arguments
    )


# What it prints and keeps.


def test_the_table_has_a_line_for_each_call_and_says_who_was_measured(bench, standin):
    lines = bench(*CALLS).lines

    assert lines[0] == f"standin 7 at {standin.url}: 240 songs, 24 albums, 8 artists; 1 client, 3 requests each, json"
    assert " ".join(lines[2].split()) == "CALL REQUESTS ERRORS P50 MS P90 MS P99 MS MAX MS PER S ITEMS BYTES"
    table = {line.split()[0]: line.split()[1:] for line in lines[3:5]}
    assert set(table) == {"ping", "getAlbum"}
    assert table["getAlbum"][0] == "3"
    assert table["getAlbum"][-2] == "10"
    assert "Not measured: getNowPlaying (error 0: Not implemented by this server.)" in lines
    assert any("processor time for a ping" in line for line in lines)


def test_numbers_stand_below_each_other(bench):
    lines = bench("--only", "search3", "--rounds", "2").lines

    ends = {len(line) for line in lines[2 : lines.index("", 3)]}
    assert len(ends) == 1


def test_results_are_kept_without_what_is_secret(bench, tmp_path):
    file = tmp_path / "run.json"

    bench(*CALLS, "--json", str(file), "--label", "mine", "--clients", "2", "--format", "xml", "--gzip")

    kept = json.loads(file.read_text())
    assert kept["label"] == "mine"
    assert kept["server"] == {"type": "standin", "version": "7", "protocol": "1.16.1", "open_subsonic": True}
    assert kept["library"] == {"songs": 240, "albums": 24, "artists": 8}
    assert kept["machine"]["processors"] == os.cpu_count()
    assert kept["settings"]["clients"] == 2
    assert {row["call"]: row.get("requests", 0) for row in kept["rows"]} == {
        "ping": 6,
        "getNowPlaying": 0,
        "getAlbum": 6,
    }
    assert "wörd" not in file.read_text()


def test_a_dash_prints_the_results_alone(bench):
    outcome = bench(*CALLS, "--json", "-")

    assert [row["call"] for row in outcome.json["rows"]] == ["ping", "getNowPlaying", "getAlbum"]


def test_earlier_runs_stand_beside_the_new_one(bench, standin, tmp_path):
    files = []
    for songs in (60, 120):
        standin.shelf = Shelf(songs)
        files += ["--compare", str(tmp_path / f"{songs}.json")]
        bench(*CALLS, "--json", files[-1])
    standin.shelf = Shelf(240)

    lines = bench(*CALLS, *files).lines

    assert "CALL 60 120 240 FACTOR" in [" ".join(line.split()) for line in lines]
    assert sum(line.startswith("ping ") for line in lines) == 2


def test_earlier_runs_are_compared_without_a_server(nothing, bench, standin, tmp_path):
    bench(*CALLS, "--json", str(tmp_path / "one.json"))
    standin.stop()

    outcome = nothing.ok("bench", "--compare", str(tmp_path / "one.json"), "--chart", str(tmp_path / "one.svg"))

    assert "FACTOR" in outcome.out
    assert (tmp_path / "one.svg").read_bytes().startswith(b"<svg")


def test_a_chart_is_drawn(bench, tmp_path):
    bench(*CALLS, "--chart", str(tmp_path / "run.svg"))

    assert b"getAlbum" in (tmp_path / "run.svg").read_bytes()


def test_importing_what_draws_leaves_imports_as_they_were():
    before = "import sys, melodee.bench.chart; print([type(f).__module__ for f in sys.meta_path])"

    shown = subprocess.run([sys.executable, "-c", before], capture_output=True, text=True, check=True).stdout

    assert "pygal" not in shown


# How it logs in.


def test_it_logs_in_by_token_and_sends_no_password(bench, standin):
    bench(*CALLS)

    assert all({"u", "t", "s"} <= query.keys() and "p" not in query for _, query in standin.seen)


def test_it_sends_the_password_where_told_to(bench, standin):
    bench(*CALLS, "--plain-password")

    assert all("p" in query and "t" not in query for _, query in standin.seen)


def test_it_logs_in_by_a_key_alone(nothing, standin):
    nothing.ok("bench", "--url", standin.url, "--api-key", KEY, *CALLS)

    assert all("apiKey" in query and not {"u", "p", "t", "s"} & query.keys() for _, query in standin.seen)


def test_a_password_of_any_letters_is_one(nothing):
    with running(Standin(password="пароль 🔑 + & ü")) as standin:
        arguments = ("bench", "--url", standin.url, "--user", "名前", "--password", "пароль 🔑 + & ü", *CALLS)
        nothing.ok(*arguments)
        nothing.ok(*arguments, "--plain-password")


def test_a_server_below_a_path_is_found(nothing):
    with running(Standin(base="/music")) as standin:
        login = ("--api-key", KEY)
        nothing.ok("bench", "--url", standin.url, *login, *CALLS)
        nothing.ok("bench", "--url", f"{standin.url}/rest/", *login, *CALLS)
        said = nothing.refused("bench", "--url", standin.url.removesuffix("/music"), *login, *CALLS)

    assert "HTTP 404 and a web page" in said
    assert "path" in said


def test_it_follows_where_the_server_leads(nothing, standin):
    with running(Standin()) as old:
        old.overrides["ping"] = lambda _: Reply(301, headers={"Location": f"{standin.url}/rest/ping.view?x=y"})
        outcome = nothing.ok("bench", "--url", old.url, "--api-key", KEY, *CALLS)

    assert f"at {standin.url}:" in outcome.lines[0]
    assert [endpoint for endpoint, _ in old.seen] == ["ping"]


def test_a_server_older_than_the_client_is_spoken_to_in_its_version(nothing, standin):
    def ping(query):
        reply = envelope(query, {"error": {"code": 30, "message": "Server must upgrade."}}, "failed")
        if query["v"] == "1.16.1":
            reply.body = reply.body.replace(b"1.16.1", b"1.13.0")
            return reply
        reply = envelope(query, {})
        reply.body = reply.body.replace(b"1.16.1", b"1.13.0")
        return reply

    standin.overrides["ping"] = ping

    nothing.ok("bench", "--url", standin.url, "--api-key", KEY, *CALLS)

    assert {query["v"] for _, query in standin.seen[1:]} == {"1.13.0"}


# What it says when it does not work.


@pytest.mark.parametrize("url", ["", "host:4040", "ftp://host", "http://a:b@host", "http://[::1"])
def test_what_is_no_address_is_said(refused, url):
    assert "no address of a Subsonic server" in refused(url)


def test_that_nobody_answers_is_said(refused):
    assert "connection refused" in refused(f"http://127.0.0.1:{free_port()}")
    assert "there is no host" in refused("http://nobody.invalid:4040")


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(200, b"<!doctype html>Sign in", "text/html"), "a web page"),
        (Reply(302, headers={"Location": "/login?next=/rest/ping"}), "leads on to"),
        (Reply(302, headers={"Location": "https://elsewhere.invalid/rest/ping.view"}), "trust it with your password"),
        (Reply(401, b"", "text/plain"), "HTTP 401"),
        (Reply(429, b"slow down", "text/plain", {"Retry-After": "17"}), "again in 17 s"),
        (Reply(502, b"<html>Bad Gateway", "text/html"), "does not reach it"),
        (Reply(400, b"Client sent an HTTP request to an HTTPS server.", "text/plain"), "HTTP 400"),
        (Reply(200, b'{"hello": "world"}'), "no Subsonic envelope"),
        (Reply(200, b""), "nothing was sent"),
        (Reply(raw=b"SSH-2.0-OpenSSH_9.6\r\n"), "no proper HTTP answer"),
        (Reply(raw=b""), "cut the connection"),
        (Reply(200, b'{"subsonic-response":{"status":"failed"}}'), "answers"),
        (
            Reply(200, b'{"subsonic-response":{"status":"failed","error":{"code":41,"message":"LDAP"}}}'),
            "--plain-password",
        ),
        (
            Reply(200, b'{"subsonic-response":{"status":"failed","error":{"code":"x","message":["\\u001b"]}}}'),
            "answers",
        ),
    ],
)
def test_what_is_no_server_for_us_is_said_in_one_sentence(refused, standin, reply, says):
    standin.overrides["ping"] = lambda _: reply

    said = refused(standin.url)

    assert says in said
    assert "wörd" not in said


def test_a_server_that_leads_in_a_circle_is_left(refused, standin):
    standin.overrides["ping"] = lambda _: Reply(307, headers={"Location": "/rest/ping.view"})

    assert "on and on" in refused(standin.url)


def test_a_wrong_password_is_said(nothing, standin):
    said = nothing.refused("bench", "--url", standin.url, "--user", "Änne", "--password", "wrong", *CALLS)

    assert "Änne: error 40: Wrong username or password." in said


@pytest.mark.parametrize("given", [(), ("--user", "a"), ("--password", "b"), ("--api-key", "k", "--user", "a")])
def test_credentials_are_asked_for_before_the_server_is(nothing, standin, given):
    assert "--api-key" in nothing.refused("bench", "--url", standin.url, *given)
    assert standin.seen == []


def test_an_empty_library_is_said(refused, standin):
    standin.shelf = Shelf(0)

    assert "empty" in refused(standin.url)


def test_a_server_that_lets_in_and_then_goes_is_said(refused, standin):
    standin.before = lambda endpoint: standin.stop() if endpoint == "getScanStatus" else None

    assert "does not answer" in refused(standin.url)


@pytest.mark.parametrize("arguments", [("--only", "("), ("--only", "nothing like it"), ("--compare", "none.json")])
def test_what_was_asked_wrongly_is_said_before_the_server_is_asked(refused, standin, arguments):
    refused(standin.url, *arguments)

    assert standin.seen == []


@pytest.mark.parametrize("flag", ["--json", "--chart"])
def test_a_file_that_cannot_be_written_is_said_before_the_server_is_asked(refused, standin, flag, tmp_path):
    assert "cannot be written" in refused(standin.url, flag, str(tmp_path / "no" / "folder"))
    assert standin.seen == []


def test_nothing_to_do_is_said(nothing):
    assert "--url" in nothing.refused("bench")


# TLS.


def certificate(folder: Path) -> tuple[Path, Path]:
    """For 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem", folder / "key.pem"


@pytest.fixture
def secure(standin, tmp_path):
    """The stand-in behind TLS: its address and its certificate."""
    public, private = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    # The handshake belongs to the thread that serves the connection, as without TLS nothing waits in accepting it.
    server = standin._server
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return standin.url.replace("http:", "https:"), public


def test_a_certificate_that_nobody_vouches_for_is_said(refused, secure):
    said = refused(secure[0])

    assert "certificate of 127.0.0.1 is not accepted" in said
    assert "SSL_CERT_FILE" in said


def test_a_certificate_of_ones_own_is_named_by_a_variable(nothing, secure, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(secure[1]))

    nothing.ok("bench", "--url", secure[0], "--api-key", KEY, *CALLS)


def test_plain_http_where_tls_is_spoken_is_said(refused, secure):
    assert "no Subsonic server" in refused(secure[0].replace("https:", "http:"))


def test_tls_where_none_is_spoken_is_said(refused, standin):
    assert "http:// address" in refused(standin.url.replace("http:", "https:"))


# As a process.


def test_ctrl_c_prints_what_there_is_and_says_so_in_the_exit_code(standin, tmp_path):
    file = tmp_path / "run.json"
    process: list[subprocess.Popen[str]] = []
    asked = iter(range(10**6))

    def interrupt(endpoint):
        if endpoint == "getUser" and next(asked) == 20:
            process[0].send_signal(2)

    standin.before = interrupt
    arguments = ["--url", standin.url, "--api-key", KEY, "--only", "getUser|getSong", "--rounds", "200000"]
    command = [*PROGRAM, "bench", *arguments, "--json", str(file)]
    standin.overrides["tokenInfo"] = lambda query: envelope(query, {"tokenInfo": {"username": "ann"}})
    process.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ))
    out, err = process[0].communicate(timeout=60)

    assert process[0].returncode == 130, err
    assert "Ended early: interrupted." in out
    assert "getUser" in out
    assert json.loads(file.read_text())["ended_early"] == "interrupted"
    assert err == ""
