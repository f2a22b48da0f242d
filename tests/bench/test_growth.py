"""Runs side by side: files, growth, tables, charts."""

from xml.etree import ElementTree as ET

import pytest

from melodee.bench import growth as module
from melodee.bench import report, results
from melodee.bench.chart import draw
from melodee.bench.errors import BadResults, CannotWrite
from melodee.bench.growth import growth
from melodee.bench.results import LibraryFacts, Machine, Results, Row, ServerFacts
from tests.bench.conftest import measured, settings

SVG = "{http://www.w3.org/2000/svg}"


def results_of(songs: int, label: str = "", date: str = "2026-01-01T00:00:00+00:00", **p50_ms: float) -> Results:
    rows = [
        Row(call=call, group="Group", requests=9, p50_ms=ms, p90_ms=ms, p99_ms=2 * ms, max_ms=3 * ms)
        for call, ms in p50_ms.items()
    ]
    return Results(
        label=label, url="http://host", date=date, server=ServerFacts("standin", "7"), rows=rows,
        library=LibraryFacts(songs, songs // 10, songs // 30), machine=Machine(2, "Linux", "3.11"), settings=settings(),
    )  # fmt: skip


def test_runs_stand_in_the_order_of_their_libraries():
    found = growth([results_of(10**7, a=4.0), results_of(10**4, a=1.0), results_of(10**5, a=2.0)])

    assert [run.library.songs for run in found.runs] == [10**4, 10**5, 10**7]
    assert found.lines[0].p50_ms == [1.0, 2.0, 4.0]
    assert found.lines[0].factor == 4.0


def test_of_one_library_the_earlier_run_comes_first():
    late, early = results_of(10**5, date="2026-02-02", a=1.0), results_of(10**5, date="2026-01-01", a=3.0)

    assert growth([late, early]).lines[0].p50_ms == [3.0, 1.0]


def test_a_call_that_doubles_from_a_hundred_thousand_on_is_marked():
    runs = [
        results_of(10**4, flat=1.0, early=1.0, late=1.0, double=1.0, gone=1.0),
        results_of(10**5, flat=1.0, early=5.0, late=1.0, double=1.0, gone=1.0),
        results_of(10**7, flat=1.2, early=5.0, late=2.1, double=2.0),
    ]

    marked = {line.call: line.marked for line in growth(runs).lines}

    assert marked == {"flat": False, "early": False, "late": True, "double": False, "gone": False}


def test_where_all_libraries_are_small_growth_is_from_the_smallest():
    found = growth([results_of(100, a=1.0), results_of(2000, a=3.0)])

    assert found.lines[0].marked
    assert "from 100 to 2,000 songs" in module.notes(found)[0]


def test_one_run_has_not_grown():
    found = growth([results_of(10**6, a=1.0)])

    assert found.lines[0].factor == 1.0
    assert not found.lines[0].marked
    assert module.notes(found) == []


def test_calls_that_not_all_runs_have_are_in_the_table():
    headings, lines = module.table(growth([results_of(10**5, a=1.0, b=2.0), results_of(10**7, a=1.5, c=250.0)]))

    assert [each.strip() for each in headings] == ["CALL", "100,000", "10,000,000", "FACTOR"]
    cells = {line[0]: [cell.strip() for cell in line[1:]] for line in lines}
    assert cells == {"a": ["1.0", "1.5", "1.50"], "c": ["-", "250", "1.00"], "b": ["2.0", "-", "-"]}


def test_labels_tell_runs_apart_where_they_differ():
    headings, _ = module.table(growth([results_of(10**5, "before", a=1.0), results_of(10**5, "after", a=1.0)]))

    assert headings[1:3] == ["before 100,000", "after 100,000"]


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (None, "-"),
        (0.0421, "0.04"),
        (0.999, "1.00"),
        (3.14, "3.1"),
        (99.94, "99.9"),
        (100.4, "100"),
        (12345.6, "12,346"),
    ],
)
def test_milliseconds_are_shown_with_the_digits_that_matter(ms, shown):
    assert report.milliseconds(ms) == shown


