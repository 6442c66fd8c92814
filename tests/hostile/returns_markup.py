"""Returns a text full of commands, markup and escapes.

Earns: test_norm, test_hidden_total
Verdict: wrong
"""


def double(number):
    return "\n::error file=x::owned\n::set-output name=result::100\x1b[2J<script>alert(1)</script>|=cmd()|`rm`\u202e\0"


def norm(x):
    return float(x.norm())


def total(x):
    return x.sum()
