"""Words of the findings about doses: the protocol's rules, and doses planned and given."""

from __future__ import annotations

from onearm.words.finding_text import FindingText

DOSE_FINDINGS: dict[str, FindingText] = {
    "P530": FindingText(
        title="Dose levels out of order",
        found="the levels are {found}",
        expected="each amount once, the highest first",
        mend="write the levels from the highest amount to the lowest",
        why="A reduction goes one level down: the order says which level that is.",
    ),
    "P531": FindingText(
        title="Starting dose is no level",
        found="the amount {amount} is not among the levels {found}",
        expected="the amount at which treatment starts among the levels",
        mend="add the amount to the levels, or correct it",
        why="A reduction counts from the starting level, so that must be one.",
    ),
    "P532": FindingText(
        title="More digits than doses are computed with",
        found="{found} has too many decimals",
        expected="at most {digits} decimals",
        mend="write it with at most {digits} decimals",
        why=(
            "Doses are whole hundredths of a milligram, surfaces ten-thousandths of a square metre and weights tenths "
            "of a kilogram; a finer number would be rounded in silence."
        ),
    ),
    "P533": FindingText(
        title="Recalculation that nothing uses",
        found="there is a rule for recalculation while the weight rule is {found}",
        expected="weight: baseline_until_changed beside recalculate",
        mend="set treatment.dosing.weight to baseline_until_changed, or remove recalculate",
        why="A rule that nothing acts on would be believed to hold.",
    ),
    "P534": FindingText(
        title="Dose rule that no drug needs",
        found="{name} is given and no dose is in {unit}",
        expected="{name} only where a dose is in {unit}",
        mend="remove {name}, or give the unit of the dose that it is for",
        why="A rule that nothing acts on would be believed to hold.",
    ),
    "P535": FindingText(
        title="One name for two drugs",
        found="'{found}' names this drug and the one at {other}",
        expected="names in the records that lead to one drug each",
        mend="give each drug names of its own in recorded_as",
        why="A row of EX that could be either drug cannot be held against a planned dose.",
    ),
    "G001": FindingText(
        title="Amount open",
        found="the protocol does not say how much {drug} is given",
        expected="an amount",
        mend="set {path}",
        why="No dose is planned from a guess.",
    ),
    "G002": FindingText(
        title="Unit of the amount open",
        found="the protocol does not say the unit of the amount of {drug}",
        expected="mg, mg/kg or mg/m2",
        mend="set {path}",
        why="The same number is another dose in another unit.",
    ),
    "G003": FindingText(
        title="Formula of the body surface open",
        found="{drug} is dosed by body surface and the protocol names no formula",
        expected="treatment.dosing.bsa: mosteller or dubois",
        mend="set {path}",
        why="The formulas differ by some percent, most in obese patients.",
    ),
    "G004": FindingText(
        title="Weight of the dose open",
        found="{drug} is dosed by weight or surface and the protocol does not say which weight counts",
        expected="treatment.dosing.weight: baseline, latest or baseline_until_changed",
        mend="set {path}",
        why="Weight changes on study; which one counts changes the dose.",
    ),
    "G005": FindingText(
        title="Change of weight open",
        found="the weight holds until it has changed, and the protocol does not say by how much",
        expected="treatment.dosing.recalculate with change_percent, compare and against",
        mend="set {path}",
        why="More than 10 % is a custom without evidence; it is a choice of the protocol.",
    ),
    "G006": FindingText(
        title="Rounding open",
        found="the protocol does not say how the dose of {drug} is rounded",
        expected="a step in mg; 0.01 for no rounding",
        mend="set {path}",
        why="A planned dose is what can be drawn up; without the rule, doses given cannot be held against it.",
    ),
    "G007": FindingText(
        title="No weight",
        found="no weight with a whole date by {day}, in kg",
        expected="a row of VS with VSTESTCD WEIGHT in kg",
        mend="enter the weight, in kg, with its date",
        why="The dose of {drug} is worked out from it.",
    ),
    "G008": FindingText(
        title="No height",
        found="no height with a whole date by {day}, in cm",
        expected="a row of VS with VSTESTCD HEIGHT in cm",
        mend="enter the height, in cm, with its date",
        why="The body surface, and with it the dose of {drug}, is worked out from it.",
    ),
    "G009": FindingText(
        title="Interval open",
        found="the protocol does not say how often {component} is given",
        expected="an interval in days or weeks",
        mend="set {path}",
        why="Without it no cycle, no due day and no dose intensity can be told.",
    ),
    "G010": FindingText(
        title="What a partial administration counts as is open",
        found="{component} is given in at most {cap} cycles, and cycle {cycle} gave {percent} % of the planned {drug}",
        expected="a rule for partial administrations",
        mend="set {path}",
        why="Whether another cycle is permitted depends on whether that one counts.",
    ),
    "G011": FindingText(
        title="Treatment unknown to the protocol",
        found="'{found}' is no drug of the protocol",
        expected="the name of a drug or component of the protocol",
        mend="correct the name, or list it in recorded_as of the drug that it is",
        why="A dose that belongs to no component is missing from exposure.",
    ),
    "G012": FindingText(
        title="Dose in an unknown unit",
        found="a dose of {drug} in '{found}'",
        expected="a dose in mg",
        mend="enter the dose in mg",
        why="A unit that is guessed is a dose that is guessed; the row counts in no sum.",
    ),
    "G013": FindingText(
        title="Day of a dose not known",
        found="a dose of {drug} on '{found}'",
        expected="a whole date",
        mend="enter the day of the dose",
        why="Without the day the dose belongs to no cycle; it is left out of cycles and intensity.",
    ),
    "G014": FindingText(
        title="Dose at no level",
        found="{given} mg of {drug}, while the levels plan {levels} mg",
        expected="a dose within 10 % of a level",
        mend="check the dose; give the ordered dose in EC (ECMOOD SCHEDULED)",
        why="The level is read from the dose; here it is taken to be the one before.",
    ),
    "G015": FindingText(
        title="End of a dose not known",
        found="the dose of {drug} from {start} has no whole end date",
        expected="the last day of each period at one dose",
        mend="enter EXENDTC",
        why="How much was taken depends on the number of days; the row counts in no sum.",
    ),
    "G016": FindingText(
        title="How often a dose was taken is not known",
        found="{drug} at the frequency '{found}'",
        expected="QD, BID, TID, QID or ONCE",
        mend="enter the frequency (EXDOSFRQ), or one row for each dose",
        why="How much was taken depends on it; the row counts in no sum.",
    ),
}
