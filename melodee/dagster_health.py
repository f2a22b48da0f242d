"""What Dagster says of itself over GraphQL: its daemon, the code location, the sensors."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_SECONDS = 15.0

# Dagster 1.13: python_modules/dagster-graphql/dagster_graphql/schema.
_QUERY = """
{
  version
  instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } }
  workspaceOrError {
    __typename
    ... on PythonError { message }
    ... on Workspace { locationEntries {
      name
      loadStatus
      locationOrLoadError {
        __typename
        ... on PythonError { message }
        ... on RepositoryLocation { repositories { sensors {
          name
          sensorState { status ticks(limit: 1) { status error { message } } }
        } } }
      }
    } }
  }
}
"""


@dataclass(frozen=True)
class Sensor:
    """A sensor, and how its last tick went."""

    name: str
    running: bool
    error: str = ""
    """Of the last tick, when that failed."""


@dataclass
class DagsterHealth:
    """The state of one Dagster instance."""

    version: str
    silent_daemons: list[str] = field(default_factory=list[str])
    """Loops of the daemon that are required and gave no sign of life for a while."""
    locations: dict[str, str] = field(default_factory=dict[str, str])
    """Code locations, with what is wrong: empty when the location is loaded."""
    sensors: list[Sensor] = field(default_factory=list[Sensor])


def dagster_health(url: str) -> DagsterHealth | None:
    """Asks the web server at `url`; `None` when it does not answer as Dagster does."""
    data = _ask(url)
    try:
        return _health(data) if data else None
    except (KeyError, TypeError):  # Another Dagster, or no Dagster at all.
        return None


def _health(data: dict[str, Any]) -> DagsterHealth:
    daemons = data["instance"]["daemonHealth"]["allDaemonStatuses"]
    health = DagsterHealth(
        version=data["version"],
        silent_daemons=[one["daemonType"] for one in daemons if one["required"] and not one["healthy"]],
    )
    workspace = data["workspaceOrError"]
    if workspace["__typename"] == "PythonError":
        health.locations["workspace"] = _first_line(workspace["message"])
        return health
    for entry in workspace["locationEntries"]:
        location: dict[str, Any] = entry["locationOrLoadError"] or {}
        kind = location.get("__typename")
        if kind == "PythonError":
            health.locations[entry["name"]] = _first_line(location["message"])
        elif kind != "RepositoryLocation" or entry["loadStatus"] != "LOADED":
            health.locations[entry["name"]] = "it is still loading"
        else:
            health.locations[entry["name"]] = ""
            for repository in location["repositories"]:
                health.sensors += [_sensor(sensor) for sensor in repository["sensors"]]
    return health


def _sensor(found: dict[str, Any]) -> Sensor:
    state = found["sensorState"]
    error = ""
    for tick in state["ticks"]:
        if tick["status"] == "FAILURE":
            error = _first_line(tick["error"]["message"] if tick["error"] else "")
    return Sensor(found["name"], state["status"] == "RUNNING", error)


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:300] if lines else "it says nothing"


def _ask(url: str) -> dict[str, Any]:
    place = urlsplit(url)
    # http.client, since urllib would ask the environment's proxy for this machine's own address.
    connection = http.client.HTTPConnection(place.hostname or "127.0.0.1", place.port or 80, timeout=_SECONDS)
    try:
        body = json.dumps({"query": _QUERY}).encode()
        connection.request("POST", f"{place.path.rstrip('/')}/graphql", body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        return answer.get("data") or {}
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return {}
    finally:
        connection.close()
