"""Code cells are read from notebooks of every make, and nothing else is believed."""

import json
import resource
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.source.encoding import CannotReadError
from grader.source.notebook import CELL_LIMIT, Cell, read_cells

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def read(name: str) -> tuple[Cell, ...]:
    return read_cells((NOTEBOOKS / name).read_bytes())[0]


def notebook(*cells, **top) -> bytes:
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **top}
    ).encode()


def code(source, **more):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], **more}


def refusal(data: bytes) -> str:
    with pytest.raises(CannotReadError) as caught:
        read_cells(data)
    return str(caught.value)


def test_a_notebook_of_jupyter_is_numbered_by_its_code_cells():
    """Markdown and raw cells do not count, empty code cells do, tags survive."""
    cells = read("jupyter.ipynb")
    assert [cell.number for cell in cells] == [1, 2, 3, 4, 5]
    assert cells[1].text.startswith("def gradient(loss, theta):\n")
    assert cells[2].tags == ("grade:definitions", "answer")
    assert cells[4].text == ""


def test_a_notebook_of_colab_keeps_its_text():
    """Colab's metadata and Chinese comments do no harm."""
    cells = read("colab.ipynb")
    assert len(cells) == 3
    assert cells[0].text.endswith("%cd /content/drive/MyDrive/hw2\n!nvidia-smi")
    assert cells[2].text.startswith("# 梯度\n")


def test_a_notebook_of_format_3_is_upgraded(caplog):
    """Worksheets and ``input`` become cells, without a word in the log."""
    cells = read("v3.ipynb")
    assert [cell.text.split("\n")[0] for cell in cells] == ["import math", "def gradient(x):"]
    assert not caplog.records


def test_missing_metadata_is_forgiven():
    """Without versions, metadata, outputs or a source, what is there is read."""
    cells = read("bare.ipynb")
    assert [cell.text for cell in cells] == [
        "answer = 42",
        "",
        "",
        "def gradient(x):\n    return x\n",
    ]
    assert all(cell.tags == () for cell in cells)


def test_megabytes_of_outputs_cost_no_memory():
    """Outputs of 40 MB are passed over, not built."""
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 4_000_000}}
    empties = {"output_type": "display_data", "data": {"application/json": [[]] * 500_000}}
    data = notebook(code("x = 1", outputs=[picture] * 9 + [empties] * 2))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cells, _ = read_cells(data)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert cells == (Cell(1, "x = 1"),)
    assert grown * 1024 < 3 * len(data)


def test_nan_and_infinity_in_outputs_are_read():
    """Jupyter writes NaN as JSON does not allow; the same letters in code are left alone."""
    data = notebook(
        code(
            'x = "NaN, -Infinity \\" NaN"', outputs=[{"data": [float("nan"), -float("inf"), -1.5]}]
        )
    )
    assert b": [NaN, -Infinity, -1.5]" in data
    assert read_cells(data)[0] == (Cell(1, 'x = "NaN, -Infinity \\" NaN"'),)


def test_half_a_character_in_an_output_is_read():
    """Colab cuts long outputs anywhere, in the middle of an emoji too; whole ones stay."""
    text = "\\\\ud800 \\ud83d\\ude00 \\ud83d"
    data = b'{"cells": [{"cell_type": "code", "source": "%s", "outputs": ["%s"]}]}'
    cells, _ = read_cells(data % (text.encode(), text.encode()))
    assert cells[0].text == "\\ud800 \U0001f600 \ufffd"


def test_another_language_is_a_notice():
    """A notebook for R is read as Python, and the report says so."""
    _, notices = read_cells(notebook(code("x <- 1"), metadata={"language_info": {"name": "R\x1b"}}))
    assert notices == ("The notebook says that it is written in R; it was read as Python.",)


def test_windows_line_ends_are_lines():
    r"""``\r\n`` and ``\r`` count as one line's end each."""
    assert read_cells(notebook(code("a\r\nb\rc")))[0][0].text == "a\nb\nc"


