"""What tests of self-tests share: an assignment of two functions, without torch, with solutions."""

import pytest

TOML = """title = "Sign: two functions"
accepts = ["sign.py"]
exports = ["double", "sign"]
reference = "reference/sign_reference.py"

[points]
test_double = 2
test_sign = 1
"""
SUITE = '''"""Checks of two functions."""


def test_double(submission):
    """double(x) is twice x."""
    assert [submission.double(x) for x in (2, 5)] == [4, 10]


def test_sign(submission):
    """sign(x) is minus below zero, else plus."""
    assert submission.sign(-2) == "minus"
    assert submission.sign(3) == "plus"
'''
RIGHT = """def double(x):
    return 2 * x


def sign(x):
    return "minus" if x < 0 else "plus"
"""
TRIPLE = RIGHT.replace("2 *", "3 *")
FILES = {
    "assignment.toml": TOML,
    "test_sign.py": SUITE,
    "reference/sign_reference.py": RIGHT,
    "starter/sign.py": "def double(x):\n    pass\n\n\ndef sign(x):\n    pass\n",
    "public/.keep": "",
    "selftest/correct/added.py": RIGHT.replace("2 * x", "x + x"),
    "selftest/mutants/triple.py": f'"""Thrice.\n\nLoses: test_double\n"""\n{TRIPLE}',
    "selftest/hostile/leaves.py": '"""Leaves.\n\nEarns: nothing\n"""\nimport os\nos._exit(0)\n',
}


@pytest.fixture
def make_sign(tmp_path):
    """Make the assignment, with other files in the place of some, or none; return its folder."""

    def make(**files):
        folder = tmp_path / "sign"
        for name, text in {**FILES, **files}.items():
            path = folder / name
            if text is None:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return folder

    return make
