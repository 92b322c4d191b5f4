"""Splitting a file into fields with their places, and body."""

# ruff: noqa: RUF001 - a colon that is none

from __future__ import annotations

import json
import textwrap

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.common.problems import Problems, format_problem
from broadsheet.read import front_matter, yaml_hints
from broadsheet.read.front_matter import Document, Field, Fields, Many, Text, split, to_plain

PATH = "content/2022/flood.md"


def whole(text: str | bytes) -> Document:
    """Return a file split, which must be free of problems."""
    document = split(PATH, text if isinstance(text, bytes) else text.encode())
    assert document.problems == ()
    return document


def fields(yaml_text: str) -> dict[str, object]:
    """Return the fields of a file whose front matter is ``yaml_text``."""
    found = whole(f"---\n{yaml_text}\n---\n").fields
    assert found is not None
    return {field.name: to_plain(field.value) for field in found}


def complaint(text: str | bytes) -> str:
    """Return the problems of a file as they are printed."""
    content = text if isinstance(text, bytes) else text.encode()
    try:
        document = split(PATH, content)
    except Problems as problems:
        return str(problems)
    return "\n".join(map(format_problem, document.problems))


def fault(yaml_text: str) -> str:
    """Return the problems of a file whose front matter is ``yaml_text``; its first line is line 2."""
    return complaint(f"---\n{yaml_text}\n---\nWater.\n")


