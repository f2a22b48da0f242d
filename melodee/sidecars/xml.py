"""XML from other people's files: without a document type, so without entities to fetch or to multiply."""

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from melodee.sidecars.decoding import LARGEST
from melodee.sidecars.errors import UnreadableSidecar

DEEPEST = 64
MOST_ELEMENTS = 50_000


def parse_xml(data: bytes) -> Element:
    """The root element. Raises `UnreadableSidecar` for what is no XML, has a document type, or is absurdly large."""
    if len(data) > LARGEST:
        raise UnreadableSidecar(f"It has more than {LARGEST >> 20} MB.")
    builder = _Builder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(data.lstrip(), True)
        return builder.close()
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableSidecar(f"It is no XML: {error}.") from error


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


class _Builder:
    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > DEEPEST or self._elements > MOST_ELEMENTS:
            raise UnreadableSidecar("It has more elements than any such file.")
        self._tree.start(_tag(name), {_tag(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._depth -= 1
        self._tree.end(_tag(name))

    def data(self, text: str) -> None:
        self._tree.data(text)

    def refuse(self, *_: object) -> None:
        raise UnreadableSidecar("It has a document type, which no such file needs.")

    def close(self) -> Element:
        return self._tree.close()


def _tag(name: str) -> str:
    return "{" + name if "}" in name else name
