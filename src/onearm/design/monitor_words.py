"""A monitoring rule in words and minimal counts: stop if 3 or more of the first 4 to 8 have it."""

from __future__ import annotations

from collections.abc import Sequence

from onearm.units import round_half_away


def describe_upper_limits(
    looks: Sequence[int], limits: Sequence[int | None], start: str = "stop if", event: str = "have it"
) -> tuple[str, ...]:
    """One phrase per limit, with the numbers of patients at which it holds."""
    return tuple(f"{start} {limit} or more of the first {first} {event}" for first, limit in _runs(looks, limits))


def describe_lower_limits(
    looks: Sequence[int], limits: Sequence[int | None], start: str = "stop for futility if", event: str = "respond"
) -> tuple[str, ...]:
    """One phrase per limit, with the numbers of patients at which it holds."""
    return tuple(
        f"{start} {'none' if limit == 0 else f'{limit} or fewer'} of the first {first} {event}"
        for first, limit in _runs(looks, limits)
    )


def describe_share(value: float) -> str:
    """A probability to four digits, as tables print it."""
    return str(round_half_away(value, 4))


def describe_size(value: float) -> str:
    """An expected number of patients or events, to two digits."""
    return str(round_half_away(value, 2))


def describe_limit(limit: int | None, sign: str) -> str:
    """A limit in a table: its sign and count, or a dash where there is none."""
    return "–" if limit is None else f"{sign} {limit}"


def _runs(looks: Sequence[int], limits: Sequence[int | None]) -> list[tuple[str, int]]:
    """Looks that share a limit, in words, with that limit."""
    groups: list[tuple[list[int], int]] = []
    for look, limit in zip(looks, limits, strict=True):
        if limit is None:
            continue
        if groups and groups[-1][1] == limit:
            groups[-1][0].append(look)
        else:
            groups.append(([look], limit))
    return [(_say_looks(members), limit) for members, limit in groups]


def _say_looks(members: list[int]) -> str:
    if len(members) == 1:
        return str(members[0])
    if members[-1] - members[0] == len(members) - 1:
        return f"{members[0]} to {members[-1]}"
    return f"{', '.join(map(str, members[:-1]))} or {members[-1]}"
