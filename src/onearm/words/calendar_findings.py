"""Words of the findings about visits, scans and the timetable of the trial."""

from __future__ import annotations

from onearm.words.finding_text import FindingText

CALENDAR_FINDINGS: dict[str, FindingText] = {
    "P590": FindingText(
        title="a name of the schedule is given twice",
        found="'{name}' stands {count} times",
        expected="each activity and each series of visits has a name of its own",
        mend="rename all but one",
        why="Occasions and overlays refer to them by name.",
    ),
    "P591": FindingText(
        title="an activity that is not declared",
        found="'{found}'; declared: {known}",
        expected="an id of schedule.activities",
        mend="declare the activity, or correct its name",
        why="Whether it was done can be told only from what its declaration names.",
    ),
    "P592": FindingText(
        title="a series of visits needs a component",
        found="anchor {anchor}, component {found}",
        expected="an id of treatment.components",
        mend="write component: with the component whose doses the visits follow",
        why="Each component has its own clock; visits follow one of them.",
    ),
    "P593": FindingText(
        title="a field that the anchor of the visits makes no use of",
        found="{field} beside anchor {anchor}",
        expected="component with first_dose_of and cycles_of; cycle_days and cycles with cycles_of alone; "
        "first_day, every and until with every other anchor",
        mend="remove {field}, or change the anchor",
        why="Nothing would act on it.",
    ),
    "P594": FindingText(
        title="no days of the cycle, or days out of order",
        found="cycle_days: {found}",
        expected="rising days of the cycle, such as [1, 8, 15]; the dose is on day 1",
        mend="write each day once, in order",
        why="The visits of a cycle are planned on these days.",
    ),
    "P595": FindingText(
        title="an interval of visits in calendar months",
        found="{found}",
        expected="days or weeks",
        mend="write days or weeks",
        why="A month has no fixed number of days, and windows could overlap in a short one.",
    ),
    "P596": FindingText(
        title="windows of one series overlap",
        found="{before} days before and {after} after, visits {gap} days apart",
        expected="days_before + days_after < {gap}",
        mend="narrow the window",
        why="A visit in two windows would belong to two planned visits.",
    ),
    "P597": FindingText(
        title="an activity at no visit",
        found="'{name}' is in no series of visits and not at the scans",
        expected="every declared activity is done somewhere",
        mend="add it to a series, or remove it",
        why="It would never be asked for.",
    ),
    "P598": FindingText(
        title="a category or test that the table does not have",
        found="activity '{name}' names {field}, and its table is {table}",
        expected="{field} with one of {known} in seen_in",
        mend="write the table in seen_in, or remove {field}",
        why="Nothing would act on it.",
    ),
    "P599": FindingText(
        title="cycles with visits out of order",
        found="cycles: {found}",
        expected="first and last cycle, from 1 on",
        mend="write the first cycle, then the last",
        why="No cycle lies between them.",
    ),
    "P600": FindingText(
        title="an end of visits that do not repeat",
        found="until: {found} and no every",
        expected="every beside until",
        mend="write every, or remove until",
        why="A single visit has no end; nothing would act on it.",
    ),
    "P601": FindingText(
        title="a day of the cycle beyond the cycle",
        found="day {found} of a cycle of {every}",
        expected="days of the cycle",
        mend="write a day that the cycle has",
        why="The next cycle has begun by then.",
    ),
    "K001": FindingText(
        title="visits that cannot be planned: the interval of the component is open",
        found="the visits '{series}' follow the cycles of {component}, whose interval the protocol leaves open",
        expected="treatment.components.{component}.every",
        mend="ask the investigator, or assume it in an overlay",
        why="Without the interval nobody knows when the next cycle is due. The other visits are planned.",
    ),
    "K002": FindingText(
        title="visits that cannot be planned: their window is open",
        found="the visits '{series}' have no {field}",
        expected="how many days a visit may be early (days_before) and late (days_after)",
        mend="ask the investigator, or assume it in an overlay; 0 is an answer",
        why="Without a window no visit is in time, late or missed. The other visits are planned.",
    ),
    "K003": FindingText(
        title="visits that cannot be planned: nobody says how long they go on",
        found="the visits '{series}' repeat without until and without during",
        expected="until (a time), or during: treatment or study",
        mend="ask the investigator, or assume it in an overlay",
        why="Visits after the end of treatment would be planned, or not, by a guess. The other visits are planned.",
    ),
    "K004": FindingText(
        title="nobody says what ends the scans",
        found="{subjects} of the patients had progressed, begun a new therapy or ended treatment, and the protocol "
        "does not say whether scans go on",
        expected="schedule.scans.until: progression, new_therapy, end_of_treatment, or an empty list",
        mend="ask the investigator, or assume it in an overlay",
        why="A scan planned after that day may be missed or may not be asked for. It is listed as unclear.",
    ),
    "K005": FindingText(
        title="doses of no component",
        found="{rows} rows of EX with EXTRT '{drug}' fit no component of the protocol",
        expected="the id, name or product of a component, or a drug of its doses",
        mend="name the drug in the protocol's component as the records name it",
        why="Cycle visits follow the doses of their component; these doses move none.",
    ),
    "K006": FindingText(
        title="no tumour assessments to plan",
        found="the protocol has no calendar of scans",
        expected="tumour.calendar with its phases",
        mend="ask the investigator, or assume it in an overlay",
        why="Scans are planned by the protocol's calendar and by nothing else.",
    ),
    "K008": FindingText(
        title="nobody says how long treatment lasts at most",
        found="the visits '{series}' go on during treatment, and the protocol states no longest duration",
        expected="treatment.max_duration",
        mend="nothing need be done: the visits are planned up to the last day asked for",
        why="Planned days past the true end of treatment will fall away.",
    ),
    "K009": FindingText(
        title="the timeline cannot be worked out",
        found="the protocol does not say {what}",
        expected="{path}",
        mend="ask the investigator, or assume it in an overlay",
        why="{why}",
    ),
    "K010": FindingText(
        title="a partial date of a dose",
        found="{rows} rows of EX begin on a day that is not wholly known",
        expected="the day on which a cycle began",
        mend="complete the date",
        why="These doses begin no cycle: cycle visits are planned from a known day or not at all.",
    ),
}
