"""Whether a service of this machine answers. None of these raises: what does not answer yet is `False`."""

import http.client
import json
import socket
from pathlib import Path
from typing import Any

_SECONDS = 2.0


def loopback(host: str) -> str:
    """The address at which this machine reaches a server that listens on `host`."""
    return {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def http_answers(host: str, port: int, path: str) -> bool:
    """Whether a GET is answered with success."""
    return _request("GET", host, port, path, None) is not None


def socket_answers(path: Path) -> bool:
    """Whether somebody listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(_SECONDS)
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


_DAGSTER_QUERY = """
{
  workspaceOrError { ... on Workspace { locationEntries {
    loadStatus locationOrLoadError { __typename ... on PythonError { message } } } } }
  instance { daemonHealth { allDaemonStatuses { daemonType required lastHeartbeatTime } } }
}
"""


def dagster_loaded(port: int, prefix: str = "") -> bool:
    """Whether Dagster's web server has loaded Melodee's definitions from the code server."""
    data = _dagster(port, prefix)
    locations: list[dict[str, Any]] = data.get("workspaceOrError", {}).get("locationEntries", [])
    return bool(locations) and all(_is_loaded(location) for location in locations)


def dagster_daemon_beats(port: int, since: float, prefix: str = "") -> bool:
    """Whether each of the daemon's loops gave a sign of life after `since` (seconds since the epoch)."""
    health = _dagster(port, prefix).get("instance", {}).get("daemonHealth", {})
    beats = [status["lastHeartbeatTime"] or 0 for status in health.get("allDaemonStatuses", []) if status["required"]]
    return bool(beats) and min(beats) > since


def _is_loaded(location: dict[str, Any]) -> bool:
    loaded: dict[str, Any] = location["locationOrLoadError"] or {}
    return location["loadStatus"] == "LOADED" and loaded.get("__typename") == "RepositoryLocation"


def _dagster(port: int, prefix: str) -> dict[str, Any]:
    answer = _request("POST", "127.0.0.1", port, f"{prefix}/graphql", json.dumps({"query": _DAGSTER_QUERY}).encode())
    try:
        return (json.loads(answer or b"{}").get("data")) or {}
    except ValueError:
        return {}


def _request(method: str, host: str, port: int, path: str, body: bytes | None) -> bytes | None:
    # http.client, since urllib would ask the environment's proxy for this machine's own address.
    connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        content = response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return content if response.status < 400 else None