def test_a_file_holds_all_that_was_found(server, tmp_path):
    found = measured(server, only="ping|getNowPlaying|search3", label="x")
    file = tmp_path / "results.json"

    results.write(file, results.dump(found))

    assert results.read(file) == found


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"label": 1}', b'{"rows": [{}]}',
        results.dump(results_of(10, a=1.0)).replace(b'"songs": 10', b'"songs": "many"'),
        results.dump(results_of(10, a=1.0)).replace(b'"p50_ms": 1.0', b'"p50_ms": "fast"'),
        results.dump(results_of(10, a=1.0)).replace(b'"p50_ms": 1.0', b'"p50_ms": NaN'),
        results.dump(results_of(10, a=1.0)).replace(b'"p50_ms": 1.0', b'"p50_ms": -1.0'),
        results.dump(results_of(10, a=1.0)).replace(b'"songs": 10', b'"songs": -10'),
    ],
)  # fmt: skip
def test_what_holds_no_results_is_refused(tmp_path, content):
    file = tmp_path / "other.json"
    file.write_bytes(content)

    with pytest.raises(BadResults, match=r"other\.json"):
        results.read(file)


def test_what_is_not_there_or_cannot_be_written_is_said(tmp_path):
    with pytest.raises(BadResults):
        results.read(tmp_path / "none")
    with pytest.raises(BadResults):
        results.read(tmp_path)
    for path in (tmp_path, tmp_path / "no" / "folder"):
        with pytest.raises(CannotWrite):
            results.require_writable(path)


def test_looking_whether_a_file_can_be_written_changes_nothing(tmp_path):
    there, new = tmp_path / "there", tmp_path / "new"
    there.write_text("kept")

    for path in (there, new):
        results.require_writable(path)

    assert there.read_text() == "kept"
    assert not new.exists()


# Charts.


def texts(picture: bytes) -> list[str]:
    return [node.text or "" for node in ET.fromstring(picture).iter(f"{SVG}text")]


def test_the_chart_of_one_run_has_a_bar_for_each_call():
    names = {"ping": 0.4, "getAlbum": 3.0, 'Ärger <&">': 80.0}

    picture = draw([results_of(10**5, **names)])

    assert set(names) | {"p50", "p99", "Group"} <= set(texts(picture))
    bars = [node for node in ET.fromstring(picture).iter(f"{SVG}rect") if "rect reactive" in node.get("class", "")]
    assert len(bars) == 6
    # From the lowest time on, a longer time is a longer bar.
    lengths = [float(bar.get("width")) for bar in bars]
    assert lengths[0] > 0


def test_the_chart_of_several_runs_has_a_curve_for_each_call_over_the_sizes():
    picture = draw([results_of(size, a=1.0 * size**0.1, b=2.0) for size in (10**4, 10**5, 10**6, 10**7)])

    assert {"a", "b", "10k", "100k", "1M", "10M"} <= set(texts(picture))
    curves = [node for node in ET.fromstring(picture).iter(f"{SVG}path") if "line reactive" in node.get("class", "")]
    assert len(curves) == 2


def test_a_chart_asks_for_nothing_and_runs_nothing():
    picture = draw([results_of(10**5, a=1.0)]).decode()

    assert "<script" not in picture
    assert "xlink:href" not in picture
    assert "@import" not in picture
    assert "url(" not in picture
    assert "prefers-color-scheme: dark" in picture


def test_charts_are_the_same_each_time():
    runs = [results_of(10**5, a=1.0), results_of(10**6, a=2.0)]

    assert draw(runs) == draw(runs)


@pytest.mark.parametrize("runs", [[results_of(0)], [results_of(0), results_of(10)], [results_of(0, a=0.0, b=1e-9)]])
def test_a_run_without_times_still_makes_a_picture(runs):
    assert ET.fromstring(draw(runs)).tag == f"{SVG}svg"


def test_calls_that_are_not_drawn_as_a_rule_are_when_asked_for():
    run = results_of(10**5, a=1.0, b=2.0)
    run.rows[1].charted = False
    assert "b" not in texts(draw([run]))

    run.settings.only = "b"
    assert "b" in texts(draw([run]))
