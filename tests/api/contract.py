"""The published contract, and whether an answer keeps it.

The OpenAPI document of OpenSubsonic (with the corrections that lie beside it) and the XSD of Subsonic 1.16.1 are read
from the folder that `MELODEE_CONTRACT_DIR` names. No schema forbids unknown fields, so those are listed; the XSD
forbids all that OpenSubsonic adds, so that is taken out, and the rest is validated.
"""

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

NAMESPACE = "http://subsonic.org/restapi"
XS = "{http://www.w3.org/2001/XMLSchema}"

ENVELOPE = {"status", "version", "type", "serverVersion", "openSubsonic"}

XML_NAMES = {"agents": "agent"}
"""Of lists whose elements are not named as in JSON."""

UNDESCRIBED = {
    "albumList.album.name": "an album in a folder list has title, album and name, because clients read any of them",
    "albumList.album.songCount": "py-opensonic requires it",
    "starred.album.name": "as in albumList",
    "starred.album.songCount": "as in albumList",
    "directory.child.name": "as in albumList",
    "directory.child.songCount": "as in albumList",
    "directory.coverArt": "a cover for the folder that is shown",
    "directory.songCount": "as in Navidrome; clients show it",
    "directory.albumCount": "as in Navidrome; clients show it",
    "indexes.index.artist.coverArt": "a picture for artists in folder mode",
    "indexes.index.artist.albumCount": "as in Navidrome; clients show it",
    "indexes.shortcut.coverArt": "as in indexes.index.artist",
    "starred.artist.coverArt": "as in indexes.index.artist",
    "starred.artist.albumCount": "as in indexes.index.artist",
    "artists.lastModified": "as in indexes; lets clients keep what they have",
    "scanStatus.folderCount": "clients show it",
    "scanStatus.lastScan": "clients show it",
}
"""Fields that no schema knows and that we send all the same, with the reason."""

UNDESCRIBED |= {
    f"{place}.userRating": "the rating of an artist; without it clients cannot show what setRating set"
    for place in ("artist", "artists.index.artist", "searchResult3.artist", "starred2.artist")
}


class Contract:
    """The published description of answers."""

    def __init__(self, folder: Path) -> None:
        document = json.loads((folder / "openapi.bundled.json").read_text("utf-8"))
        self.paths: dict[str, Any] = document["paths"]
        self.components: dict[str, Any] = document["components"]
        for correction in json.loads((folder / "openapi.corrections.json").read_text("utf-8")):
            self._correct(correction)
        self.xsd = Xsd(folder / "subsonic-rest-api-1.16.1.xsd")

    def _correct(self, correction: dict[str, Any]) -> None:
        schema = self.components["schemas"][correction["component"]]
        properties = schema.setdefault("properties", {})
        for name in correction.get("drop", ()):
            properties.pop(name)
        properties |= correction.get("properties", {})
        if "required" in correction:
            schema["required"] = correction["required"]

    def json_schema(self, endpoint: str) -> dict[str, Any]:
        """The schema of the endpoint's document; of a file, that of an empty answer, since errors have one too."""
        operations = self.paths[f"/rest/{endpoint}"]
        answer = (operations.get("get") or operations["post"])["responses"]["200"]
        if "$ref" in answer:
            answer = self.components["responses"][answer["$ref"].rpartition("/")[2]]
        if "application/json" not in answer["content"]:
            answer = self.components["responses"]["EmptySubsonicResponse"]
        schema = answer["content"]["application/json"]["schema"]
        if "$ref" not in schema:  # getTranscodeDecision lacks the envelope.
            base = {"$ref": "#/components/schemas/SubsonicSuccessResponse"}
            schema = {"properties": {"subsonic-response": {"allOf": [base, schema]}}}
        return {"components": self.components, "required": ["subsonic-response"], **schema}

    def json_problems(self, endpoint: str, document: Any) -> list[str]:
        """What is wrong with the document, and which of its fields nobody described."""
        schema = self.json_schema(endpoint)
        validator = Draft202012Validator(schema, format_checker=_formats)
        problems = [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(document)]
        answer = document["subsonic-response"]
        unknown = self._unknown(schema, document, ())
        unknown = {place for place in unknown if place not in UNDESCRIBED}
        return problems + [f"{place} is not described" for place in sorted(unknown)] + envelope_problems(answer)

    def _unknown(self, schema: dict[str, Any], value: Any, path: tuple[str, ...]) -> set[str]:
        if isinstance(value, list):
            items = [inner["items"] for inner in self._branches(schema) if "items" in inner]
            return set().union(*(self._unknown({"oneOf": items}, item, path) for item in value)) if items else set()
        if not isinstance(value, dict):
            return set()
        known: dict[str, list[Any]] = {}
        for branch in self._branches(schema):
            for name, inner in branch.get("properties", {}).items():
                known.setdefault(name, []).append(inner)
        found: set[str] = set()
        for name, item in value.items():
            inner_path = () if name == "subsonic-response" else (*path, name)
            if name in known:
                found |= self._unknown({"oneOf": known[name]}, item, inner_path)
            else:
                found.add(".".join(inner_path))
        return found

    def _branches(self, schema: dict[str, Any]) -> list[dict[str, Any]]:
        """The schema and all that it may mean: references, parts and alternatives."""
        found = [schema]
        if "$ref" in schema:
            found += self._branches(self.components["schemas"][schema["$ref"].rpartition("/")[2]])
        for part in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
            found += self._branches(part)
        return found