def dedented(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def test_every_scalar_stays_text() -> None:
    assert fields("a: NO\nb: 12:30\nc: 010\nd: 2021-02-30\ne: 1.0\nf: yes\ng: 0x1F\nh: 1_000\n") == {
        "a": "NO",
        "b": "12:30",
        "c": "010",
        "d": "2021-02-30",
        "e": "1.0",
        "f": "yes",
        "g": "0x1F",
        "h": "1_000",
    }


def test_no_value_is_empty_text_however_yaml_spells_it() -> None:
    assert fields("a:\nb: ~\nc: null\nd: ''\ne: 'null'\nf: Null") == {
        "a": "",
        "b": "",
        "c": "",
        "d": "",
        "e": "null",
        "f": "Null",
    }


def test_lists_and_mappings_nest() -> None:
    text = "tags: [oil, 'a: b']\nimage:\n  file: a.png\n  sizes:\n  - 1\n  - {w: 2}\n"
    assert fields(text) == {"tags": ["oil", "a: b"], "image": {"file": "a.png", "sizes": ["1", {"w": "2"}]}}


def test_each_name_and_each_value_knows_its_place_in_the_file() -> None:
    document = whole("\n---\ntitle: Flood\ntags:\n  - oil\n---\n")
    assert document.fields == (
        Field(name="title", value=Text(text="Flood", line=3, column=8), line=3, column=1),
        Field(
            name="tags",
            value=Many(values=(Text(text="oil", line=5, column=5),), line=5, column=3),
            line=4,
            column=1,
        ),
    )


def test_a_name_given_twice_is_there_twice_and_plain_takes_the_last() -> None:
    found = whole("---\nx: {a: 1, a: 2}\nx: 3\n---\n").fields
    assert found is not None
    assert [field.name for field in found] == ["x", "x"]
    assert isinstance(found[0].value, Fields)
    assert to_plain(found[0].value) == {"a": "2"}


def test_the_body_and_its_first_line() -> None:
    document = whole("---\ntitle: Flood\n---\n\nWater.\n")
    assert (document.body, document.body_line) == ("\nWater.\n", 4)
    assert document.rows[document.body_line - 1 :] == ("", "Water.", "")


@pytest.mark.parametrize("closer", ["---", "...", "---  ", "...\t"])
@pytest.mark.parametrize("opener", ["---", "--- ", "---\t"])
@pytest.mark.parametrize("before", ["", "\n", " \n\t\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_fences_line_ends_and_marks_of_every_kind(
    mark: str, before: str, opener: str, closer: str, end: str
) -> None:
    text = mark + f"{before}{opener}\ntitle: Flood\n{closer}\nWater.\nMore.".replace("\n", end)
    document = whole(text.replace("\n", end) if end == "\r" else text)
    assert document.fields is not None
    assert [to_plain(field.value) for field in document.fields] == ["Flood"]
    assert document.body == "Water.\nMore."
    assert document.rows[document.body_line - 1] == "Water."


def test_front_matter_may_be_all_there_is() -> None:
    assert whole("---\ntitle: Flood\n---").body == ""


@pytest.mark.parametrize(
    "text", ["---\n---\n", "---\n# nothing yet\n---\n", "---\n\n\n---\n", "---\n~\n---\n"]
)
def test_front_matter_may_be_empty(text: str) -> None:
    assert whole(text).fields == ()


def test_a_fence_inside_a_block_is_text() -> None:
    assert fields("summary: |\n  one\n  ---\n  two") == {"summary": "one\n---\ntwo\n"}


def test_a_rule_in_the_body_is_left_alone() -> None:
    assert whole("---\na: b\n---\none\n\n---\n\ntwo\n").body == "one\n\n---\n\ntwo\n"


def test_a_tab_after_the_colon_and_comments_between_fields() -> None:
    assert fields("title:\tFlood\n# by whom\nauthor: \tA. B.\n") == {"title": "Flood", "author": "A. B."}


def test_what_yaml_takes_for_a_comment_is_kept_beside_the_text() -> None:
    document = whole(
        "---\na: We're #1\nb: We are #1 again\nc: 'quoted' # note\nd: # all\ne: [x] # note\n---\n"
    )
    found = {field.name: field.value for field in document.fields or ()}
    comments = {name: value.comment for name, value in found.items() if isinstance(value, Text)}
    assert comments == {"a": "#1", "b": "#1 again", "c": "", "d": "# all"}


def test_characters_that_xml_forbids_are_dropped() -> None:
    assert fields("a: Fl\x08oo\x1fd\nb: \"Fl\\bood\\x7F\"\nc: x\ufffey\n'd\x01': z") == {
        "a": "Flood",
        "b": "Flood",
        "c": "xy",
        "d": "z",
    }


def test_a_dropped_character_moves_no_column() -> None:
    assert "flood.md:2:11: title:" in fault("title: \x08Fl: ood")


def test_line_breaks_that_only_yaml_knows_break_no_line() -> None:
    document = whole("---\ntitle: one\u2028two\x85three\u2029four\ndate: x\n---\n")
    assert document.fields is not None
    assert [(field.line, to_plain(field.value)) for field in document.fields] == [
        (2, "one two three four"),
        (3, "x"),
    ]


def test_what_yaml_is_given_it_gives_back_in_any_script() -> None:
    assert fields("title: 洪水 — сел 🌊 e\u0301") == {"title": "洪水 — сел 🌊 e\u0301"}


@pytest.mark.parametrize(
    ("row", "quoted", "column"),
    [
        ("title: Flood: the end", 'title: "Flood: the end"', 13),
        ("title: @flood", 'title: "@flood"', 8),
        ("title: `flood`", 'title: "`flood`"', 8),
        ("title: %flood", 'title: "%flood"', 8),
        ("title: *Flood* again", 'title: "*Flood* again"', 14),
        ("title: &quot;Flood", 'title: "&quot;Flood"', 13),
        ("title: [Video] Flood", 'title: "[Video] Flood"', 16),
        ("title: - flood", 'title: "- flood"', 8),
        ("title: 'It's raining'", 'title: "It\'s raining"', 12),
        ('title: "Flood" in town', "title: '\"Flood\" in town'", 16),
        ('title: "It\'s" a flood', "title: '\"It''s\" a flood'", 15),
        ('title: "Flood', 'title: "Flood"', 8),
        ('title: "C:\\quay"', "title: 'C:\\quay'", 11),
        ("title: Flood: a # note", 'title: "Flood: a # note"', 13),
    ],
)
def test_a_value_that_lacks_quotes_is_shown_with_them(row: str, quoted: str, column: int) -> None:
    source = f"  | {row}\n  | {' ' * (column - 1)}^"
    assert fault(f"{row}\ndate: 2022-11-05") == (
        f"{PATH}:2:{column}: title: the value needs quotes\n{source}\n  Write it in quotes: {quoted}"
    )
    assert fields(f"{quoted}\ndate: 2022-11-05")["date"] == "2022-11-05"


def test_all_values_that_lack_quotes_are_found_and_the_rest_is_read() -> None:
    content = b"---\ntitle: a: b\ndate: x\nsummary: c: d\nimage:\n  alt: e: f\ntags:\n  - g: h: i\n---\n"
    document = split(PATH, content)
    assert [problem.line for problem in document.problems] == [2, 4, 6, 8]
    assert document.fields is not None
    assert [to_plain(field.value) for field in document.fields] == [
        "a: b",
        "x",
        "c: d",
        {"alt": "e: f"},
        [{"g": "h: i"}],
    ]


@pytest.mark.parametrize(
    ("yaml_text", "expected"),
    [
        (
            "tags: [a, b\ndate: x",
            """
            2:7: a list is opened here with [ and not closed
              | tags: [a, b
              |       ^
              Write tags: [a, b]
            """,
        ),
        (
            "image: {file: a\ndate: x",
            """
            2:8: a mapping is opened here with { and not closed
              | image: {file: a
              |        ^
            """,
        ),
        (
            "title Flood\ndate: x",
            """
            2:1: this is no field
              | title Flood
              | ^
              Write it as title: Flood
            """,
        ),
        (
            "date: x\ntitle:Flood\nsection: y",
            """
            3:1: this is no field
              | title:Flood
              | ^
              Write it as title: Flood
            """,
        ),
        (
            "title: a\n  date: b",
            """
            3:7: this line does not follow from the line above it
              |   date: b
              |       ^
              If it is a field of its own, write it without spaces before it: date: b
            """,
        ),
        (
            "authors:\n\t- a",
            """
            3:1: a tab stands where YAML wants spaces
              |  - a
              | ^
              Write spaces.
            """,
        ),
        (
            "authors:\n-\ta",
            """
            3:2: a tab stands where YAML wants spaces
              | - a
              |  ^
              Write spaces.
            """,
        ),
        (
            "title: >\n  a\n b\nx: y",
            """
            4:2: this line does not follow from the lines above it
              |  b
              |  ^
            """,
        ),
        (
            " title: a\ndate: b",
            """
            3:1: this line is indented less than the lines above it
              | date: b
              | ^
            """,
        ),
        (
            "title: a\n--- b",
            """
            3:1: a line --- inside the front matter has text after it
              | --- b
              | ^
            """,
        ),
        (
            "title: a\n'date",
            """
            3:1: a quote is opened here and never closed
              | 'date
              | ^
            """,
        ),
        (
            "just words",
            """
            2:1: the front matter is not made of fields
              | just words
              | ^
              Write each field as name: value.
            """,
        ),
        (
            "- a\n- b",
            """
            2:1: the front matter is not made of fields
              | - a
              | ^
              Write each field as name: value.
            """,
        ),
        (
            "'': x",
            """
            2:1: nothing stands where a field's name should
              | '': x
              | ^
            """,
        ),
        (
            "? [a]\n: b",
            """
            2:3: a list or a mapping stands where a field's name should
              | ? [a]
              |   ^
            """,
        ),
        (
            "title: Water rises: mud\n  all over\ndate: x",
            """
            2:19: title: the value needs quotes
              | title: Water rises: mud
              |                   ^
              Write it in quotes: title: "Water rises: mud all over"
            """,
        ),
        (
            "title: Water rises\nall over town\ndate: x",
            """
            3:1: this is no field
              | all over town
              | ^
              If it goes on with the line above, write title: Water rises all over town If it is a field,\
 write all: over town
            """,
        ),
        (
            "title：Water rises\ndate: x",
            """
            2:6: a fullwidth colon stands here, which is no colon to YAML
              | title：Water rises
              |      ^
              Write it as title: Water rises
            """,
        ),
        (
            "tags:\n  - a\n  -b\n",
            """
            4:3: a space is missing after the hyphen
              |   -b
              |   ^
              Write - b
            """,
        ),
        (
            'title: "He said "no""',
            """
            2:18: title: the value needs quotes
              | title: "He said "no""
              |                  ^
              Write it in quotes: title: 'He said "no"'
            """,
        ),
        (
            "color: {red, blue}",
            """
            2:9: what is in these braces has names but no values
              | color: {red, blue}
              |         ^
              If it is a list, write color: [red, blue] If it is a text: color: "{red, blue}"
            """,
        ),
        (
            "color: {red}",
            """
            2:9: what is in these braces has names but no values
              | color: {red}
              |         ^
              Write color: red If the braces belong to it: color: "{red}"
            """,
        ),
        (
            "a: {b: {c: d, e}, f: g, h }",
            """
            2:15: c is cut off at a comma, which ends a value in braces
              | a: {b: {c: d, e}, f: g, h }
              |               ^
              Write it in quotes: a: {b: {c: "d, e"}, f: g, h }
            2:25: f is cut off at a comma, which ends a value in braces
              | a: {b: {c: d, e}, f: g, h }
              |                         ^
              Write it in quotes: a: {b: {c: d, e}, f: "g, h" }
            """,
        ),
        (
            "a: {b: , c: d: e, f: }",
            """
            2:14: a: the value needs quotes
              | a: {b: , c: d: e, f: }
              |              ^
              Write it in quotes: a: {b: , c: "d: e", f: }
            """,
        ),
        (
            "a: {b: c,\n  d,\n  e: f}",
            """
            3:3: b is cut off at a comma, which ends a value in braces
              |   d,
              |   ^
              Write it in quotes: b: "c, d"
            """,
        ),
        (
            "title: !Hola amigos",
            """
            2:8: !Hola is a YAML tag, which is not read here
              | title: !Hola amigos
              |        ^
              Write it in quotes: title: "!Hola amigos"
            """,
        ),
        (
            "x: !!python/object/apply:os.system [ls]",
            """
            2:4: tag:yaml.org,2002:python/object/apply:os.system is a YAML tag, which is not read here
              | x: !!python/object/apply:os.system [ls]
              |    ^
              Write it in quotes: x: "!!python/object/apply:os.system [ls]"
            """,
        ),
        (
            "a: &x\n  - b\nc: *x",
            """
            2:4: &x is a YAML anchor, which is not read here
              | a: &x
              |    ^
              Write it in quotes: a: "&x"
            4:4: *x is a YAML alias, which is not read here
              | c: *x
              |    ^
              Write it in quotes: c: "*x"
            """,
        ),
        (
            '"\\ud800": a',
            """
            2:4: this is not YAML: found invalid Unicode character escape code
              | "\\ud800": a
              |    ^
            """,
        ),
    ],
)
def test_yaml_that_cannot_be_read_is_one_problem_in_plain_words(yaml_text: str, expected: str) -> None:
    rows = dedented(expected).split("\n")
    lines = [f"{PATH}:{row}" if row[0].isdigit() else row for row in rows]
    assert fault(yaml_text) == "\n".join(lines)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("[Oil, #MeToo]", '[Oil, "#MeToo"]'),
        ("[#MeToo]", '["#MeToo"]'),
        ("[#MeToo, Oil]", '["#MeToo", Oil]'),
        ("[Oil, Gas #2]", '[Oil, "Gas #2"]'),
        ("[[A, B]", "[A, B]"),
        ("[A, B]]", "[A, B]"),
        ('["A, B]', "[A, B]"),
        ('["Oil" boom, Gas]', "['\"Oil\" boom', Gas]"),
        ("[@baku, %20]", '["@baku", "%20"]'),
    ],
)
@pytest.mark.parametrize("after", ["", "\ndate: x"])
def test_a_list_that_yaml_cannot_read_is_shown_as_it_was_meant(written: str, meant: str, after: str) -> None:
    source = f"tags: {written}"
    said = f"tags: this is no list as YAML reads it\n  | {source}\n  |       ^\n  Write tags: {meant}"
    assert fault(source + after) == f"{PATH}:2:7: {said}"
    # What is shown can be read, and means the same.
    assert fields(f"tags: {meant}").keys() == {"tags"}


