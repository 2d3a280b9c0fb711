"""CSV tables: every cell checked, every mistake at its line and column."""

import numpy as np
import pytest

from simulation.scenario import ScenarioError, load

HEAD = "id,kind,homes,lon\n"


@pytest.fixture
def of_places(small):
    """A function: the text of places.csv -> the mistakes in it, without the file's name."""

    def told(text):
        data = text if isinstance(text, bytes) else text.encode()
        (small / "places.csv").write_bytes(data)
        with pytest.raises(ScenarioError) as caught:
            load("region.yaml")
        found = [str(one) for one in caught.value.faults]
        return [one.removeprefix("places.csv:").lstrip() for one in found if one.startswith("places.csv")]

    return told


CELLS = {
    "a,site,x,0\n": ["2:8: homes: must be a whole number, got 'x'; allowed: 0 to 1000 homes"],
    "a,site,1.0,0\n": ["2:8: homes: must be a whole number, got '1.0'; allowed: 0 to 1000 homes"],
    "a,site, 1,0\n": ["2:8: homes: must be a whole number, got ' 1'; allowed: 0 to 1000 homes"],
    "a,site,1_0,0\n": ["2:8: homes: must be a whole number, got '1_0'; allowed: 0 to 1000 homes"],
    "a,site,,0\n": ["2:8: homes: must be a whole number, got ''; allowed: 0 to 1000 homes"],
    "a,site,1001,0\n": ["2:8: homes: lies outside its range, got 1001; allowed: 0 to 1000 homes"],
    "a,site,1,nan\n": ["2:10: lon: must be a finite number, got 'nan'; allowed: -180 to 180"],
    "a,site,1,1e999\n": ["2:10: lon: must be a finite number, got '1e999'; allowed: -180 to 180"],
    "a,site,1,181\n": ["2:10: lon: lies outside its range, got 181.0; allowed: -180 to 180"],
    "a,sit,1,0\n": ["2:3: kind: is not known, got 'sit'; allowed: village, site; did you mean 'site'?"],
    "A b,site,1,0\n": ["2:1: id: must look like ^[a-z_]+$, got 'A b'"],
    "a,site,1\n": ["2:1: the row has 3 cells, the header 4; put a text that holds a comma in quotes"],
    "a,site,1,0\nb,sit,x,nan\n": [
        "3:3: kind: is not known, got 'sit'; allowed: village, site; did you mean 'site'?",
        "3:7: homes: must be a whole number, got 'x'; allowed: 0 to 1000 homes",
        "3:9: lon: must be a finite number, got 'nan'; allowed: -180 to 180",
    ],
    '"a",site,"x",0\n': ["2:10: homes: must be a whole number, got 'x'; allowed: 0 to 1000 homes"],
    '"a,site,1,0\n': [
        "2:1: can't be read as CSV: unexpected end of data; close every quote, and double a quote within quotes"
    ],
    "jinxiu,site,1,0\n\nupper,site,1,0\njinxiu,site,2,0\n": ["5:1: id: 'jinxiu' stands in line 2 already"],
}  # fmt: skip


@pytest.mark.parametrize("text", CELLS, ids=[repr(text)[:40] for text in CELLS])
def test_a_wrong_cell_is_named_by_line_and_column(of_places, text):
    assert of_places(HEAD + text) == CELLS[text]


HEADERS = {
    "": ["is empty; its first line names the columns; allowed: id, kind, homes, lon"],
    "id,kind,hoems,lon\n": [
        "1:1: homes: the column is missing; it says: dwellings; did you mean 'hoems'?",
        "1:9: hoems: unknown column; allowed: id, kind, homes, lon; did you mean 'homes'?",
    ],
    "id,kind,homes,id\n": ["1:15: id: this column stands here a second time; keep one"],
}


@pytest.mark.parametrize("text", HEADERS)
def test_a_wrong_header_is_told_before_its_rows(of_places, text):
    assert of_places(text + "a,b,c,d\n" if text else text) == HEADERS[text]


