"""Of a notebook what its exports need is run, and the answers are those of running everything."""

import ast
import copy
import json
import sys
import time
import types

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.inside import alarm, slicing, source
from grader.inside.steps import steps_of


class Loaded:
    """A notebook that was run as far as ``e`` needs it; each text is a cell."""

    def __init__(self, *texts, wanted=("e",), mode="needed", **limits):
        self.module = types.ModuleType("hw2_of_a_slice")
        parts = [(number, text, []) for number, text in enumerate(texts, 1)]
        order = source.Order(mode, tuple(wanted), **limits)
        self.report = source.run_source("ipynb", "hw2.ipynb", parts, order, self.module, [].append)
        sys.modules.pop("hw2_of_a_slice")
        json.dumps(self.report)
        self.left_out = [entry["what"] for entry in self.report["left_out"]]
        self.failed = self.report["failed"]

    def __getattr__(self, name):
        return getattr(self.module, name)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("ZZ", "ZY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "path", [*sys.path])


def kind(title, text, answer, left_out=""):
    return pytest.param(text, answer, left_out, id=title)


KINDS = [
    kind(
        "setattr",
        'class A: pass\na=A()\nsetattr(a,"x",3)\ndef e(): return a.x',
        3,
    ),
    kind(
        "decorator registry",
        'R={}\ndef reg(f):\n  R[f.__name__]=f\n  return f\n@reg\ndef h(): return 7\ndef e(): return R["h"]()',
        7,
    ),
    kind(
        "alias",
        "T=[]\nU=T\nU.append(5)\ndef e(): return T[0]",
        5,
    ),
    kind(
        "alias chain",
        'T={}\nV=[T]\nV[0]["k"]=5\ndef e(): return T["k"]',
        5,
    ),
    kind(
        "alias through function",
        'T={}\ndef get(): return T\nget()["k"]=5\ndef e(): return T["k"]',
        5,
    ),
    kind(
        "param mutate",
        'T={}\ndef fill(t): t["k"]=5\nfill(T)\ndef e(): return T["k"]',
        5,
    ),
    kind(
        "param not mutated",
        'T={"k":5}\nimport time\ndef demo(t): return sum(t.values())\nx=demo(T)\ndef e(): return T["k"]',
        5,
        "x=demo(T)",
    ),
    kind(
        "global stmt",
        "K=0\ndef up():\n  global K\n  K=4\nup()\ndef e(): return K",
        4,
    ),
    kind(
        "closure",
        "def mk():\n  s=[]\n  def add(x): s.append(x)\n  def get(): return s\n  return add,get\nadd,get=mk()\nadd(3)\ndef e(): return get()[0]",
        3,
    ),
    kind(
        "nonlocal",
        "def mk():\n  n=0\n  def up():\n    nonlocal n\n    n+=1\n    return n\n  return up\nup=mk()\nup()\nup()\ndef e(): return up()",
        3,
    ),
    kind(
        "method global",
        "S=[]\nclass C:\n  def go(self): S.append(1)\nc=C()\nc.go()\ndef e(): return len(S)",
        1,
    ),
    kind(
        "init registers",
        "S=[]\nclass C:\n  def __init__(self): S.append(1)\nC()\ndef e(): return len(S)",
        1,
    ),
    kind(
        "class attr",
        "class C: n=0\nC.n=9\ndef e(): return C.n",
        9,
    ),
    kind(
        "instance in list",
        "class C: pass\nc=C()\nL=[c]\nfor q in L: q.v=3\ndef e(): return c.v",
        3,
    ),
    kind(
        "globals literal",
        'globals()["X"]=3\ndef e(): return globals()["X"]',
        3,
    ),
    kind(
        "globals loop",
        'for n in ("X","Y"): globals()[n]=3\ndef e(): return X+Y',
        6,
    ),
    kind(
        "exec",
        'exec("Q=4")\ndef e(): return Q',
        4,
    ),
    kind(
        "eval str",
        'Q=4\ndef e(): return eval("Q+1")',
        5,
    ),
    kind(
        "getattr main",
        'import sys\nQ=4\ndef e(): return getattr(sys.modules[__name__],"Q",4)',
        4,
    ),
    kind(
        "for while",
        "xs=[]\ni=0\nwhile i<3:\n  xs.append(i); i+=1\ndef e(): return xs",
        [0, 1, 2],
    ),
    kind(
        "with",
        'import contextlib\nT=[]\nwith contextlib.suppress(KeyError):\n  T.append(1)\n  {}["x"]\n  T.append(2)\ndef e(): return T',
        [1],
    ),
    kind(
        "try",
        "try:\n  import nonexist\n  H=True\nexcept ImportError:\n  H=False\ndef e(): return H",
        False,
    ),
    kind(
        "try call",
        "T=[]\ntry:\n  T.append(1)\nfinally:\n  T.append(2)\ndef e(): return T",
        [1, 2],
    ),
    kind(
        "walrus",
        "print(Q:=3)\ndef e(): return Q",
        3,
    ),
    kind(
        "walrus if",
        "if (n:=5)>3: pass\ndef e(): return n",
        5,
    ),
    kind(
        "comprehension effect",
        "T=[]\n[T.append(i) for i in range(3)]\ndef e(): return len(T)",
        3,
    ),
    kind(
        "map lambda",
        "T=[]\nlist(map(lambda i:T.append(i),range(3)))\ndef e(): return len(T)",
        3,
    ),
    kind(
        "partial",
        "from functools import partial\nT=[]\ndef add(t,x): t.append(x)\np=partial(add,T)\np(4)\ndef e(): return T",
        [4],
    ),
    kind(
        "lambda name",
        "T=[]\nf=lambda x:T.append(x)\nf(1)\ndef e(): return T",
        [1],
    ),
    kind(
        "bound method",
        "T=[]\na=T.append\na(1)\ndef e(): return T",
        [1],
    ),
    kind(
        "default arg",
        "T=[]\ndef e(t=T): return list(t)\nT.append(2)",
        [2],
    ),
    kind(
        "func attr",
        "def e(): return e.k\ne.k=4",
        4,
    ),
    kind(
        "monkeypatch",
        "class C:\n  def f(self): return 1\ndef g(self): return 2\nC.f=g\ndef e(): return C().f()",
        2,
    ),
    kind(
        "del",
        "a=1\ndel a\na=2\ndef e(): return a",
        2,
    ),
    kind(
        "star",
        "from math import *\ndef e(): return floor(2.5)",
        2,
    ),
    kind(
        "dataclass",
        "from dataclasses import dataclass\n@dataclass\nclass P:\n  x:int=3\ndef e(): return P().x",
        3,
    ),
    kind(
        "augassign",
        "a=[1]\na+=[2]\ndef e(): return a",
        [1, 2],
    ),
    kind(
        "aug attr",
        "class C: n=1\nC.n+=1\ndef e(): return C.n",
        2,
    ),
    kind(
        "subscript alias",
        "M=[[0],[0]]\nrow=M[0]\nrow[0]=5\ndef e(): return M[0][0]",
        5,
    ),
    kind(
        "loop alias",
        "M=[[0],[0]]\nfor row in M: row[0]=5\ndef e(): return M[1][0]",
        5,
    ),
    kind(
        "unpack alias",
        "a,b=[],[]\nc,d=a,b\nc.append(1)\ndef e(): return a",
        [1],
    ),
    kind(
        "dict update",
        'D={}\nD.update(a=1)\nD|={"b":2}\ndef e(): return D',
        {"a": 1, "b": 2},
    ),
    kind(
        "setdefault",
        'D={"a":[0]}\nD.setdefault("a",[]).append(1)\ndef e(): return D["a"]',
        [0, 1],
    ),
    kind(
        "flat item alias",
        'D={"a":1,"b":2}\nq=D\nq["a"]=7\ndef e(): return D["a"]',
        7,
    ),
    kind(
        "flat list loop",
        "W=[1,2]\nfor i,w in enumerate(W): W[i]=w*2\ndef e(): return W",
        [2, 4],
    ),
    kind(
        "flat method",
        "W=[3,1]\nW.sort()\ndef e(): return W",
        [1, 3],
    ),
    kind(
        "random shuffle",
        "import random\nW=[3]\nrandom.shuffle(W)\nW.append(1)\ndef e(): return W",
        [3, 1],
    ),
    kind(
        "heap",
        "import heapq\nH=[]\nheapq.heappush(H,3)\ndef e(): return H",
        [3],
    ),
    kind(
        "np fill",
        "import numpy as np\nA=np.zeros((2,2))\nnp.fill_diagonal(A,3)\ndef e(): return float(A[1,1])",
        3.0,
    ),
    kind(
        "out=",
        "import numpy as np\nA=np.zeros(2)\nnp.add(A,1,out=A)\ndef e(): return float(A[1])",
        1.0,
    ),
    kind(
        "view",
        "import numpy as np\nA=np.zeros((2,2))\nv=A[0]\nv+=1\nr=A.reshape(4)\nr[3]=9\ndef e(): return A.tolist()",
        [[1, 1], [0, 9]],
    ),
    kind(
        "environ",
        'import os\nos.environ["ZZ"]="1"\ndef e(): return os.environ.get("ZZ")',
        "1",
    ),
    kind(
        "environ sd",
        'from os import environ\nenviron.setdefault("ZY","1")\ndef e(): return environ.get("ZY")',
        "1",
    ),
    kind(
        "sys path",
        'import sys\nP="/nowhere"\nsys.path.append(P)\ndef e(): return "/nowhere" in sys.path',
        True,
    ),
    kind(
        "helper seeds",
        "import random\ndef seeds(n):\n  random.seed(n)\nseeds(4)\nz=1\ndef e(): return 1",
        1,
    ),
    kind(
        "file written",
        'import json,os\nwith open("table.json","w") as f: json.dump({"a":1},f)\ndef e(): return json.load(open("table.json"))["a"]',
        1,
    ),
    kind(
        "file written2",
        'f=open("words.txt","w")\nf.write("hi")\nf.close()\ndef e(): return open("words.txt").read()',
        "hi",
    ),
    kind(
        "file var",
        'P="more.txt"\ndef save():\n  open(P,"w").write("yo")\nsave()\ndef e(): return open(P).read()',
        "yo",
    ),
    kind(
        "path write",
        'from pathlib import Path\np=Path("path.txt")\np.write_text("x")\ndef e(): return p.read_text()',
        "x",
    ),
    kind(
        "Expr demo out",
        "def f(x): return x\nprint(f(3))\nf(4)\nassert f(2)==2\ndef e(): return f(1)",
        1,
        "print(f(3))",
    ),
    kind(
        "main()",
        'D={}\ndef main():\n  D["x"]=1\nif __name__=="__main__":\n  main()\ndef e(): return D["x"]',
        1,
    ),
    kind(
        "two level call",
        'D={}\ndef a(): D["x"]=1\ndef b(): a()\nb()\ndef e(): return D["x"]',
        1,
    ),
    kind(
        "generator",
        "D=[]\ndef g():\n  D.append(1)\n  yield 1\nlist(g())\ndef e(): return D",
        [1],
    ),
    kind(
        "lru",
        "import functools\n@functools.lru_cache\ndef f(x): return x\nf(1)\ndef e(): return f(2)",
        2,
    ),
    kind(
        "abc",
        "import abc\nclass B(abc.ABC):\n  pass\nclass C(B): pass\ndef e(): return isinstance(C(),B)",
        True,
    ),
    kind(
        "annotations",
        "X=int\ndef e(a:X=1)->X: return a",
        1,
    ),
    kind(
        "metaclass reg",
        "R=[]\nclass B:\n  def __init_subclass__(cls): R.append(cls.__name__)\nclass C(B): pass\ndef e(): return R",
        ["C"],
    ),
    kind(
        "property",
        "class C:\n  _x=1\n  @property\n  def x(self): return self._x\n  @x.setter\n  def x(self,v): self._x=v\nc=C()\nc.x=5\ndef e(): return c.x",
        5,
    ),
    kind(
        "conditional def",
        "if True:\n  def h(): return 1\nelse:\n  def h(): return 2\ndef e(): return h()",
        1,
    ),
    kind(
        "nested fn global change",
        "T=[]\ndef outer():\n  def inner(): T.append(1)\n  inner()\nouter()\ndef e(): return T",
        [1],
    ),
    kind(
        "returned closure changes",
        "T=[]\ndef outer():\n  def inner(): T.append(1)\n  return inner\nouter()()\ndef e(): return T",
        [1],
    ),
    kind(
        "obj passed callback",
        "T=[]\ndef apply(f): f()\ndef cb(): T.append(1)\napply(cb)\ndef e(): return T",
        [1],
    ),
    kind(
        "dict of funcs",
        'T=[]\ndef cb(): T.append(1)\nF={"a":cb}\nF["a"]()\ndef e(): return T',
        [1],
    ),
    kind(
        "zip loop",
        'names=["a","b"]\nD={}\nfor n,v in zip(names,[1,2]): D[n]=v\ndef e(): return D',
        {"a": 1, "b": 2},
    ),
    kind(
        "delattr",
        'class C: x=1\nclass K(C): x=2\ndelattr(K,"x")\ndef e(): return K.x',
        1,
    ),
    kind(
        "del item",
        'D={"a":1,"b":2}\ndel D["a"]\ndef e(): return D',
        {"b": 2},
    ),
    kind(
        "pop",
        "L=[1,2]\nz=L.pop()\ndef e(): return L",
        [1],
    ),
    kind(
        "next",
        "it=iter([1,2,3])\nnext(it)\ndef e(): return next(it)",
        2,
    ),
    kind(
        "print next",
        "it=iter([1,2,3])\nprint(next(it))\ndef e(): return next(it)",
        2,
    ),
    kind(
        "f-string next",
        'it=iter([1,2,3])\ns=f"{next(it)}"\ndef e(): return next(it)',
        2,
    ),
    kind(
        "cmp",
        "it=[3,2,1]\nq=it.pop()==1\ndef e(): return it",
        [3, 2],
    ),
    kind(
        "torch inplace",
        "import torch\nW=torch.zeros(2)\nW.add_(1)\nwith torch.no_grad(): W[0]=5\ndef e(): return W.tolist()",
        [5, 1],
    ),
    kind(
        "torch init",
        "import torch\nl=torch.nn.Linear(1,1)\ntorch.nn.init.constant_(l.weight,3.)\ndef e(): return l.weight.item()",
        3.0,
    ),
    kind(
        "param loop",
        "import torch\nl=torch.nn.Linear(1,1)\nfor p in l.parameters(): p.data.fill_(2)\ndef e(): return l.weight.item()",
        2.0,
    ),
    kind(
        "optimizer",
        "import torch\nl=torch.nn.Linear(1,1,bias=False)\nl.weight.data.fill_(1)\no=torch.optim.SGD(l.parameters(),lr=1.)\nloss=l(torch.ones(1,1)).sum()\nloss.backward()\no.step()\ndef e(): return l.weight.item()",
        0.0,
    ),
    kind(
        "load_state",
        "import torch\nl=torch.nn.Linear(1,1)\nsd={k:torch.full_like(v,2) for k,v in l.state_dict().items()}\nl.load_state_dict(sd)\ndef e(): return l.weight.item()",
        2.0,
    ),
    kind(
        "set grad flag",
        "import torch\nP=torch.ones(1)\nP.requires_grad=True\ndef e(): return P.requires_grad",
        True,
    ),
    kind(
        "match",
        'v=2\nmatch v:\n  case 2: K="two"\n  case _: K="?"\ndef e(): return K',
        "two",
    ),
    kind(
        "async with",
        "import asyncio,contextlib\n@contextlib.asynccontextmanager\nasync def c():\n  yield 3\nasync with c() as q: w=q\ndef e(): return w",
        3,
    ),
    kind(
        "async for",
        "async def g():\n  yield 1\n  yield 2\nT=[]\nasync for x in g(): T.append(x)\ndef e(): return T",
        [1, 2],
    ),
    kind(
        "await expr effect",
        "T=[]\nasync def add(): T.append(1)\nawait add()\ndef e(): return T",
        [1],
    ),
    kind(
        "mixed broken import",
        "import nonexist1\nimport json, nonexist2\ndef e(): return json.dumps(1)",
        "1",
    ),
    kind(
        "try except pass",
        'T={}\ntry:\n  T["a"]=1\n  T["b"]=nope\nexcept NameError:\n  pass\ndef e(): return T',
        {"a": 1},
    ),
    kind(
        "vars()",
        'vars()["XX"]=2\ndef e(): return XX',
        2,
    ),
    kind(
        "globals update",
        "globals().update(XX=2)\ndef e(): return XX",
        2,
    ),
    kind(
        "setattr module",
        'import sys\nsetattr(sys.modules[__name__],"YY",3)\ndef e(): return 1',
        1,
    ),
    kind(
        "operator setitem",
        'import operator\nT={}\noperator.setitem(T,"a",1)\ndef e(): return T',
        {"a": 1},
    ),
    kind(
        "extend",
        "A=[1]\nB=[]\nB.extend(A)\ndef e(): return B",
        [1],
    ),
    kind(
        "deque",
        'from collections import deque,defaultdict,Counter\nd=defaultdict(list)\nd["a"].append(1)\nc=Counter()\nc["x"]+=1\ndef e(): return d["a"],c["x"]',
        ([1], 1),
    ),
    kind(
        "copy",
        "import copy\nA=[[1]]\nB=copy.copy(A)\nB[0].append(2)\ndef e(): return A",
        [[1, 2]],
    ),
    kind(
        "warnings",
        'import warnings\nwarnings.filterwarnings("ignore")\ndef e(): return 1',
        1,
    ),
    kind(
        "register fn later",
        "H=[]\ndef hook(f):\n  H.append(f)\nhook(lambda:3)\ndef e(): return H[0]()",
        3,
    ),
]
"""What notebooks do at their top level, with what ``e()`` then answers, and what is left out."""


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize(("text", "answer", "left_out"), KINDS)
def test_what_an_export_needs_is_run(text, answer, left_out):
    """Whatever changes what it reads is run, however that is reached; a trial is not."""
    ran = Loaded(text)
    assert ran.e() == answer
    assert not left_out or left_out in ran.left_out


@pytest.mark.parametrize(
    "text",
    [
        "x = demo(1)",
        "demo(TABLE)",
        "print(demo(2))",
        "for i in range(3):\n    demo(i)",
        "if __name__ == '__main__':\n    losses = [demo(i) for i in range(3)]",
        "assert demo(2) == 4",
        "with open('log.txt', 'w') as log:\n    log.write(str(demo(1)))",
        "model = demo(3)\nmodel.eval()\nmodel.train()",
        "import matplotlib.pyplot as plt\nplt.plot([demo(1)])\nplt.show()",
        "import numpy as np\nnp.save('table.npy', demo(1))",
        "try:\n    demo(1)\nexcept ValueError:\n    pass",
        "best = min(demo(i) for i in TABLE)",
        "loss = demo(1)\nloss += demo(2)",
        "import os\nos._exit(0)",
    ],
)
def test_trials_are_left_out(text):
    """What no export can feel does not run, however often it calls one."""
    first = "TABLE = {1: 2}\nran = []\ndef demo(x):\n    return 2 * x if x in (1, 2, 3) else TABLE"
    trial = f"def demo_that_tells(x):\n    raise SystemExit\n{text}".replace(
        "demo(", "demo_that_tells("
    )
    ran = Loaded(first, trial, "def e():\n    return demo(1), TABLE[1]")
    assert ran.e() == (2, 2)
    assert not ran.failed


BLOCKS = [
    ("if False:\n    a = 1\nelse:\n    no_such()\n    a = 2", 2),
    ("if True:\n    import no_such_library\n    no_such()\n    a = 1\nelse:\n    a = 2", 1),
    ("with open('x', 'w') as f:\n    no_such(f)\n    a = f.name", "x"),
    ("match 3:\n    case int(n):\n        no_such(n)\n        a = n", 3),
    ("if True:\n    if True:\n        no_such()\n        a = 4", 4),
]


@pytest.mark.parametrize(("text", "answer"), BLOCKS)
@pytest.mark.parametrize("mode", ["needed", "all"])
def test_a_call_that_fails_ends_nothing_else_of_its_block(text, answer, mode):
    """Where a drive cannot be mounted, the folder's name is bound all the same."""
    ran = Loaded(f"{text}\ndef e():\n    return a", mode=mode)
    assert ran.e() == answer
    assert ran.failed or mode == "needed"


COMMANDS = [
    ("%env LEVEL=high\nimport os\ndef e(): return os.environ['LEVEL']", "high"),
    ("!mkdir -p models/old\nimport os\ndef e(): return os.path.isdir('models/old')", True),
    ("!mkdir inner\n%cd inner\nimport os\ndef e(): return os.getcwd()[-5:]", "inner"),
    ("%cd /no/such/folder\ndef e(): return 1", 1),
    ("%matplotlib inline\n%load_ext autoreload\ndef e(): return 2", 2),
    ("%run helpers\ndef e(): return HELP", 7),
    ("%run -i helpers.py\ndef e(): return HELP", 7),
    ("%time a = 3\ndef e(): return a", 3),
    ("!pip install x && mkdir y\nimport os\ndef e(): return os.path.isdir('y')", False),
]


@pytest.mark.parametrize(("text", "answer"), COMMANDS)
def test_commands_that_matter_are_run(text, answer, tmp_path, monkeypatch):
    """Folders, the environment, and files that were handed in; not programs."""
    monkeypatch.setenv("LEVEL", "")
    (tmp_path / "helpers.py").write_text("HELP = 7\n")
    ran = Loaded(text)
    assert (ran.e(), ran.failed) == (answer, [])


def test_what_outlives_its_time_loses_only_itself():
    """Its names are undefined, also where they were bound before; the rest counts."""
    text = "import time\na = 1\na = time.sleep(5)\nb = 2\ndef e(): return b\ndef f(): return a"
    ran = Loaded(text, wanted=("e", "f"), seconds=0.2)
    assert ran.e() == 2
    assert not hasattr(ran.module, "a")
    assert [(entry["names"], entry["outlived"]) for entry in ran.failed] == [(["a"], True)]


def test_what_does_not_fit_into_the_time_of_all_is_left_out():
    """Definitions after it are run all the same, and what took long is told with its time."""
    slow = "".join(f"x{i} = sum(time.sleep(0.01) or 1 for _ in range(30))\n" for i in range(4))
    text = f"import time\n{slow}def e(): return x0\ndef f(): return x1, x2, x3"
    ran = Loaded(text, wanted=("e", "f"), all_seconds=0.5)
    assert ran.e() == 30
    assert [entry["names"] for entry in ran.failed][-2:] == [["x2"], ["x3"]]
    assert "no room in the 0.5 s" in ran.failed[-1]["error"]
    assert ran.report["costly"][0]["cell"] == 1


def test_a_machine_that_is_busy_takes_nothing_of_a_statement(monkeypatch):
    """Time in which others had the core is not counted."""
    began = time.monotonic()
    monkeypatch.setattr(alarm, "_queued_seconds", lambda: 0.9 * (time.monotonic() - began))
    assert alarm.run_within(0.2, lambda: time.sleep(0.5)) is None


HOSTILE = {
    "a deep nest": "x = " + "[" * 90 + "]" * 90 + "\n" + "if x:\n" * 1 + "    y = 1",
    "three thousand branches": "if a == 0: x = 0\n"
    + "".join(f"elif a == {i}: x = {i}\n" for i in range(1, 3000)),
    "a sum of ten thousand": "x = " + " + ".join(["y"] * 10_000),
    "four thousand names": "\n".join(f"a{i} = a{i - 1}" for i in range(1, 4_000)),
    "everything an alias": "\n".join(
        f"a{i} = [a{j} for j in b{i}]" for i in range(200) for j in range(20)
    ),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_source_that_makes_the_choice_slow_is_bounded(text):
    """The limit of a statement holds for the choice too; what only defines is run then."""
    began = time.process_time()
    ran = Loaded(text, "def e(): return 1", seconds=0.5, all_seconds=1.0)
    assert ran.e() == 1
    assert time.process_time() - began < 20


def names_run(texts, wanted):
    """Texts of the statements that are needed."""
    steps, _ = steps_of([node for text in texts for node in ast.parse(text).body], 1, 0)
    flat = [step for top in steps for step in top.walk()]
    needed = slicing.needed_steps(flat, wanted)
    return [step.node for step in steps if any(under.at in needed for under in step.walk())]


NAMES = [f"n{i}" for i in range(6)]
name = st.sampled_from(NAMES)
number = st.integers(0, 9)
STATEMENTS = st.one_of(
    st.builds("{} = [{}]".format, name, number),
    st.builds("{} = {}".format, name, name),
    st.builds("{} = [{}, {}]".format, name, name, number),
    st.builds("{} = {}[0]".format, name, name),
    st.builds("{} = list({})".format, name, name),
    st.builds("{} += [{}]".format, name, number),
    st.builds("{}.append({})".format, name, number),
    st.builds("{}.append({})".format, name, name),
    st.builds("{}[0] = {}".format, name, number),
    st.builds("del {}[-1]".format, name),
    st.builds("{}[:0] = {}".format, name, name),
    st.builds("for _i in list({}):\n    {}.append(1)".format, name, name),
    st.builds("for _i in list({}):\n    _i.append({})".format, name, number),
    st.builds(
        "if len({}) > {}:\n    {}.append(0)\nelse:\n    {} = [1]".format, name, number, name, name
    ),
    st.builds("def f{}(x, y={}):\n    x.append(1)\n    return y".format, number, name),
    st.builds("def f{}(x):\n    {}.append(len(x))\n    return {}".format, number, name, name),
    st.builds("def f{}(x):\n    t = {}\n    t.append(2)\n    return x".format, number, name),
    st.builds(
        "def f{}(x):\n    global {}\n    {} = [x]\n    return x".format, number, name, name
    ).filter(
        lambda text: len(set(text.split("\n")[1:3])) == 2 and text.split()[3] == text.split()[4]
    ),
    st.builds("def f{}(x):\n    def g(): x.append(4)\n    return g".format, number),
    st.builds("f{} = {}.append".format, number, name),
    st.builds("f{} = lambda x: {}.extend(x)".format, number, name),
    st.builds("f{}({})".format, number, name),
    st.builds("{} = f{}({})".format, name, number, name),
    st.builds("f{}({})()".format, number, name),
    st.builds("list(map(f{}, [{}]))".format, number, name),
    st.builds("[q.append(5) for q in ({}, {})]".format, name, name),
    st.builds("globals()['{}'] = {}".format, name, name),
    st.builds("try:\n    {}.pop()\nexcept Exception:\n    {} = [3]".format, name, name),
    st.builds("{}, {} = {}, {}".format, name, name, name, name),
    st.builds(
        "class C{}:\n    held = {}\n    def go(self): self.held.append(6)".format, number, name
    ),
    st.builds("c = C{}()\nc.go()".format, number),
    st.builds("C{}.held = {}".format, number, name),
    st.builds("print({})".format, name),
)


def run_all(nodes):
    """Run statements in order as a notebook does; what fails ends nothing."""
    space = {"__name__": "__main__"}
    for node in nodes:
        try:
            exec(compile(ast.Module([copy.deepcopy(node)], []), "a", "exec"), space)
        except Exception:  # noqa: BLE001, S112 - random code fails
            continue
    return space


def answer_of(space):
    try:
        return repr(space["e"]())[:2000]
    except Exception as error:  # noqa: BLE001 - random code fails
        return type(error).__name__


@settings(max_examples=300)
@given(st.lists(STATEMENTS, max_size=14), st.lists(name, min_size=1, max_size=2))
def test_running_what_is_needed_is_running_everything(rows, read):
    """Whatever aliases and closures a notebook makes, an export's answer is the same."""
    starts = [f"{one} = [[0], [1]]" for one in NAMES]
    body = f"def e():\n    return {', '.join(read)},"
    texts = [*starts, *rows, body]
    everything = [node for text in texts for node in ast.parse(text).body]
    assert answer_of(run_all(names_run(texts, ["e"]))) == answer_of(run_all(everything))
