"""Mutants made by machine: which changes there are, that each is one, and what is left alone."""

import ast

import pytest

from grader.selftest.bench import Bench
from grader.selftest.mutating import NotPythonError, TooDeepError, make_mutants
from grader.selftest.solutions import Solutions
from tests.submissions import HERE


def changes(folder, text):
    """The changed lines of all mutants of a text, with their operators."""
    path = folder / "right.py"
    path.write_text(text)
    return {(one.change.operator, one.change.now) for one in make_mutants(path)}


@pytest.mark.parametrize(
    ("line", "operator", "became"),
    [
        ("a < b", "comparison", {"a <= b", "a > b"}),
        ("a >= b", "comparison", {"a > b", "a <= b"}),
        ("a == b", "comparison", {"a != b"}),
        ("a in b", "comparison", {"a not in b"}),
        ("a is None", "comparison", {"a is not None"}),
        ("a < b <= c", "comparison", {"a <= b <= c", "a > b <= c", "a < b < c", "a < b >= c"}),
        ("a + b", "arithmetic", {"a - b"}),
        ("a @ b", "arithmetic", {"a * b"}),
        ("a ** b", "arithmetic", {"a * b"}),
        ("-a", "sign", {"a"}),
        ("not a", "sign", {"a"}),
        ("a and b", "logic", {"a or b"}),
        ("3", "constant", {"4", "2"}),
        ("0", "constant", {"1", "-1"}),
        ("0x10", "constant", {"17", "15"}),
        ("1e-8", "constant", {"1e-07", "1e-09"}),
        ("0.0", "constant", {"1.0"}),
        ("1e999", "constant", set()),
        ("1e308", "constant", {"1e+307"}),
        ("'word'", "constant", {"'wordx'"}),
        ("'''word'''", "constant", {"'''wordx'''"}),
        ("True", "constant", {"False"}),
        ("f(a)", "dropped call", {"a"}),
        ("a.f(b)", "dropped call", {"a"}),
        ("torch.norm(a)", "dropped call", {"a"}),
        ("F.mse_loss(a, b)", "dropped call", {"a"}),
        ("f(a, b)", "swapped arguments", {"f(b, a)"}),
        ("f(a, b, c=d)", "swapped arguments", {"f(b, a, c=d)"}),
        ("b if a else c", "condition", {"b if not (a) else c"}),
        ("f()", "dropped call", set()),
        ("f(*a)", "dropped call", set()),
        ("f(x=a)", "dropped call", set()),
        ("f'{a}'", "constant", set()),
    ],
)
def test_an_operator_offers_what_is_mistaken_for_a_line(tmp_path, line, operator, became):
    """Each operator, on a line of its own."""
    found = changes(tmp_path, f"def f(a, b, c, d):\n    return {line}\n")
    assert {now for name, now in found if name == operator} == {f"return {one}" for one in became}


@pytest.mark.parametrize(
    ("line", "became"),
    [
        ("if(a):", {"if(not (a)):"}),
        ("if(not a):", {"if(a):"}),
        ("while(f(a)):", {"while(a):"}),
        ("if(f(a)):", {"if(a):", "if(not (f(a))):"}),
        ("if-f():", {"if(f()):"}),
        ("if b if(a)else c:", {"if b if(not (a))else c:", "if not (b if(a)else c):"}),
    ],
)
def test_what_stands_next_to_its_keyword_has_brackets_in_its_place(tmp_path, line, became):
    """As programmers of C write it; for one such line a whole file was no Python."""
    found = changes(tmp_path, f"def f(a, b, c):\n    {line}\n        pass\n")
    assert {now for _, now in found} == became


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(tol=1e-3):\n    pass\n", {"def f(tol=0.01):", "def f(tol=0.0001):"}),
        ("def f(*, on=True):\n    pass\n", {"def f(*, on=False):"}),
        ("@g\ndef f():\n    pass\n", {""}),
        ("for i in x:\n    break\n", {"continue"}),
        ("def f(a):\n    a.clear()\n    return a\n", {"pass", "a"}),
        ("def f(a):\n    raise ValueError('no')\n", {"pass", "raise 'no'"}),
        ("def f(a):\n    a += b\n", {"a -= b", "pass"}),
        ('"""Says 1 + 1."""\nimport math\nfrom os import path\nx: "int"\n', set()),
        ('def f():\n    """Says 1."""\n', set()),
        ("if TYPE_CHECKING:\n    N = 1\nif typing.TYPE_CHECKING:\n    N = 2\n", set()),
        ('if __name__ == "__main__":\n    f(1)\nif "__main__" == __name__:\n    f(1)\n', set()),
        ("if TYPE_CHECKING:\n    N = 1\nelse:\n    f(a)\n", {"pass", "a"}),
    ],
)
def test_defaults_statements_and_decorators_are_changed_and_texts_are_not(tmp_path, text, expected):
    """Changes that need more than a line; docstrings, imports and annotations stay."""
    assert {now for _, now in changes(tmp_path, text)} == expected


@pytest.mark.parametrize("path", ["correct/hw2/loops.py", "correct/hw1/data_loader.py"])
def test_every_mutant_is_another_program_and_the_diff_says_which(path):
    """No two are the same, none is the right one, all compile, and each has one change."""
    right = HERE / path
    mutants = make_mutants(right)
    meanings = {ast.dump(ast.parse(mutant.text)) for mutant in mutants}
    assert len(meanings) == len(mutants) > 100
    assert ast.dump(ast.parse(right.read_text())) not in meanings
    assert make_mutants(right) == mutants
    for mutant in mutants:
        lines = mutant.diff.splitlines()
        assert sum(line.startswith("@@") for line in lines) == 1
        assert any(line.startswith("-") for line in lines)
        assert mutant.change.was != mutant.change.now


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("def f(:\n", NotPythonError),
        ("x = (\n", NotPythonError),
        ("print 1\n", NotPythonError),
        (f"x = {' + '.join(['1'] * 3000)}\n", TooDeepError),
        (f"x = {'-' * 100_000}1\n", TooDeepError),
    ],
    ids=["sign", "end", "print", "long sum", "signs"],
)
def test_what_cannot_be_changed_is_named(tmp_path, text, error):
    """No traceback of a parser, nor of what walks a tree."""
    path = tmp_path / "right.py"
    path.write_text(text)
    with pytest.raises(error, match=r"right.py:.*no mutant is made"):
        make_mutants(path)


def test_a_file_in_another_encoding_is_changed_in_it(tmp_path):
    """As Python reads it."""
    path = tmp_path / "right.py"
    path.write_bytes('# coding: latin-1\ndef f():\n    return "grün"\n'.encode("latin-1"))
    (mutant,) = make_mutants(path)
    assert 'return "grünx"' in mutant.diff
    written = Bench(None, Solutions(), None, tmp_path).written("mutant", mutant.text)
    assert make_mutants(written)[0].change.was == 'return "grünx"'
