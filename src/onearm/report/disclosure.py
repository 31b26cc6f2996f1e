"""Small counts in a public report: what may be told without telling of fewer than five patients.

A count is a set of patients. Each count that is told is remembered; a further one is withheld when it is 1 to 4
patients, or differs by 1 to 4 patients from one already told. So neither a count nor a subtraction gives a small
group away. Counts asked for first are told first: the order of the report decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

SMALLEST = 5
"""Groups of 1 to 4 are small."""


def is_small(count: int) -> bool:
    """Whether a count is 1 to 4."""
    return 0 < count < SMALLEST


class Disclosure:
    """Remembers which groups of patients a report has told, and says whether one more may be told."""

    def __init__(self) -> None:
        self._told: dict[frozenset[str], None] = {}
        self._withheld: set[frozenset[str]] = set()

    def may_tell(self, group: Collection[str]) -> bool:
        """Whether the size of a group may be told; if so it counts as told from now on."""
        members = frozenset(group)
        if members in self._told or not members:
            return True
        if members in self._withheld or is_small(len(members)) or self._tells_by_subtraction(members):
            self._withheld.add(members)
            return False
        self._told[members] = None
        return True

    def _tells_by_subtraction(self, members: frozenset[str]) -> bool:
        return any(is_small(len(members ^ told)) for told in self._told)

    def tell_parts(self, parts: Sequence[Collection[str]]) -> list[bool]:
        """Which parts of a whole may be told, when the whole's size is known.

        Small parts are withheld. What is withheld must not follow from the rest by subtraction either: further parts,
        the smallest first, are withheld until the withheld ones are at least two and hold at least five patients.
        """
        groups = [frozenset(part) for part in parts]
        before = set(self._told)
        shown = [self.may_tell(group) for group in groups]
        while not all(shown):
            hidden = [len(group) for group, visible in zip(groups, shown, strict=True) if not visible]
            left = [i for i, group in enumerate(groups) if shown[i] and group and group not in before]
            if (len(hidden) >= 2 and sum(hidden) >= SMALLEST) or not left:
                break
            least = min(left, key=lambda i: (len(groups[i]), i))
            shown[least] = False
            self._told.pop(groups[least], None)
            self._withheld.add(groups[least])
        return shown