def test_an_alias_in_a_list_is_shown_as_the_name_that_it_was_meant_to_be() -> None:
    assert fault("tags: [Oil, 'Gas, too', *x]").endswith("\n  Write tags: [Oil, 'Gas, too', \"*x\"]")


_SPACES = {
    "\u00a0": "no-break space",
    "\u202f": "narrow no-break space",
    "\u200b": "zero width space",
    "\u3000": "ideographic space",
}


@pytest.mark.parametrize("space", _SPACES)
@pytest.mark.parametrize(
    ("yaml_text", "places"),
    [
        ("title:_Flood\ndate: x", {(2, 7): "title: Flood"}),
        ("title: Flood\ntags:_Oil", {(3, 6): "tags: Oil"}),
        ("title:_Flood\ndate:_x", {(2, 7): "title: Flood", (3, 6): "date: x"}),
        ("tags:\n-_Oil\n-_Gas", {(3, 2): "- Oil", (4, 2): "- Gas"}),
    ],
)
def test_a_space_that_is_none_to_yaml_is_named(
    space: str, yaml_text: str, places: dict[tuple[int, int], str]
) -> None:
    document = split(PATH, f"---\n{yaml_text.replace('_', space)}\n---\n".encode())
    named = f"a {_SPACES[space]} stands here, which is no space to YAML"
    assert [(each.line, each.column, each.message, each.hint) for each in document.problems] == [
        (line, column, named, f"Write {meant}") for (line, column), meant in places.items()
    ]
    # What follows is read as if it had been a plain one.
    assert document.fields is not None


