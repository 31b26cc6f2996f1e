"""mRECIST for hepatocellular carcinoma once more: facts entered at a scan, translated into the states of the tables.

The tables are those of RECIST 1.1 (``response_timepoints``); ``pd_absolute_mm`` says whether the 5 mm rule holds
(5) or not (0, the text of 2010). Sources: Lencioni 2010 and 2020. Where the rules can be read in two ways the
chosen reading is marked ``Reading:``; the one that goes through all of them is that nothing counts as progression
that the facts do not show: without a fact a new lesion is equivocal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from response_patient import Lesion, Options, Patient, Reading, Timepoint
from response_timepoints import timepoints

SITES = ("liver", "porta_hepatis_node", "effusion", "elsewhere")
"""Where the rules differ from RECIST 1.1; ``effusion`` is ascites or a pleural effusion."""

LEAST_NODULE_MM = 10
NODULE_GROWTH_MM = 10
LEAST_PORTA_HEPATIS_NODE_MM = 20


@dataclass(frozen=True)
class Facts:
    """What is entered beside the reading of RECIST 1.1; None where it was not entered.

    ``viable_mm``: longest diameter that enhances in the arterial phase; ``enhancing``: whether a lesion that is not
    measured enhances; ``washout`` in the portal-venous or delayed phase; ``cytology_positive`` of the fluid.
    """

    viable_mm: Fraction | None = None
    enhancing: bool | None = None
    washout: bool | None = None
    cytology_positive: bool | None = None

    @property
    def is_enhanced(self) -> bool | None:
        """Whether anything enhances: as it was said, else as the viable diameter has it."""
        if self.enhancing is None and self.viable_mm is not None:
            return self.viable_mm > 0
        return self.enhancing


@dataclass
class ScannedLesion:
    """A lesion as RECIST 1.1 reads it, its site, and the further facts of each visit."""

    lesion: Lesion
    site: str
    facts: list[Facts]


def mrecist_timepoints(patient: Patient, lesions: Sequence[ScannedLesion], options: Options) -> list[Timepoint]:
    """Responses by mRECIST at each visit of a patient who has these lesions."""
    return timepoints(counted_patient(patient, lesions), options)


def counted_patient(patient: Patient, lesions: Sequence[ScannedLesion]) -> Patient:
    """The patient as the tables are to see them: every lesion of the kind, and with the states, that it counts by."""
    counted = [translated(x if is_fit_target(x) else as_non_target(x)) for x in lesions]
    moved = [x.lesion.kind == "target" and not is_fit_target(x) for x in lesions]
    return replace(patient, lesions=without_unseen_course(counted, moved))


def is_fit_target(scanned: ScannedLesion) -> bool:
    """A target of the liver has to enhance at baseline, and its viable diameter is what later ones are held against."""
    viable = scanned.facts[0].viable_mm
    measured = scanned.lesion.readings[0].state in ("measured", "too_small") and viable is not None and viable > 0
    return scanned.lesion.kind != "target" or scanned.site != "liver" or measured


AS_NON_TARGET = {
    "measured": "present",
    "too_small": "present",
    "absent": "absent",
    "not_assessed": "not_assessed",
    "not_evaluable": "not_evaluable",
    # Reading: what was treated, or cannot be told from another lesion, tells nothing of this one.
    "treated": "not_evaluable",
    "merged": "not_evaluable",
}


def as_non_target(scanned: ScannedLesion) -> ScannedLesion:
    """The same lesion as a non-target: there, gone, or not evaluable."""
    readings = [
        Reading("absent" if reading.mm == 0 else AS_NON_TARGET[reading.state]) for reading in scanned.lesion.readings
    ]
    return replace(scanned, lesion=Lesion("non_target", scanned.lesion.node, readings))


def without_unseen_course(lesions: list[Lesion], was_target: Sequence[bool]) -> list[Lesion]:
    """The lesions of a patient; where no viable disease was seen at baseline, what is said later shows no response.

    Reading: viable disease at baseline is a target, or a listed non-target that was not gone then. Without it there is
    nothing whose disappearance or persistence could be told; what progresses still does.
    """
    if any(
        lesion.kind == "target" or (lesion.kind == "non_target" and not moved and lesion.readings[0].state != "absent")
        for lesion, moved in zip(lesions, was_target, strict=True)
    ):
        return lesions
    return [
        replace(lesion, readings=[lesion.readings[0], *(untold(reading) for reading in lesion.readings[1:])])
        if lesion.kind == "non_target"
        else lesion
        for lesion in lesions
    ]


def untold(reading: Reading) -> Reading:
    return Reading("not_evaluable") if reading.state in ("present", "absent") else reading


def translated(scanned: ScannedLesion) -> Lesion:
    """The lesion with the states and lengths that the tables are to see."""
    lesion, site = scanned.lesion, scanned.site
    if site not in SITES:
        raise ValueError(site)
    readings = list(zip(lesion.readings, scanned.facts, strict=True))
    if lesion.kind == "target" and site == "liver":
        return replace(lesion, readings=[viable_target(reading, facts) for reading, facts in readings])
    if lesion.kind == "non_target" and site == "liver":
        return replace(lesion, readings=[viable_non_target(reading, facts) for reading, facts in readings])
    if lesion.kind == "non_target" and site == "porta_hepatis_node":
        return replace(lesion, readings=[known_porta_hepatis_node(reading) for reading in lesion.readings])
    if site == "effusion":
        return replace(lesion, readings=proven_fluid(lesion.readings, scanned.facts))
    if lesion.kind == "new" and site == "liver":
        return replace(lesion, readings=new_liver_nodule(lesion.readings, scanned.facts))
    if lesion.kind == "new" and site == "porta_hepatis_node":
        return replace(lesion, readings=[new_porta_hepatis_node(reading) for reading in lesion.readings])
    return lesion


def viable_target(reading: Reading, facts: Facts) -> Reading:
    """A liver target counts with its viable diameter; without any enhancement it is gone."""
    if reading.state not in ("measured", "too_small"):
        return reading
    if facts.viable_mm is not None:
        return Reading("measured", facts.viable_mm) if facts.viable_mm > 0 else Reading("absent")
    # Reading: too small to measure stays so, and a lesion of 0 mm is gone; any other measured lesion whose viable part
    # was not read is not evaluable.
    return reading if reading.state == "too_small" or reading.mm == 0 else Reading("not_evaluable")


def viable_non_target(reading: Reading, facts: Facts) -> Reading:
    """A liver non-target that is present without enhancement is gone; not recorded means as it was read."""
    return Reading("absent") if reading.state == "present" and facts.is_enhanced is False else reading


def new_liver_nodule(readings: Sequence[Reading], facts: Sequence[Facts]) -> list[Reading]:
    """Unequivocal at 10 mm with arterial enhancement and washout, or once it has grown by 10 mm; else equivocal.

    A PET finding and a visit at which it was not seen stay what they are. Lengths are left out of what is
    answered: the limits for nodes that the tables know do not concern a nodule of the liver.
    """
    found: list[Reading] = []
    first: Fraction | None = None
    grown = False
    for reading, at_visit in zip(readings, facts, strict=True):
        if reading.state not in ("equivocal", "unequivocal"):
            found.append(Reading(reading.state))
            continue
        # Reading: a nodule is at least as long as its viable part, if only that was measured.
        least = at_visit.viable_mm if reading.mm is None else reading.mm
        if least is None:
            # Reading: seen but not measured shows neither the size nor the growth that certainty needs.
            found.append(Reading("equivocal"))
            continue
        # Reading: what has once grown by 10 mm has grown, also where it is measured smaller later. The growth of the
        # viable part alone is none of the nodule.
        grown = grown or (first is not None and least - first >= NODULE_GROWTH_MM)
        first = reading.mm if first is None else first
        # Reading: a phase that was not recorded shows neither enhancement nor washout.
        typical = at_visit.is_enhanced is True and at_visit.washout is True
        certain = least >= LEAST_NODULE_MM and (typical or grown)
        found.append(Reading("unequivocal" if certain else "equivocal"))
    return found


def new_porta_hepatis_node(reading: Reading) -> Reading:
    """A node of the porta hepatis below 20 mm is common in cirrhosis and is not seen as a lesion."""
    if reading.mm is None:
        # Reading: without a short axis nothing shows that it is one of the large ones.
        return Reading("equivocal") if reading.state == "unequivocal" else reading
    return Reading("not_seen") if reading.mm < LEAST_PORTA_HEPATIS_NODE_MM else reading


def known_porta_hepatis_node(reading: Reading) -> Reading:
    """A listed node of the porta hepatis that is there and below 20 mm is a normal one."""
    small = reading.mm is not None and reading.mm < LEAST_PORTA_HEPATIS_NODE_MM
    return Reading("absent") if reading.state == "present" and small else reading


def proven_fluid(readings: Sequence[Reading], facts: Sequence[Facts]) -> list[Reading]:
    """Ascites or a pleural effusion counts as new or as progressing only with positive cytology."""
    # Reading: cytology settles what the reader was not sure of; whether known fluid progresses stays the reader's.
    counts_as = {
        True: {"equivocal": "unequivocal"},
        False: {"unequivocal": "equivocal", "unequivocal_pd": "present"},
    }
    found: list[Reading] = []
    proven = False
    for reading, at_visit in zip(readings, facts, strict=True):
        # Reading: fluid once proven malignant stays so at later visits.
        proven = proven or at_visit.cytology_positive is True
        found.append(Reading(counts_as[proven].get(reading.state, reading.state), reading.mm))
    return found
