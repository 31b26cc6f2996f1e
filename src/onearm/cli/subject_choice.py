"""Which subject a command is asked for."""

from __future__ import annotations

from onearm.errors import UsageError


def find_subject(subjects: tuple[str, ...], asked: str) -> str:
    """The subject that is named in full or by the end of its id. UsageError where none or several fit."""
    if asked in subjects:
        return asked
    fitting = [subject for subject in subjects if subject.endswith(asked)]
    # 001 is the end of X-001 and of X-F001; as a part of its own it is that of the first alone.
    whole = [subject for subject in fitting if not subject[: -len(asked)][-1:].isalnum()]
    fitting = whole if len(whole) == 1 else fitting
    if len(fitting) != 1:
        known = f"{len(fitting)} subjects end with it" if fitting else f"the records have {', '.join(subjects[:3])} …"
        raise UsageError(f"no subject '{asked}': {known}")
    return fitting[0]
