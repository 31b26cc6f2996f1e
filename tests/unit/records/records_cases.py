"""The table of broken records: what is broken, what must be found where, and a like change that is valid."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

Folder = dict[str, bytes]
Edit = Callable[[Folder], None]


@dataclass(frozen=True)
class Case:
    name: str
    broken: Edit
    valid: Edit
    code: str
    file: str
    row: int | None
    column: str
    mend: str


def cell(file: str, row: int, column: str, value: str) -> Edit:
    """Put ``value`` in one cell; the header is row 1."""

    def edit(folder: Folder) -> None:
        rows = list(csv.reader(io.StringIO(folder[file].decode(), newline="")))
        rows[row - 1][rows[0].index(column)] = value
        folder[file] = _written(rows)

    return edit


def cells(*edits: Edit) -> Edit:
    """Several edits, one after the other."""

    def edit(folder: Folder) -> None:
        for one in edits:
            one(folder)

    return edit


def add(file: str, line: str) -> Edit:
    """Add one line at the end of a file."""

    def edit(folder: Folder) -> None:
        folder[file] += line.encode() + b"\n"

    return edit


def header(file: str, old: str, new: str) -> Edit:
    """Rename a column."""
    return cell(file, 1, old, new)


def without_column(file: str, column: str) -> Edit:
    def edit(folder: Folder) -> None:
        rows = list(csv.reader(io.StringIO(folder[file].decode(), newline="")))
        at = rows[0].index(column)
        folder[file] = _written([[*row[:at], *row[at + 1 :]] for row in rows])

    return edit


def swap(file: str, old: bytes, new: bytes) -> Edit:
    """Replace bytes of a file, which must be there."""

    def edit(folder: Folder) -> None:
        assert old in folder[file]
        folder[file] = folder[file].replace(old, new)

    return edit


def write(file: str, content: bytes) -> Edit:
    def edit(folder: Folder) -> None:
        folder[file] = content

    return edit


def remove(*files: str) -> Edit:
    def edit(folder: Folder) -> None:
        for file in files:
            del folder[file]

    return edit


def recode(file: str, encoding: str) -> Edit:
    def edit(folder: Folder) -> None:
        folder[file] = folder[file].decode().encode(encoding)

    return edit


def simulated(study: str) -> Edit:
    """Rename the trial in every file, subjects with it."""

    def edit(folder: Folder) -> None:
        for file, content in folder.items():
            folder[file] = content.replace(b"HX01", study.encode())

    return edit


def _written(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _nothing(_: Folder) -> None:
    return None


_TR = "HX01,TR,HX01-001,"
_BIG = "x" * 1_000_001

# fmt: off
CASES = (
    # Files
    Case("demographics missing", remove("dm.csv", "decisions.csv"), remove("decisions.csv"), "R002",
         "dm.csv", None, "", "add the demographics"),
    Case("two files for one table", write("TR.csv", b"STUDYID\n"),
         write("MH.csv", b"STUDYID,USUBJID,MHTERM\n"), "R004", "tr.csv", None, "", "move the other away"),
    Case("empty file", write("vs.csv", b""), write("vs.csv", b"STUDYID,USUBJID,VSTESTCD,VSSTRESN,VSDTC\n"),
         "R018", "vs.csv", None, "", "write the header"),
    Case("file of blank lines", write("vs.csv", b"\n \n"), remove("lb.csv"), "R018", "vs.csv", None, "",
         "write the header"),
    Case("no subject", cells(write("dm.csv", b"STUDYID,USUBJID,RFICDTC,RFSTDTC\n"),
         remove("decisions.csv")), remove("decisions.csv"), "R019", "dm.csv", None, "", "add the subjects"),
    Case("latin-1", cells(cell("ae.csv", 2, "AETERM", "Übelkeit"), recode("ae.csv", "latin-1")),
         cell("ae.csv", 2, "AETERM", "Übelkeit"), "R006", "ae.csv", 2, "", "UTF-8"),
    Case("UTF-16", recode("ae.csv", "utf-16"), recode("ae.csv", "utf-8-sig"), "R006", "ae.csv", 1, "",
         "UTF-8"),
    Case("NUL byte", swap("ae.csv", b"Liver failure", b"Liver\0failure"),
         swap("ae.csv", b"Liver failure", b"Failure"), "R007", "ae.csv", 3, "", "damaged"),
    Case("row too short", swap("ex.csv", b",2025-01-31,2025-01-31", b",2025-01-31"), _nothing, "R008",
         "ex.csv", 3, "", "quote cells"),
    Case("row too long", swap("ae.csv", b'"Pain, abdominal"', b"Pain, abdominal"), _nothing, "R008",
         "ae.csv", 2, "", "quote cells"),
    Case("blank line", add("ds.csv", ""), _nothing, "R008", "ds.csv", 6, "", "every row all its cells"),
    Case("quote never closed", swap("ae.csv", b'"Pain, abdominal"', b'"Pain, abdominal'),
         swap("ae.csv", b'"Pain, abdominal"', b'"Pain, ""dull"""'), "R009", "ae.csv", 3, "",
         "mend the quotes"),
    Case("endless cell", cell("ae.csv", 3, "AETERM", _BIG), cell("ae.csv", 3, "AETERM", _BIG[:5_000]),
         "R009", "ae.csv", 3, "", "mend the quotes"),
    Case("semicolons", swap("ss.csv", b",", b";"), _nothing, "R010", "ss.csv", 1, "",
         "export the table with commas"),
    Case("column twice", header("lb.csv", "LBORRES", "LBSTRESC"), header("lb.csv", "LBORRES", "LBNOTE"),
         "R011", "lb.csv", 1, "LBSTRESC", "rename one"),
    Case("column missing", without_column("tr.csv", "TRSTRESU"), without_column("tr.csv", "TRREASND"),
         "R012", "tr.csv", 1, "TRSTRESU", "add the column"),
    Case("column in lower case", header("dm.csv", "SEX", "sex"), header("dm.csv", "SEX", "GENDER"), "R013",
         "dm.csv", 1, "sex", "rename the column to SEX"),
    Case("column with a blank", header("ex.csv", "EXDOSE", "EXDOSE "), _nothing, "R013", "ex.csv", 1,
         "EXDOSE ", "rename the column to EXDOSE"),
    Case("column without name", header("lb.csv", "LBORRES", ""), header("lb.csv", "LBORRES", "X"), "R015",
         "lb.csv", 1, "", "name the column"),
    Case("column of ours", header("lb.csv", "LBORRES", "LBDTC_FIRST"),
         header("lb.csv", "LBORRES", "LBFIRST"), "R016", "lb.csv", 1, "LBDTC_FIRST",
         "leave the column out"),
    Case("column named as a pattern", header("lb.csv", "LBORRES", "^LB.*$"), header("lb.csv", "LBORRES", "LB*"),
         "R025", "lb.csv", 1, "^LB.*$", "rename the column"),
    Case("not an XPT", write("vs.xpt", b"no transport file"), _nothing, "R014", "vs.xpt", None, "",
         "as XPT"),
    # Cells
    Case("subject not given", cell("ae.csv", 3, "USUBJID", ""), cell("ae.csv", 3, "USUBJID", "HX01-003"),
         "R020", "ae.csv", 3, "USUBJID", "fill in USUBJID"),
    Case("code in lower case", cell("tr.csv", 2, "TRGRPID", "target"), _nothing, "R021", "tr.csv", 2,
         "TRGRPID", "one of the codes"),
    Case("grade 6", cell("ae.csv", 2, "AETOXGR", "6"), cell("ae.csv", 2, "AETOXGR", "3"), "R021", "ae.csv",
         2, "AETOXGR", "one of the codes"),
    Case("blank after a subject", cell("ss.csv", 2, "USUBJID", "HX01-001 "), _nothing, "R023", "ss.csv", 2,
         "USUBJID", "delete the blanks"),
    Case("word for a number", cell("lb.csv", 2, "LBSTRESN", "ND"), cell("lb.csv", 2, "LBSTRESN", ""),
         "R030", "lb.csv", 2, "LBSTRESN", "leave the cell empty"),
    Case("exponent", cell("lb.csv", 2, "LBSTRESN", "1e2"), cell("lb.csv", 2, "LBSTRESN", "100"), "R030",
         "lb.csv", 2, "LBSTRESN", "write the number"),
    Case("decimal comma", cell("tr.csv", 5, "TRSTRESN", "40,1"), cell("tr.csv", 5, "TRSTRESN", "40.10"),
         "R031", "tr.csv", 5, "TRSTRESN", "decimal point"),
    Case("below the limit", cell("lb.csv", 3, "LBSTRESN", "<1.3"), cell("lb.csv", 3, "LBSTRESN", "1.3"),
         "R032", "lb.csv", 3, "LBSTRESN", "keep the sign in the original"),
    Case("unit inside", cell("tr.csv", 5, "TRSTRESN", "40.1 mm"), _nothing, "R033", "tr.csv", 5, "TRSTRESN",
         "unit column"),
    Case("thousands", cell("ex.csv", 2, "EXDOSE", "1,012.5"), cell("ex.csv", 2, "EXDOSE", "1012.50"),
         "R034", "ex.csv", 2, "EXDOSE", "without separators"),
    Case("digits without end", cell("lb.csv", 2, "LBSTRESN", "112.0000000000000000001"),
         cell("lb.csv", 2, "LBSTRESN", "112.000000000000000001"), "R035", "lb.csv", 2, "LBSTRESN",
         "round the value"),
    Case("age with a fraction", cell("dm.csv", 2, "AGE", "64.5"), cell("dm.csv", 2, "AGE", "64.0"), "R036",
         "dm.csv", 2, "AGE", "whole number"),
    Case("negative dose", cell("ex.csv", 3, "EXDOSE", "-5"), cell("ex.csv", 3, "EXDOSE", "0"), "R037",
         "ex.csv", 3, "EXDOSE", "correct the sign"),
    Case("date in words", cell("cm.csv", 2, "CMSTDTC", "last May"), cell("cm.csv", 2, "CMSTDTC", ""),
         "R040", "cm.csv", 2, "CMSTDTC", "write the date"),
    Case("31 February", cell("tr.csv", 5, "TRDTC", "2025-02-31"), cell("tr.csv", 5, "TRDTC", "2025-02-28"),
         "R041", "tr.csv", 5, "TRDTC", "correct the day"),
    Case("29 February of no leap year", cell("tr.csv", 5, "TRDTC", "2025-02-29"),
         cell("ds.csv", 5, "DSSTDTC", "2024-02-29"), "R041", "tr.csv", 5, "TRDTC", "correct the day"),
    Case("13th month", cell("cm.csv", 2, "CMSTDTC", "2025-13"), cell("cm.csv", 2, "CMSTDTC", "2025-12"),
         "R041", "cm.csv", 2, "CMSTDTC", "the month"),
    Case("25 o'clock", cell("ex.csv", 2, "EXSTDTC", "2025-01-10T25:00"),
         cell("ex.csv", 2, "EXSTDTC", "2025-01-10T23:00"), "R041", "ex.csv", 2, "EXSTDTC", "or the time"),
    Case("time zone", cell("ex.csv", 2, "EXSTDTC", "2025-01-10T09:30Z"),
         cell("ex.csv", 2, "EXSTDTC", "2025-01-10T09:30:00"), "R042", "ex.csv", 2, "EXSTDTC", "local date"),
    Case("year 0205", cell("cm.csv", 2, "CMSTDTC", "0205-05-02"), cell("cm.csv", 2, "CMSTDTC", "2025"),
         "R043", "cm.csv", 2, "CMSTDTC", "correct the year"),
    Case("slashes", cell("cm.csv", 2, "CMSTDTC", "2025/3/4"), cell("cm.csv", 2, "CMSTDTC", "2025-03-04"),
         "R044", "cm.csv", 2, "CMSTDTC", "YYYY-MM-DD"),
    Case("day first", cell("cm.csv", 2, "CMSTDTC", "04.03.2025"), cell("cm.csv", 2, "CMSTDTC", "2025-03"),
         "R044", "cm.csv", 2, "CMSTDTC", "YYYY-MM-DD"),
    # Rows against rows
    Case("subject twice", add("dm.csv", "HX01,DM,HX01-003,20,2025-02-01,,1971-11,53,M,,,2025-02-01"),
         add("dm.csv", "HX01,DM,HX01-004,20,2025-02-01,,1971-11,53,M,,,2025-02-01"), "R050", "dm.csv", 5,
         "USUBJID", "delete the repeat"),
    Case("answer unknown", add("tr.csv",
         _TR + "7,TARGET,T01,ARTENH,YES,,,,,INVESTIGATOR,2,2025-03-10"), add("tr.csv",
         _TR + "7,TARGET,T01,ARTENH,Y,,,,,INVESTIGATOR,2,2025-03-10"), "R108", "tr.csv", 11, "TRSTRESC",
         "write one of these codes"),
    Case("two responses at one visit", add("rs.csv",
         "HX01,RS,HX01-001,2,OVRLRESP,RECIST 1.1,SD,INVESTIGATOR,2,2025-03-10"), add("rs.csv",
         "HX01,RS,HX01-001,2,OVRLRESP,MRECIST,SD,INVESTIGATOR,2,2025-03-10"), "R051", "rs.csv", 5,
         "RSSTRESC", "keep the row that is right"),
    Case("sequence number twice", cell("tr.csv", 3, "TRSEQ", "1"), cell("tr.csv", 3, "TRSEQ", ""), "R052",
         "tr.csv", 3, "TRSEQ", "number the rows anew"),
    Case("unknown subject", cell("ae.csv", 2, "USUBJID", "HX01-009"),
         cell("ae.csv", 2, "USUBJID", "HX01-003"), "R060", "ae.csv", 2, "USUBJID", "add the subject to DM"),
    Case("two trials", cell("ds.csv", 3, "STUDYID", "HX02"), _nothing, "R061", "ds.csv", 3, "STUDYID",
         "take the rows of the other trial out"),
    Case("simulated rows mixed in", cell("ds.csv", 3, "STUDYID", "SIM-HX01"), simulated("SIM-HX01"), "R062",
         "ds.csv", 3, "STUDYID", "folder of their own"),
    Case("wrong domain", cell("ss.csv", 2, "DOMAIN", "DS"), cell("ss.csv", 2, "DOMAIN", ""), "R063",
         "ss.csv", 2, "DOMAIN", "rename the file"),
    Case("unmarked subject in simulated trial", cells(simulated("SIM-HX01"),
         swap("dm.csv", b"SIM-HX01-003", b"HX01-003"), swap("ds.csv", b"SIM-HX01-003", b"HX01-003")),
         simulated("SIM-HX01"), "R064", "dm.csv", 4, "USUBJID", "let the simulator name"),
    Case("simulated subject in a trial", cells(swap("dm.csv", b"HX01-003", b"SIM-1-003"),
         swap("ds.csv", b"HX01-003", b"SIM-1-003")), cells(swap("dm.csv", b"HX01-003", b"X-003"),
         swap("ds.csv", b"HX01-003", b"X-003")), "R065", "dm.csv", 4, "USUBJID",
         "take the simulated subject out"),
    # Dates
    Case("scan after death", cell("tr.csv", 9, "TRDTC", "2025-06-21"),
         cell("tr.csv", 9, "TRDTC", "2025-06"), "R070", "tr.csv", 9, "TRDTC", "date of death"),
    Case("ended before begun", cell("ae.csv", 2, "AEENDTC", "2025-01-19"),
         cell("ae.csv", 2, "AEENDTC", "2025-01"), "R071", "ae.csv", 2, "AEENDTC", "correct one of the two"),
    Case("before birth", cell("cm.csv", 2, "CMSTDTC", "1952-05-02"), cell("cm.csv", 2, "CMSTDTC", "1960"),
         "R072", "cm.csv", 2, "CMSTDTC", "year of birth"),
    Case("two dates of death", cell("ds.csv", 4, "DSSTDTC", "2025-06-19"),
         cell("ds.csv", 4, "DSSTDTC", "2025-06"), "R074", "dm.csv", 3, "DTHDTC", "row of DS"),
    Case("alive after death", cell("ss.csv", 3, "SSSTRESC", "ALIVE"),
         cells(cell("ss.csv", 3, "SSSTRESC", "ALIVE"), cell("ss.csv", 3, "SSDTC", "2025-06-20")), "R076",
         "ss.csv", 3, "SSDTC", "correct the contact"),
    Case("death denied", cell("dm.csv", 3, "DTHFL", "N"), cell("dm.csv", 2, "DTHFL", "N"), "R079", "dm.csv",
         3, "DTHFL", "correct the flag"),
    # Lesions
    Case("length without unit", cell("tr.csv", 2, "TRSTRESU", ""), _nothing, "R080", "tr.csv", 2,
         "TRSTRESU", "write mm"),
    Case("centimetres", cells(cell("tr.csv", 5, "TRSTRESU", "cm"), cell("tr.csv", 5, "TRSTRESN", "4.01")),
         cell("tr.csv", 5, "TRSTRESN", "4.01"), "R081", "tr.csv", 5, "TRSTRESU",
         "convert the length in the source"),
    Case("half a metre", cell("tr.csv", 5, "TRSTRESN", "500.1"), cell("tr.csv", 5, "TRSTRESN", "500"),
         "R082", "tr.csv", 5, "TRSTRESN", "correct the length"),
    Case("negative length", cell("tr.csv", 5, "TRSTRESN", "-40.1"), cell("tr.csv", 5, "TRSTRESN", "+40.1"),
         "R037", "tr.csv", 5, "TRSTRESN", "correct the sign"),
    Case("lesion not in the list", cell("tr.csv", 5, "TRLNKID", "T03"),
         cells(cell("tr.csv", 5, "TRLNKID", "T03"),
         add("tu.csv", "HX01,TU,HX01-001,4,T03,TUMIDENT,TARGET,LIVER,CT SCAN,INVESTIGATOR,1,2025-01-06")),
         "R083", "tr.csv", 5, "TRLNKID", "add the lesion to TU"),
    Case("lesion of two kinds", cells(cell("tr.csv", 5, "TRGRPID", "NON-TARGET")), _nothing, "R084",
         "tr.csv", 5, "TRGRPID", "correct TRGRPID or TUORRES"),
    Case("lesion list missing", remove("tu.csv"), remove("tu.csv", "tr.csv"), "R098", "tr.csv", None, "",
         "add tu.csv"),
    Case("length left out", cell("tr.csv", 5, "TRSTRESN", ""), cells(cell("tr.csv", 5, "TRSTRESN", ""),
         cell("tr.csv", 5, "TRSTAT", "NOT DONE")), "R085", "tr.csv", 5, "TRSTRESN", "say NOT DONE"),
    Case("not done, yet measured", cell("tr.csv", 6, "TRSTRESN", "17"),
         cell("tr.csv", 6, "TRSTRESC", "NOT DONE"), "R086", "tr.csv", 6, "TRSTRESN",
         "delete one of the two"),
    Case("target that progresses unequivocally", cell("tr.csv", 9, "TRSTRESC", "UNEQUIVOCAL PROGRESSION"),
         cell("tr.csv", 7, "TRSTRESC", "UNEQUIVOCAL PROGRESSION"), "R088", "tr.csv", 9, "TRSTRESC",
         "one of these states"),
    Case("absent, yet measured", cells(cell("tr.csv", 10, "TRSTRESN", "3"),
         cell("tr.csv", 10, "TRSTRESC", "3")), _nothing, "R089", "tr.csv", 10, "TRSTRESC",
         "correct the state or the length"),
    Case("merged, yet measured", cells(cell("tr.csv", 9, "TRSTRESC", "MERGED"), cell("tr.csv", 10, "TRSTRESN", "3"),
         cell("tr.csv", 10, "TRSTRESC", "3")), cell("tr.csv", 9, "TRSTRESC", "TOO SMALL TO MEASURE"), "R096", "tr.csv",
         10, "TRSTRESN", "delete the length or correct the state"),
    Case("too small to measure, yet measurable", cells(cell("tr.csv", 9, "TRSTRESC", "TOO SMALL TO MEASURE"),
         cell("tr.csv", 10, "TRSTRESN", "10"), cell("tr.csv", 10, "TRSTRESC", "10")),
         cells(cell("tr.csv", 9, "TRSTRESC", "TOO SMALL TO MEASURE"), cell("tr.csv", 10, "TRSTRESN", "9.9"),
         cell("tr.csv", 10, "TRSTRESC", "9.9")), "R096", "tr.csv", 10, "TRSTRESN", "correct the state"),
    Case("non-target absent, yet measured", cells(add("tr.csv",
         _TR + "7,NON-TARGET,NT01,LDIAM,30,30,mm,,,INVESTIGATOR,2,2025-03-10")), add("tr.csv",
         _TR + "7,NON-TARGET,NT01,LDIAM,30,30,mm,,,INVESTIGATOR,1,2025-01-06"), "R089", "tr.csv", 11, "TRSTRESC",
         "correct the state or the length"),
    Case("two results in one row", cell("tr.csv", 2, "TRSTRESC", "25.4"),
         cell("tr.csv", 2, "TRSTRESC", "52.40"), "R090", "tr.csv", 2, "TRSTRESN", "correct one of the two"),
    Case("lesion without name", cell("tr.csv", 4, "TRLNKID", ""), _nothing, "R091", "tr.csv", 4, "TRLNKID",
         "name of the lesion"),
    # Results, doses, events
    Case("unknown response", cell("rs.csv", 2, "RSSTRESC", "PARTIAL"), cell("rs.csv", 2, "RSSTRESC", "PR"),
         "R092", "rs.csv", 2, "RSSTRESC", "one of these responses"),
    Case("dose without unit", cell("ex.csv", 2, "EXDOSU", ""), cells(cell("ex.csv", 2, "EXDOSU", ""),
         cell("ex.csv", 2, "EXDOSE", "0")), "R093", "ex.csv", 2, "EXDOSU", "add the unit"),
    Case("range upside down", cell("lb.csv", 2, "LBSTNRLO", "351"), cell("lb.csv", 2, "LBSTNRLO", "350"),
         "R094", "lb.csv", 2, "LBSTNRLO", "correct the limits"),
    Case("grade 5 survived", cell("ae.csv", 3, "AEOUT", "RECOVERED/RESOLVED"),
         cells(cell("ae.csv", 3, "AEOUT", "RECOVERED/RESOLVED"), cell("ae.csv", 3, "AETOXGR", "4")), "R095",
         "ae.csv", 3, "AEOUT", "correct the grade"),
    # Decisions
    Case("decision without day", cell("decisions.csv", 2, "DECDTC", "2025-07"), _nothing, "R100",
         "decisions.csv", 2, "DECDTC", "year, month and day"),
    Case("more responses than subjects", cell("decisions.csv", 2, "X1", "3"),
         cell("decisions.csv", 2, "X1", "2"), "R101", "decisions.csv", 2, "X1", "correct the counts"),
    Case("set and count differ", cell("decisions.csv", 2, "N1", "3"),
         cells(cell("decisions.csv", 2, "N1", "3"),
         cell("decisions.csv", 2, "SUBJECTS", "HX01-001;HX01-002;HX01-003")), "R102", "decisions.csv", 2,
         "N1", "correct the list or N1"),
    Case("unknown subject decided on", cell("decisions.csv", 2, "SUBJECTS", "HX01-001;HX01-008"),
         cell("decisions.csv", 2, "SUBJECTS", "HX01-001;HX01-003"), "R103", "decisions.csv", 2, "SUBJECTS",
         "correct the list"),
    Case("subject counted twice", cell("decisions.csv", 2, "SUBJECTS", "HX01-001;HX01-001"), _nothing,
         "R104", "decisions.csv", 2, "SUBJECTS", "delete the repeat"),
    Case("unknown action", cell("decisions.csv", 2, "ACTION", "go on"),
         cell("decisions.csv", 2, "ACTION", "stop_futility"), "R021", "decisions.csv", 2, "ACTION",
         "one of the codes"),
    Case("digest cut off", cell("decisions.csv", 2, "CUTDIGEST", "3f2a"),
         cell("decisions.csv", 2, "CUTDIGEST", "3f2a9b71"), "R106", "decisions.csv", 2, "CUTDIGEST",
         "copy the digest"),
    Case("stage nought", cell("decisions.csv", 2, "STAGE", "0"), cell("decisions.csv", 2, "STAGE", "2"),
         "R107", "decisions.csv", 2, "STAGE", "number of the stage"),
    Case("stage decided twice", add("decisions.csv",
         "2025-07-09,1,3f2a9b71c0de4455,HX01-001;HX01-002,2,2,success,Steering group,Again,9c1be0aa17"),
         add("decisions.csv",
         "2025-07-09,2,3f2a9b71c0de4455,HX01-001;HX01-002,2,2,success,Steering group,Again,9c1be0aa17"),
         "R051", "decisions.csv", 3, "DECDTC", "keep the row that is right"),
)
# fmt: on