@pytest.mark.parametrize("space", _SPACES)
def test_a_space_that_is_none_to_yaml_may_stand_in_values_and_around_names(space: str) -> None:
    text = f"a: 10{space}000\n{space}b: x\nc{space}: y\nd: |\n  e:{space}f\n  -{space}g"
    assert fields(text) == {
        "a": f"10{space}000",
        "b": "x",
        "c": "y",
        "d": f"e:{space}f\n-{space}g\n",
    }


def test_a_value_that_is_too_long_to_be_copied_is_not_repeated_in_the_hint() -> None:
    assert fault("a: b: " + "x" * 6000).endswith("\n  Write it in quotes.")
    deep = fault("tags: " + "[" * 3000)
    assert deep.endswith("\n  Write a list in one pair of brackets: [one, another].")
    assert fault("tags: " + "[" * 3000 + "]" * 3000) == deep.replace("[\n", "[\n")
    listed = fault("tags: [" + ", ".join(["#Oil"] * 500) + "]")
    assert listed.endswith("\n  Put the names that have signs in them in quotes.")
    assert all(len(row) < 250 for text in (deep, listed) for row in text.splitlines())


def test_any_number_of_byte_order_marks_may_begin_a_file() -> None:
    for marks in ("\ufeff", "\ufeff\ufeff", "\ufeff" * 3):
        assert split(PATH, f"{marks}---\na: b\n---\nBody".encode()).problems == ()


