"""Tables about the subject: who, which criteria, which history, which visits, how it ended."""

from __future__ import annotations

from onearm.records.schema_model import (
    TableSchema,
    code,
    date,
    identifier,
    integer,
    open_code,
    opening,
    text,
    visit,
)

DISPOSITION_CODES = (
    "INFORMED CONSENT OBTAINED",
    "REGISTERED",
    "ENROLLED",
    "RANDOMIZED",
    "SCREEN FAILURE",
    "COMPLETED",
    "DEATH",
    "LOST TO FOLLOW-UP",
    "WITHDRAWAL BY SUBJECT",
    "WITHDRAWAL OF CONSENT",
    "PHYSICIAN DECISION",
    "PROGRESSIVE DISEASE",
    "CLINICAL PROGRESSION",
    "ADVERSE EVENT",
    "PROTOCOL DEVIATION",
    "NON-COMPLIANCE WITH STUDY DRUG",
    "PREGNANCY",
    "STUDY TERMINATED BY SPONSOR",
    "SITE TERMINATED BY SPONSOR",
    "OTHER",
)
"""Codes of DS.DSDECOD that the derivations know."""

REGISTRATION_CODES = ("REGISTERED", "ENROLLED", "RANDOMIZED")
"""Codes of DS.DSDECOD whose DSSTDTC is the day the subject entered the trial."""

DM = TableSchema(
    "DM",
    "Demographics",
    (
        identifier("STUDYID").valued(),
        identifier("DOMAIN"),
        identifier("USUBJID").valued(),
        identifier("SUBJID"),
        identifier("SITEID"),
        date("RFICDTC").present(),
        date("RFSTDTC").present(),
        date("RFENDTC"),
        date("RFXSTDTC"),
        date("RFXENDTC"),
        date("RFPENDTC"),
        date("BRTHDTC"),
        integer("AGE"),
        *text("AGEU"),
        code("SEX", "F", "M", "U", "UNDIFFERENTIATED", "INTERSEX"),
        *text("RACE", "ETHNIC", "ARMCD", "ARM", "ACTARMCD", "ACTARM", "COUNTRY"),
        date("DTHDTC"),
        code("DTHFL", "Y", "N"),
        date("DMDTC"),
    ),
    key=("USUBJID",),
    results=("SITEID", "RFICDTC", "RFSTDTC", "BRTHDTC", "SEX", "DTHDTC"),
    periods=(("RFSTDTC", "RFENDTC"), ("RFXSTDTC", "RFXENDTC")),
)

IE = TableSchema(
    "IE",
    "Inclusion and exclusion criteria",
    (
        *opening("IE"),
        identifier("IETESTCD").valued(),
        *text("IETEST"),
        code("IECAT", "INCLUSION", "EXCLUSION"),
        code("IEORRES", "Y", "N", "NA").valued(),
        *text("IESTRESC"),
        *visit(),
        date("IEDTC", happens=True),
    ),
    key=("USUBJID", "IETESTCD", "VISITNUM"),
    results=("IEORRES",),
)

MH = TableSchema(
    "MH",
    "Medical history",
    (
        *opening("MH"),
        *(column.valued() for column in text("MHTERM")),
        *text("MHDECOD", "MHCAT", "MHSCAT", "MHLOC", "MHENRF"),
        date("MHDTC"),
        date("MHSTDTC"),
        date("MHENDTC"),
    ),
    periods=(("MHSTDTC", "MHENDTC"),),
)

_WHAT_ENDED = (
    "What a disposition event ended: `STUDY TREATMENT` (or another text with TREATMENT, DRUG, MEDICATION, THERAPY or "
    "DOSING), `STUDY PARTICIPATION` (or another with STUDY), or the id or name of a component. Without "
    "it DEATH, LOST TO FOLLOW-UP, WITHDRAWAL BY SUBJECT, WITHDRAWAL OF CONSENT and STUDY TERMINATED BY SPONSOR end the "
    "study, COMPLETED and OTHER end nothing"
)

DS = TableSchema(
    "DS",
    "Disposition",
    (
        *opening("DS"),
        *text("DSTERM"),
        open_code("DSDECOD", *DISPOSITION_CODES).valued(),
        *text("DSCAT"),
        *(column.meant(_WHAT_ENDED) for column in text("DSSCAT")),
        *visit(),
        date("DSDTC"),
        date("DSSTDTC").valued(),
    ),
    key=("USUBJID", "DSDECOD", "DSCAT", "DSSCAT", "VISITNUM"),
    results=("DSSTDTC",),
)

SV = TableSchema(
    "SV",
    "Subject visits",
    (
        *opening("SV"),
        *(column.valued() if column.name == "VISITNUM" else column for column in visit()),
        code("SVPRESP", "Y", "N"),
        code("SVOCCUR", "Y", "N"),
        *text("SVREASOC", "SVCNTMOD"),
        date("SVSTDTC", happens=True).present(),
        date("SVENDTC"),
    ),
    key=("USUBJID", "VISITNUM"),
    results=("SVOCCUR", "SVSTDTC", "SVENDTC"),
    periods=(("SVSTDTC", "SVENDTC"),),
    visit_date="SVSTDTC",
)

SS = TableSchema(
    "SS",
    "Survival status",
    (
        *opening("SS"),
        open_code("SSTESTCD", "SURVSTAT"),
        *text("SSTEST", "SSORRES"),
        code("SSSTRESC", "ALIVE", "DEAD", "UNKNOWN").valued(),
        *visit(),
        date("SSDTC").valued(),
    ),
    key=("USUBJID", "SSTESTCD", "SSDTC"),
    results=("SSSTRESC",),
)

DD = TableSchema(
    "DD",
    "Death details",
    (
        *opening("DD"),
        open_code("DDTESTCD", "PRCDTH", "SECDTH", "DTHTRREL", "AUTOPIND").valued(),
        *text("DDTEST", "DDORRES", "DDSTRESC", "DDEVAL"),
        date("DDDTC"),
    ),
    key=("USUBJID", "DDTESTCD", "DDEVAL"),
    results=("DDORRES", "DDSTRESC"),
)

DV = TableSchema(
    "DV",
    "Protocol deviations",
    (
        *opening("DV"),
        *(column.valued() for column in text("DVTERM")),
        *text("DVDECOD"),
        open_code("DVCAT", "MAJOR", "MINOR", "IMPORTANT"),
        date("DVSTDTC"),
        date("DVENDTC"),
    ),
    periods=(("DVSTDTC", "DVENDTC"),),
)