DEEP = b'{"cells": [{"cell_type": "code", "source": "", "outputs": ' + b"[" * 400_000
CASES = {
    "empty": (b" \n", "is empty"),
    "truncated": (notebook(code("x = 1"))[:-20], "is cut off before its end"),
    "merge marks": (b'{"cells": [\n<<<<<<< HEAD\n]}', "is broken JSON in line 2"),
    "a list": (b"[]", "is JSON but no notebook"),
    "no cells": (b'{"nbformat": 4}', "has no cells"),
    "cells is a number": (b'{"cells": 3}', "is JSON but no notebook"),
    "source is a number": (notebook(code("x"), code(5)), "the source of code cell 2 is not text"),
    "source holds a number": (notebook(code(["x", 5])), "the source of code cell 1 is not text"),
    "format 1": (notebook(nbformat=1), "format of 2011"),
    "not UTF-8": (b'{"cells": [],\n "x": "\xe9"}', "byte 0xe9 in line 2"),
    "a null byte": (b'{"cells": [],\n "x": "\0"}', "null byte in line 2"),
    "deep nesting": (DEEP, "nested too deeply"),
    "a giant format": (b'{"cells": [], "nbformat": ' + b"9" * 1_000_000 + b"}", "no notebook"),
    "an infinite format": (b'{"cells": [], "nbformat": 1e999}', ""),
    "a web page": (b"<!DOCTYPE html>\n<html></html>", "is a web page"),
    "too many cells": (notebook(*[code("")] * (CELL_LIMIT + 1)), "more than 5000 code cells"),
    "too much code": (notebook(code("x" * 20_000_000)), "more than 8 MB of code"),
    "millions of cells": (b'{"cells": [' + b"{}," * 9_000_000 + b"{}]}", "is JSON but no notebook"),
}


@pytest.mark.parametrize(("data", "words"), CASES.values(), ids=CASES)
def test_what_is_no_notebook_is_refused_with_a_reason(data, words):
    """Each refusal says what is wrong, on one short line, and comes at once."""
    start = time.process_time()
    sentence = refusal(data)
    assert words in sentence
    assert len(sentence) < 400
    assert sentence.isprintable()
    assert time.process_time() - start < 5


def test_a_giant_number_in_an_output_does_no_harm():
    """A number of a million digits that is not read is not parsed."""
    outputs = b'[{"data": ' + b"7" * 1_000_000 + b"}]"
    data = notebook(code("x = 1", outputs="HERE")).replace(b'"HERE"', outputs)
    assert read_cells(data)[0][0].text == "x = 1"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
keys = st.sampled_from(
    ["cells", "worksheets", "nbformat", "metadata", "cell_type", "source", "input"]
)
shapes = st.recursive(
    values | st.just("code"),
    lambda inner: st.dictionaries(keys, inner) | st.lists(inner, max_size=3),
    max_leaves=20,
)


@given(st.dictionaries(keys, shapes))
def test_any_json_is_a_notebook_or_a_refusal(content):
    """Nothing that JSON can say raises anything else."""
    try:
        cells, notices = read_cells(json.dumps(content).encode())
    except CannotReadError:
        return
    assert [cell.number for cell in cells] == list(range(1, len(cells) + 1))
    assert all(isinstance(notice, str) for notice in notices)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_notebook_or_a_refusal(data):
    """Nothing that a file can hold raises anything else."""
    try:
        said = read_cells(data)[1]
    except CannotReadError as error:
        said = (str(error),)
    assert all(line.isprintable() for line in said)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=5))
def test_every_cell_comes_back_as_it_was_written(texts):
    """Text goes through unharmed, save that line ends are made one kind."""
    cells, _ = read_cells(notebook(*[code(text.splitlines(keepends=True)) for text in texts]))
    plain = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    assert [cell.text for cell in cells] == plain