@pytest.mark.parametrize(
    ("row", "name"), [("\ufeff---", "zero width no-break space"), ("---\u00a0", "no-break space")]
)
def test_what_cannot_be_seen_beside_the_first_line_is_named(row: str, name: str) -> None:
    (problem,) = split(PATH, f"\n{row}\na: b\n---\n".encode()).problems
    assert (problem.line, problem.message) == (2, f"a {name} stands beside the line ---, so that is not seen")
    assert problem.hint == "Take it out: the first line of the front matter is --- and nothing else."


def test_the_body_is_still_there_behind_broken_front_matter() -> None:
    document = split(PATH, b"---\ntags: [a\n---\nWater.\n")
    assert (document.fields, document.body, document.body_line) == (None, "Water.\n", 4)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"",
            """
            : the file is empty
              Begin the file with a line ---, then the fields (title: …), then another line ---.
            """,
        ),
        (
            b" \r\n\n",
            """
            : the file is empty
              Begin the file with a line ---, then the fields (title: …), then another line ---.
            """,
        ),
        (
            b"\nWater.\n",
            """
            :2:1: the file has no front matter
              | Water.
              | ^
              Begin the file with a line ---, then the fields (title: …), then another line ---.
            """,
        ),
        (
            b"-----\ntitle: x\n-----\n",
            """
            :1:1: the file has no front matter
              | -----
              | ^
              The first line of the front matter is --- and nothing else.
            """,
        ),
        (
            b"+++\ntitle = 'x'\n+++\n",
            """
            :1:1: the front matter is TOML
              | +++
              | ^
              Write it as YAML: a line ---, the fields as name: value, another line ---.
            """,
        ),
        (
            b"\n---\ntitle: x\n\nWater.\n",
            """
            :2: the front matter that begins here is not closed
              | ---
              Put a line --- below its last field.
            """,
        ),
        (
            b"{\\rtf1\\ansi Water.}",
            """
            : the file is a document in Rich Text Format, not plain text
              Save it as plain text in UTF-8, or leave it out in site.toml: [content] exclude.
            """,
        ),
        (
            b"---\ntitle: x\n---\nWa\0ter\n",
            """
            : the file is not text: it holds a NUL byte
              Save it as plain text in UTF-8, or leave it out in site.toml: [content] exclude.
            """,
        ),
        (
            "---\n".encode("utf-16"),
            """
            : the file is UTF-16, not UTF-8
              Save it as plain text in UTF-8, or leave it out in site.toml: [content] exclude.
            """,
        ),
        (
            b"\xef\xbb\xbf---\r\ntitle: \xc3\xa9t\xe9, fin\r\n",
            """
            :2:10: the file is not UTF-8: it holds the byte 0xE9 here
              | title: ét�, fin
              |          ^
              Save it as UTF-8; it may have been saved as Windows-1252 or Latin-1.
            """,
        ),
        (
            b"\xef\xbb\xbf\xff",
            """
            :1:1: the file is not UTF-8: it holds the byte 0xFF here
              | �
              | ^
              Save it as UTF-8; it may have been saved as Windows-1252 or Latin-1.
            """,
        ),
    ],
)
def test_a_file_without_front_matter_or_text_is_one_problem(content: bytes, expected: str) -> None:
    assert complaint(content) == PATH + dedented(expected)


