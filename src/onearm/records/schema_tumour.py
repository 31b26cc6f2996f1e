"""Tables of tumour assessment: the lesions (TU), what was found in each (TR), the response as read (RS)."""

from __future__ import annotations

from onearm.records.schema_model import (
    TableSchema,
    code,
    date,
    decimal,
    identifier,
    open_code,
    opening,
    text,
    visit,
)
from onearm.terms import Response

LESION_KINDS = ("TARGET", "NON-TARGET", "NEW")
"""TU.TUORRES and TR.TRGRPID."""

LENGTH_TESTS = ("LDIAM", "LPERP", "SAXIS", "VDIAM")
"""TR.TRTESTCD of a length: longest diameter, perpendicular (of a node), short axis, viable diameter."""

SHORT_AXIS_TESTS = ("LPERP", "SAXIS")
"""The lengths that count of a node."""

STATE_TEST = "TUMSTATE"
"""TR.TRTESTCD of a state in words."""

LESION_TESTS = (*LENGTH_TESTS, STATE_TEST)

FACT_RESULTS: dict[str, tuple[str, ...]] = {
    "ARTENH": ("Y", "N"),
    "WASHOUT": ("Y", "N"),
    "CYTOLOGY": ("POSITIVE", "NEGATIVE"),
}
"""TR.TRTESTCD of what mRECIST asks of a lesion, and TRSTRESC: enhancement in the arterial phase (of a new nodule or
a non-target of the liver) and washout of a new nodule, cytology of ascites or an effusion."""

TUMOUR_STATES: dict[str, tuple[str, ...]] = {
    "TARGET": ("ABSENT", "PRESENT", "TOO SMALL TO MEASURE", "NOT EVALUABLE", "TREATED", "MERGED"),
    "NON-TARGET": ("PRESENT", "ABSENT", "UNEQUIVOCAL PROGRESSION", "NOT EVALUABLE"),
    "NEW": ("EQUIVOCAL", "UNEQUIVOCAL"),
}
"""TR.TRSTRESC of a TUMSTATE row, for each kind of lesion."""

RESPONSE_CODES = tuple(response.submission_value for response in Response)

RESPONSE_RESULTS: dict[str, tuple[str, ...]] = {
    "OVRLRESP": RESPONSE_CODES,
    "TRGRESP": RESPONSE_CODES,
    "NTRGRESP": RESPONSE_CODES,
    "NEWLPROG": ("Y", "N", "EQUIVOCAL", "UNEQUIVOCAL", "NE"),
}
"""RS.RSSTRESC for each RS.RSTESTCD; other tests (performance status, liver scores) keep free results."""

NODE_LOCATION = "LYMPH NODE"
"""The word in TU.TULOC that marks a lymph node."""

EVALUATORS = ("INVESTIGATOR", "INDEPENDENT ASSESSOR", "ADJUDICATOR")

LENGTH_COLUMN = "LENGTH_TENTH_MM"
"""Added to TR: the length in whole tenths of a millimetre, null where the row holds no length."""

TU = TableSchema(
    "TU",
    "Tumour identification",
    (
        *opening("TU"),
        identifier("TUGRPID"),
        identifier("TULNKID").valued(),
        open_code("TUTESTCD", "TUMIDENT", "TUSPLIT", "TUMERGE"),
        *text("TUTEST"),
        code("TUORRES", *LESION_KINDS).valued(),
        *text("TUSTRESC"),
        *(column.present() for column in text("TULOC")),
        *text("TULAT", "TUDIR", "TULOCDTL", "TUMETHOD"),
        code("TUPRIOR", "Y", "N").meant("the lesion was treated locally, or irradiated, before the trial"),
        code("TUPROG", "Y", "N").meant("it has progressed since that treatment"),
        open_code("TUEVAL", *EVALUATORS),
        identifier("TUEVALID"),
        code("TUACPTFL", "Y", "N"),
        *visit(),
        date("TUDTC", happens=True),
    ),
    key=("USUBJID", "TULNKID", "TUTESTCD", "TUEVAL", "TUEVALID", "VISITNUM"),
    results=("TUORRES", "TULOC", "TUMETHOD", "TUDTC"),
)

TR = TableSchema(
    "TR",
    "Tumour results",
    (
        *opening("TR"),
        code("TRGRPID", *LESION_KINDS).valued(),
        identifier("TRLNKID").present(),
        open_code("TRTESTCD", *LESION_TESTS, *FACT_RESULTS, "SUMDIAM").valued(),
        *text("TRTEST", "TRORRES", "TRORRESU"),
        *(column.present() for column in text("TRSTRESC")),
        decimal("TRSTRESN", negative=True).present(),
        *(column.present() for column in text("TRSTRESU")),
        code("TRSTAT", "NOT DONE"),
        *text("TRREASND", "TRMETHOD"),
        decimal("TRSLICE").meant("slice thickness of the scan in mm"),
        open_code("TREVAL", *EVALUATORS),
        identifier("TREVALID"),
        code("TRACPTFL", "Y", "N"),
        *(column.valued() if column.name == "VISITNUM" else column for column in visit()),
        date("TRDTC", happens=True).valued(),
    ),
    key=("USUBJID", "VISITNUM", "TREVAL", "TREVALID", "TRGRPID", "TRLNKID", "TRTESTCD"),
    results=("TRSTRESC", "TRSTRESN", "TRSTRESU", "TRSTAT", "TRDTC"),
    # Two readings of one lesion are the protocol's to judge (several_readings): refused there, or one of them counts.
    repeats=True,
    visit_date="TRDTC",
)

RS = TableSchema(
    "RS",
    "Disease response",
    (
        *opening("RS"),
        open_code("RSTESTCD", *RESPONSE_RESULTS).valued(),
        *text("RSTEST", "RSCAT", "RSORRES"),
        *(column.present() for column in text("RSSTRESC")),
        code("RSSTAT", "NOT DONE"),
        *text("RSREASND"),
        open_code("RSEVAL", *EVALUATORS),
        identifier("RSEVALID"),
        code("RSACPTFL", "Y", "N"),
        *visit(),
        date("RSDTC").valued(),
    ),
    key=("USUBJID", "VISITNUM", "RSEVAL", "RSEVALID", "RSCAT", "RSTESTCD"),
    results=("RSSTRESC", "RSSTAT", "RSDTC"),
    visit_date="RSDTC",
)
