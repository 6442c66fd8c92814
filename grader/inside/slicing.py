"""Which steps of a notebook its exports need: those, what they need, and no others.

A step is needed where it binds, or may change, what an export reads, or what another needed step
reads; where it sets something for the whole process; or where it binds what cannot be seen. No
order is looked at: of a name that is bound twice both bindings are run, as Jupyter would.
"""

from collections.abc import Iterable, Sequence

from .effects import DeferredCall, Effects, Places, Signature, know_names
from .reading import Reader
from .steps import Step


def needed_steps(
    steps: Sequence[Step],
    wanted: Iterable[str],
    local: frozenset[str] = frozenset(),
    forced: frozenset[int] | set[int] = frozenset(),
) -> set[int]:
    """Give the numbers of the steps that the names ``wanted`` need, of all ``steps`` in order.

    ``local`` are the modules that were handed in beside it: importing them may do anything.
    The steps ``forced`` are needed whatever they do.
    """
    names = know_names(step.node for step in steps if step.under is None)
    reader = Reader(names)
    effects = [reader.read(*step.head()) for step in steps]
    _join_calls(reader)
    graph = _Graph(effects, reader)
    place_of = {step.at: place for place, step in enumerate(steps)}
    under = [place_of[step.under.at] if step.under else -1 for step in steps]
    roots = graph.roots() | {
        n for n, step in enumerate(steps) if step.at in forced or _imports(step, local)
    }
    return {steps[place].at for place in graph.closure(roots, wanted, under)}


def _imports(step: Step, local: frozenset[str]) -> bool:
    module = getattr(step.node, "module", None)
    aliases = getattr(step.node, "names", ())
    imported = {module} if module else {getattr(alias, "name", "") for alias in aliases}
    return any(name.partition(".")[0] in local | {"__future__"} for name in imported)


def _join_calls(reader: Reader) -> None:
    """Join what was handed to a function of the notebook with its parameters, and its results."""
    for some in reader.handed:
        _hand_functions(some, reader)
    for call in reader.calls:
        for known in _called(call, reader):
            if known is None:
                handed = [*call.args, *(given for _, given in call.keywords)]
                everything = (*call.callee, *(place for some in handed for place in some))
                reader.join((call.result,), everything)
                _hand_functions(everything, reader)
                call.changes.update(everything)
            else:
                _hand_over(call, known, reader)


def _hand_functions(handed: Places, reader: Reader) -> None:
    """Who is handed a function may call it with whatever else is handed over."""
    for place in handed:
        for known in reader.functions.get(place, ()):
            reader.join(handed, (*known.positional, *known.rest, known.returned))


def _called(call: DeferredCall, reader: Reader) -> list[Signature | None]:
    if call.method:
        return list(reader.methods.get(call.method, ()))
    found: list[Signature | None] = []
    for place in call.callee:
        found.extend(reader.functions.get(place, ()))
        if place not in reader.functions or place in reader.assigned:
            found.append(None)
    return found


def _hand_over(call: DeferredCall, known: Signature, reader: Reader) -> None:
    reader.join((call.result,), (known.returned,))
    for place, handed in enumerate(call.args):
        if place < len(known.positional):
            reader.join((known.positional[place],), handed)
        elif known.rest:
            reader.join((known.rest[0],), handed)
        else:
            reader.join((call.result,), handed)
    for name, handed in call.keywords:
        if name in known.named:
            reader.join((known.named[name],), handed)
        else:
            targets = (*known.positional, *known.named.values(), *known.rest)
            reader.join((call.result, *targets), handed)


class _Graph:
    """Who binds a name, who changes what lies at a place, and who uses what a function does."""

    def __init__(self, effects: Sequence[Effects], reader: Reader) -> None:
        self.effects = effects
        self.functions = frozenset(name for name in reader.functions if name[0].isalpha())
        self.root: dict[str, str] = {}
        for first, second in reader.joins:
            one, two = self._find(first), self._find(second)
            if one != two:
                self.root[one] = two
        self.binders, self.readers = _Index(), _Index()
        self.changers, self.later_changers = _Index(), _Index()
        for place, effect in enumerate(effects):
            self.binders.add(place, effect.binds | effect.later_binds)
            self.readers.add(place, effect.reads | effect.later_reads)
            self.changers.add(place, map(self._find, effect.changes))
            self.later_changers.add(place, map(self._find, effect.later_changes))
            self.later_changers.add(place, map(self._find, effect.later_binds))

    def roots(self) -> set[int]:
        """Places of the steps that are run whatever is wanted: they set something for all."""
        lasting = {place for place, effect in enumerate(self.effects) if effect.lasting}
        found = self._users(lasting)
        for place, effect in enumerate(self.effects):
            if effect.process or effect.wild or (effect.plain_call and self._sets_up(effect)):
                found.add(place)
        return found

    def closure(self, roots: set[int], wanted: Iterable[str], under: Sequence[int]) -> set[int]:
        """Add to the roots what they and the names ``wanted`` need, until nothing is lacking."""
        kept: set[int] = set()
        known: set[str] = set()
        todo, names = list(roots), list(wanted)
        while todo or names:
            while names:
                if (name := names.pop()) not in known:
                    known.add(name)
                    todo += self.binders[name]
                    todo += self._changing(self._find(name), known)
            while todo:
                place = todo.pop()
                if place >= 0 and place not in kept:
                    kept.add(place)
                    todo.append(under[place])
                    effect = self.effects[place]
                    names += effect.reads | effect.later_reads
                    names += [n for n in effect.changes if n.startswith("file:") and n != "file:*"]
        return kept

    def _changing(self, group: str, known: set[str]) -> list[int]:
        """Places of the steps that may change what lies at the places of a group."""
        if (mark := f"={group}") in known:
            return []
        known.add(mark)
        later = self.later_changers[group]
        return [*self.changers[group], *(self._users(set(later)) if later else ())]

    def _users(self, places: set[int]) -> set[int]:
        """Places of the steps that use, when they run, what steps at these places define."""
        found: set[int] = set()
        seen, todo = set(places), list(places)
        while todo:
            effect = self.effects[todo.pop()]
            for name in effect.binds:
                for reader in self.readers[name]:
                    if name in self.effects[reader].reads:
                        found.add(reader)
                    if reader not in seen:
                        seen.add(reader)
                        todo.append(reader)
        return found

    def _sets_up(self, effect: Effects) -> bool:
        """Whether a call that stands alone is of a function that sets up, and calls no other."""
        for place in self.binders[effect.plain_call]:
            helper = self.effects[place]
            if (helper.setup or helper.later_writes) and not helper.later_reads & self.functions:
                effect.changes |= helper.later_writes
                for name in helper.later_writes:
                    self.changers.add(-1, [name])
                return helper.setup
        return False

    def _find(self, place: str) -> str:
        """Give the place that stands for all that are joined with one."""
        path = []
        while (above := self.root.get(place)) is not None:
            path.append(place)
            place = above
        for passed in path:
            self.root[passed] = place
        return place


class _Index(dict[str, list[int]]):
    """Places of steps by what they have in common."""

    def __missing__(self, _key: str) -> list[int]:
        return []

    def add(self, place: int, keys: Iterable[str]) -> None:
        """Note a place under each key."""
        for key in keys:
            self.setdefault(key, []).append(place)