def test_deep_nesting_is_a_problem_and_no_overflow() -> None:
    document = split(PATH, b"---\na: " + b"[" * 50_000 + b"\n---\n")
    assert document.fields is None
    assert [problem.message for problem in document.problems] == ["lists and mappings nest more than 20 deep"]


def test_pythons_own_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "---\ntitle:\tFlood\ntags:\n - a # b\n - 'c: d'\nx: {y: z}\ns: >\n  one\n  two\nn: \"\\u00e9\"\n---\n"
    )
    fast = whole(text)
    monkeypatch.setattr(front_matter, "_LOADER", yaml.BaseLoader)
    assert whole(text) == fast


def test_pythons_own_parser_raises_nothing_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_matter, "_LOADER", yaml.BaseLoader)
    assert (
        fault('"\\UFFFFFFFF": a')
        == f'{PATH}:2: this is not YAML: an escape names no character\n  | "\\UFFFFFFFF": a'
    )


@given(st.binary() | st.binary().map(lambda content: b"---\n" + content + b"\n---\n"))
@example(b"---\n---")
@example(b"---\n\xc2\x85: \xe2\x80\xa8\n---\n")
def test_any_bytes_give_a_document_or_problems(content: bytes) -> None:
    try:
        document = split(PATH, content)
    except Problems as problems:
        assert problems.problems  # noqa: PT017 - either outcome is right
        return
    assert document.fields is not None or document.problems
    for problem in document.problems:
        assert problem.path == PATH
        assert problem.line <= len(document.rows)
        assert problem.source == (document.rows[problem.line - 1] if problem.line else "")


