"""What docs/library.md shows is so: its reward function rewards a policy."""

import re
import runpy
from pathlib import Path

from tests.library.conftest import RIGHT, WRONG

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "program_reward.py"
PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
MARKED = re.compile(r"^<!-- reward -->\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEAVES = "import sys\n\n\ndef double(x):\n    sys.exit(0)\n\n\ndef name():\n    return 'light'\n"
WRITTEN = {
    f"Here it is:\n```python\n{RIGHT}```\n": 1,
    f"```\n{WRONG}```": 0.25,
    f"```python\n{WRONG}```\nNo, better:\n```python\n{RIGHT}```\nDone.": 1,
    RIGHT: 1,
    f"```python\n{LEAVES}```": 0.25,
    "I cannot do that.": 0,
    "": 0,
    "```python\n": 0,
}
"""What a stub of a policy writes, and the reward of each."""


def test_the_page_shows_the_example():
    """What is shown is what mypy reads and what is run below."""
    assert MARKED.findall(PAGE) == [EXAMPLE.read_text(encoding="utf-8")]


def test_the_reward_function_rewards_a_policy_of_fixed_programs(light):
    """As the trainer calls it: by keywords, in order, as texts or messages, a number for each."""
    shown = runpy.run_path(str(EXAMPLE))
    with shown["ProgramReward"](str(light), seed=8) as reward:
        texts = list(WRITTEN)
        prompts, state = ["Write it."] * len(texts), object()
        given = {"prompts": prompts, "completion_ids": [[0]] * len(texts), "trainer_state": state}
        assert reward(completions=texts, **given) == list(WRITTEN.values())
        messages = [[{"role": "assistant", "content": text}] for text in texts]
        assert reward(completions=messages, **given) == list(WRITTEN.values())
        assert reward.__name__ == "program_reward"
