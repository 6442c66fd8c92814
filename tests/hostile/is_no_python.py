"""Is not Python, whatever its name says.

Earns: nothing
Verdict: missing
"""

def double(number:
    return 2 *
