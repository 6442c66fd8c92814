"""What Jupyter's commands do to a process, as Python: ``%cd``, ``%env``, ``%run``, ``!mkdir``.

What only shows, times, installs or asks the network is left out.
"""

import ast
import shlex

RUN_THEIR_BODY = frozenset(
    "time timeit capture prun debug memit pyinstrument snakeviz scalene wandb ipytest".split()
)
"""Magics at a cell's head that run what stands below them, as if they were not there."""


def as_python(node: ast.Call) -> str:
    """Python that does what a call on ``get_ipython()`` would, as far as it matters; else ""."""
    match node:
        case ast.Call(
            func=ast.Attribute(attr="run_line_magic"),
            args=[ast.Constant(str(name)), ast.Constant(str(rest))],
        ):
            return _of_magic(name, rest.strip())
        case ast.Call(
            func=ast.Attribute(attr="run_cell_magic"),
            args=[ast.Constant(str(name)), ast.Constant(), ast.Constant(str(body))],
        ):
            return body if name in RUN_THEIR_BODY else ""
        case ast.Call(func=ast.Attribute(attr="system"), args=[ast.Constant(str(line))]):
            return _of_shell(line)
    return ""


def _of_magic(name: str, rest: str) -> str:
    words = _words(rest)
    if name == "time":
        return rest
    if name == "mkdir":
        return _of_shell(f"mkdir {rest}")
    if name == "cd" and words:
        return f"__import__('os').path.isdir({words[0]!r}) and __import__('os').chdir({words[0]!r})"
    if name in {"env", "set_env"}:
        key, equals, value = rest.partition("=")
        if not equals:
            key, _, value = rest.partition(" ")
        if key.strip() and value:
            changed = {key.strip(): value.strip().strip("'\"")}
            return f"__import__('os').environ.update({changed!r})"
    if name == "run" and (files := [word for word in words if not word.startswith("-")]):
        path = files[0] if "." in files[0] else f"{files[0]}.py"
        if path.endswith(".py"):
            read = f"__import__('pathlib').Path({path!r}).read_bytes()"
            return f"exec(compile({read}, {path!r}, 'exec'))"
    return ""


def _of_shell(line: str) -> str:
    words = _words(line)
    if words[:1] != ["mkdir"] or set(line) & set("&|;$`*{>"):
        return ""
    folders = [word for word in words[1:] if not word.startswith("-")]
    return "\n".join(f"__import__('os').makedirs({folder!r}, exist_ok=True)" for folder in folders)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