_formats = FormatChecker(())


@_formats.checks("date-time")
def _is_moment(value: object) -> bool:
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z"
    return not isinstance(value, str) or (re.fullmatch(pattern, value) is not None and value > "0001-01-02")


def envelope_problems(answer: dict[str, Any]) -> list[str]:
    """What every answer has, and nothing is null."""
    problems = [f"{name} is missing" for name in sorted(ENVELOPE - set(answer))]
    if len(set(answer) - ENVELOPE) > 1:
        problems.append(f"more than one answer: {sorted(set(answer) - ENVELOPE)}")
    return problems + [f"{place} is null" for place in _nulls(answer, "")]


def _nulls(value: Any, place: str) -> list[str]:
    if isinstance(value, dict):
        return [found for name, item in value.items() for found in _nulls(item, f"{place}.{name}")]
    if isinstance(value, list):
        return [found for item in value for found in _nulls(item, place)]
    return [place] if value is None else []


class Xsd:
    """The schema of Subsonic 1.16.1, and what it knows of each type."""

    def __init__(self, file: Path) -> None:
        root = etree.parse(file).getroot()
        # Ids were numbers in 1.12.
        for attribute in root.iterfind(f"{XS}complexType[@name='PlayQueue']/{XS}attribute[@name='current']"):
            attribute.set("type", "xs:string")
        self._types = {kind.get("name"): kind for kind in root.iterfind(f"{XS}complexType")}
        self._schema = etree.XMLSchema(root)

    def problems(self, document: bytes) -> list[str]:
        """What is wrong with the document once all that the schema does not know is taken out."""
        root = etree.fromstring(document)
        if root.tag != f"{{{NAMESPACE}}}subsonic-response":
            return [f"the root is {root.tag}"]
        self.prune(root)
        self._schema.validate(root)
        return [f"line {error.line}: {error.message}" for error in self._schema.error_log]

    def prune(self, element: Any, kind: str = "Response") -> list[str]:
        """Takes out what the type does not know; returns it, as `song@bitDepth` and `song/genres`."""
        attributes, children = self._known(kind)
        name = etree.QName(element).localname
        unknown = [attribute for attribute in element.attrib if attribute not in attributes]
        pruned = [f"{name}@{attribute}" for attribute in unknown]
        for attribute in unknown:
            del element.attrib[attribute]
        for child in list(element):
            child_name = etree.QName(child).localname
            if child_name not in children:
                pruned.append(f"{name}/{child_name}")
                element.remove(child)
            elif children[child_name].startswith("sub:"):
                pruned += self.prune(child, children[child_name].removeprefix("sub:"))
        return pruned

    def _known(self, kind: str) -> tuple[set[str], dict[str, str]]:
        if kind not in self._types:
            return set(), {}
        node = self._types[kind]
        attributes = {attribute.get("name") for attribute in node.iter(f"{XS}attribute")}
        children = {child.get("name"): child.get("type") for child in node.iter(f"{XS}element")}
        for extension in node.iter(f"{XS}extension"):
            more_attributes, more_children = self._known(extension.get("base").removeprefix("sub:"))
            attributes, children = attributes | more_attributes, more_children | children
        return attributes, children


def differences(value: dict[str, Any], element: Any, place: str = "") -> list[str]:
    """Where an object of JSON and an element of XML do not carry the same data."""
    found: list[str] = []
    seen: set[Any] = set()
    attributes = set(element.attrib)
    for name, item in value.items():
        here = f"{place}.{name}"
        children = [child for child in element if etree.QName(child).localname == XML_NAMES.get(name, name)]
        seen.update(children)
        if isinstance(item, list):
            if len(item) != len(children):
                found.append(f"{here}: {len(item)} in JSON, {len(children)} in XML")
            for inner, child in zip(item, children, strict=False):
                found += (
                    differences(inner, child, here) if isinstance(inner, dict) else _unequal(inner, child.text, here)
                )
        elif isinstance(item, dict):
            found += differences(item, children[0], here) if len(children) == 1 else [f"{here}: not one element"]
        elif name in attributes:
            attributes.discard(name)
            found += _unequal(item, element.get(name), here)
        elif children:
            found += _unequal(item, children[0].text, here)
        elif name == "value":
            found += _unequal(item, element.text, here)
        else:
            found.append(f"{here}: only in JSON")
    found += [f"{place}@{name}: only in XML" for name in sorted(attributes)]
    return found + [f"{place}/{etree.QName(child).localname}: only in XML" for child in element if child not in seen]


def _unequal(value: Any, text: str | None, place: str) -> list[str]:
    if isinstance(value, bool):
        same = text == ("true" if value else "false")
    elif isinstance(value, float):
        same = text is not None and float(text) == value
    else:
        same = (text or "") == str(value)
    return [] if same else [f"{place}: {value!r} in JSON, {text!r} in XML"]