@given(st.lists(st.sampled_from([*"-#[]{}'\"|>&*!%@,?:~\\\t\néx", "title", "tags:", "---", "..."])))
def test_any_yaml_gives_a_document(tokens: list[str]) -> None:
    text = "---\n" + " ".join(tokens).replace(" \n ", "\n") + "\n---\n"
    document = split(PATH, text.encode())
    assert document.fields is not None or document.problems


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"]), max_size=80))
def test_any_text_in_quotes_comes_back(title: str) -> None:
    assert fields(f"title: {json.dumps(title, ensure_ascii=False)}") == {"title": title}


@given(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1).filter(
        lambda text: text[0] not in "#|>'\""
    )
)
def test_the_quoted_line_that_a_problem_shows_is_read_as_the_author_meant(word: str) -> None:
    row = yaml_hints.quote_value(f"title: {word} and more")
    assert row is not None
    assert fields(row) == {"title": f"{word} and more"}


@given(st.integers(0, 3), st.integers(0, 3), st.text("a\n", max_size=9))
def test_the_body_is_where_its_line_says(blank: int, count: int, body: str) -> None:
    text = "\n" * blank + "---\n" + "a: b\n" * count + "---\n" + body
    document = split(PATH, text.encode())
    assert document.body == body
    assert "\n".join(document.rows[document.body_line - 1 :]) == body


@pytest.mark.parametrize(
    "row", ["a: {b: c, d: }", "a: {b: c,}", "a: {b: 'c, d'}", "a: {b : c}", "a: {? b : c}"]
)
def test_what_is_in_braces_may_end_with_a_comma_or_have_an_empty_value(row: str) -> None:
    assert whole(f"---\n{row}\n---\n").fields


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: a\n<<<<<<< HEAD\ndate: x\n=======\ndate: y\n>>>>>>> main\n---\nWater.\n",
        "---\ntitle: a\n---\nWater.\n\n<<<<<<< HEAD\nA.\n||||||| base\nB.\n=======\nC.\n>>>>>>> main\n",
        "---\ntitle: a\n---\nWater.\n\n<<<<<<< HEAD\n```\n=======\nC.\n>>>>>>> main\n",
        "---\ntitle: a\n---\nWater.\n=======\nC.\n>>>>>>> 3fa9c1b (the second version)\n",
        "---\ntitle: a\n---\nC.\n\n>>>>>>> origin/main\n",
        "---\r\ntitle: a\r\n---\r\nC.\r\n<<<<<<< ours\r\n",
    ],
)
def test_a_conflict_that_git_left_is_one_problem_and_no_others_come_of_it(text: str) -> None:
    assert complaint(text).count("as Git leaves them when it cannot merge") == 1
    assert complaint(text).count(f"{PATH}:") == 1


@pytest.mark.parametrize(
    "body",
    [
        "A heading\n=======\n\nWater.\n",
        "> > > > > > > Seven times quoted.\n",
        ">>>>>> Six.\n>>>>>>> Seven\n",
        ">>>>>>> Seven times quoted.\n",
        "```\n<<<<<<< HEAD\n=======\n>>>>>>> main\n```\n",
        "~~~~ diff\n<<<<<<< HEAD\n~~~\n>>>>>>> main\n~~~~\n",
        "<<<<<<<<< Nine\n",
    ],
)
def test_headings_quotations_and_code_are_no_conflicts(body: str) -> None:
    assert whole(f"---\ntitle: a\n---\n{body}").body == body