def test_another_encoding_is_named_by_line_and_byte(of_places):
    told = of_places((HEAD + "a,site,1,0\n").encode() + "锦,site,1,0\n".encode("gbk"))
    assert told == ["3:1: isn't UTF-8: byte 0xbd at offset 29; save the file as UTF-8"]


def test_line_ends_byte_order_marks_and_column_order_make_no_difference(small):
    plain = load("region.yaml")
    (small / "places.csv").write_bytes(
        b"\xef\xbb\xbflon,id,homes,kind\r\n107.1,upper_village,0,village\r\n\r\n107.2,jinxiu,40,site\r\n"
    )
    again = load("region.yaml")
    assert again.fingerprint() == plain.fingerprint()
    assert list(again.tables["places"]["id"]) == ["upper_village", "jinxiu"]


def test_columns_are_arrays_of_the_declared_type(loaded):
    tables = loaded().tables
    employers = tables["employers"]
    assert [tables["places"]["homes"].dtype, tables["places"]["lon"].dtype] == [np.int64, np.float64]
    assert employers["hires"].tolist() == [True, False]
    assert employers["opens"].tolist() == [-1, 12 * 2019 + 4]
    assert employers["notes"].tolist() == ["", "dust, noise"]


def test_a_table_that_may_be_left_out_is_empty(loaded):
    assert loaded().tables["targets"]["id"].tolist() == []


def test_what_disagrees_between_tables_points_to_the_cell(small):
    (small / "employers.csv").write_text(
        'id,place,opens,hires\n"mi,ll",jinxi,2019-13,yes\nmine,nowhere,,true\n', "utf-8"
    )
    with pytest.raises(ScenarioError) as caught:
        load("region.yaml")
    assert [str(one) for one in caught.value.faults] == [
        "employers.csv:2:15: opens: must be a month written YYYY-MM, such as 2020-04, got '2019-13'",
        "employers.csv:2:23: hires: must be true or false, got 'yes'",
    ]
    (small / "employers.csv").write_text('id,place,opens,hires\n"mi,ll",jinxi,,true\n', "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load("region.yaml")
    assert [str(one) for one in caught.value.faults] == [
        "employers.csv:2:9: place: place 'jinxi' is not in the table of places"
    ]


def test_ten_mistakes_in_three_files_are_told_at_once(small):
    (small / "region.yaml").write_text(
        "format: 1\nname: r\nstart: 2018-01\nmonths: 0\ntables: {places: places.csv, employers: employers.csv}\n"
        "parameters: {births: {fertlity: 2}}\n",
        "utf-8",
    )
    (small / "places.csv").write_text("id,kind,homes,lon\njinxiu,site,40,nan\nupper,vilage,x,1\n", "utf-8")
    (small / "question.yaml").write_text(
        "format: 1\nname: [q]\nbase: region.yaml\nseeds: 3\nscale: {hosts: -1}\nuncertainty: {}\narms:\n  a:\n"
        "    - workshp: {}\n    - workshop: {place: jinxiu, posts: 1.5, opens: 2020-01}\n",
        "utf-8",
    )
    with pytest.raises(ScenarioError) as caught:
        load("question.yaml")
    found = caught.value.faults
    assert [(one.file, one.line, one.column, one.where) for one in found] == [
        ("places.csv", 2, 16, "lon"),
        ("places.csv", 3, 7, "kind"),
        ("places.csv", 3, 14, "homes"),
        ("question.yaml", 2, 7, "name"),
        ("question.yaml", 4, 1, "seeds"),
        ("question.yaml", 5, 16, "scale.hosts"),
        ("question.yaml", 6, 1, "uncertainty.parameters"),
        ("question.yaml", 9, 7, "arms.a.0.workshp"),
        ("question.yaml", 10, 40, "arms.a.1.workshop.posts"),
        ("region.yaml", 4, 9, "months"),
        ("region.yaml", 6, 23, "parameters.births.fertlity"),
    ]
    assert str(caught.value) == "\n".join(str(one) for one in found)
