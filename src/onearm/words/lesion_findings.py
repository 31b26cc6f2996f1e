"""Words of the findings on lesions: targets and how they were imaged, mRECIST, regions."""

from __future__ import annotations

from onearm.words.finding_text import FindingText

LESION_FINDINGS: dict[str, FindingText] = {
    "D060": FindingText(
        title="No viable diameter at baseline",
        found="liver target {lesion} has no viable diameter (VDIAM above 0) at baseline",
        expected="the longest diameter of the part that is enhanced in the arterial phase",
        mend="add the VDIAM row; until then mRECIST follows the lesion as a non-target",
        why=(
            "Without a viable baseline a liver lesion is no mRECIST target; its whole length never stands in. Where it "
            "is all the disease, nothing shows that there was viable disease, and no response comes of it."
        ),
    ),
    "D061": FindingText(
        title="No viable diameter",
        found="liver target {lesion} has a length at visit {visit} and no viable diameter (VDIAM)",
        expected="VDIAM; 0 where nothing is enhanced in the arterial phase",
        mend="add the VDIAM row, or say NOT EVALUABLE (no arterial phase, say)",
        why="A lesion may keep its size and be dead; by its whole length it would never respond. It is not evaluable.",
    ),
    "D062": FindingText(
        title="Pattern of a new lesion not recorded",
        found="new lesion {lesion} at visit {visit} lacks its size, or enhancement and washout (ARTENH, WASHOUT)",
        expected="the length, and of a liver nodule whether it is enhanced in the arterial phase and washes out",
        mend="add the rows of TR; until then the lesion is equivocal, and no progression",
        why=(
            "Under mRECIST a new liver nodule counts by size and pattern, and a node at the porta hepatis by its short "
            "axis: a benign nodule of a cirrhotic liver is no progression. What is shown later dates back."
        ),
    ),
    "D063": FindingText(
        title="Lesion without a place",
        found="TULOC does not say whether lesion {lesion} lies in the liver or outside it",
        expected="a known location, such as LIVER, INTRAHEPATIC, LUNG or LYMPH NODE; TULOCDTL never places a lesion",
        mend="fill in TULOC, or correct it",
        why=(
            "Under mRECIST a lesion of the liver is measured otherwise than one elsewhere, and a response by region "
            "needs to know whose lesion it is: without a place a target is not evaluable, and neither is the patient "
            "in any region; a new lesion without a place ends what can be told of a region."
        ),
    ),
    "D064": FindingText(
        title="No target by its kind",
        found="target {lesion} is {location}",
        expected="a lesion that can be measured again and again",
        mend="make it a non-target; mRECIST follows it as one, RECIST 1.1 counts it as entered",
        why=(
            "Fluid is never measurable; under mRECIST tumour in a portal or hepatic vein and infiltrative disease of "
            "the liver are non-targets as well: no partial response comes of them."
        ),
    ),
    "D066": FindingText(
        title="Node at the porta hepatis too small for a target",
        found="target {lesion} at the porta hepatis has a short axis of {length} mm",
        expected="at least {limit} mm under mRECIST",
        mend="make it a non-target, or leave it out",
        why="In a cirrhotic liver nodes at the porta hepatis are large without tumour.",
    ),
    "D067": FindingText(
        title="Fluid without cytology",
        found="fluid {lesion} at visit {visit} is entered as progression or as surely new, without positive cytology",
        expected="CYTOLOGY POSITIVE at this visit or before",
        mend="add the cytology; without it a non-target counts as present, and new fluid as equivocal",
        why="Ascites and effusions come from a failing liver as well; under mRECIST only proven ones are progression.",
    ),
    "D068": FindingText(
        title="Target node at the porta hepatis between two limits",
        found="target {lesion} at the porta hepatis has a short axis of {length} mm, below {limit} mm",
        expected="a short axis below {normal} mm, from which on every target node counts as disease here",
        mend="nothing, if a complete response is not in question; else look at the node",
        why=(
            "mRECIST takes such a node for normal. Among the targets one limit holds for all nodes, so a complete "
            "response shows as a partial one."
        ),
    ),
    "D098": FindingText(
        title="Entered responses do not say this",
        found="the entered responses (RS) are the source, and none of them is said to be by {what}",
        expected="RSCAT naming the criterion; of a region no response is entered",
        mend="enter the responses by that criterion with RSCAT, or derive them from the lesions",
        why=(
            "A response that was entered speaks of the whole patient, by the criterion of the trial. Under another "
            "name it would be given out as what nobody judged."
        ),
    ),
    "D070": FindingText(
        title="Too many targets",
        found="{count} target lesions",
        expected="at most {limit}",
        mend="make the others non-targets at baseline",
        why="RECIST 1.1 sums up to five lesions; a longer sum moves less with each of them.",
    ),
    "D071": FindingText(
        title="Too many targets in one organ",
        found="{count} targets in one organ ({organ}): {lesions}",
        expected="at most {limit}; paired organs are one organ, and so are all lymph nodes",
        mend="make the others non-targets at baseline",
        why="One organ would outvote the others.",
    ),
    "D072": FindingText(
        title="Target too small to be one",
        found="target {lesion} measures {length} mm at baseline",
        expected="at least {limit} mm",
        mend="check the length; if it is right, the lesion is a non-target",
        why=(
            "A lesion below 10 mm (20 mm on a chest X-ray, twice the slice where slices are thicker than 5 mm) cannot "
            "be measured reliably: reading error alone would make responses of it."
        ),
    ),
    "D073": FindingText(
        title="Node too small for a target",
        found="target node {lesion} has a short axis of {length} mm at baseline",
        expected="at least {limit} mm; from 10 to under 15 mm a node is a non-target",
        mend="check the short axis; if it is right, the node is a non-target",
        why="A node just above normal falls below 10 mm by reading error, and would then be gone.",
    ),
    "D074": FindingText(
        title="Treated before, chosen as target",
        found="target {lesion} was treated before the trial (TUPRIOR), and nothing says that it has progressed since",
        expected="TUPROG Y, or another lesion",
        mend="record the progression since, or make the lesion a non-target",
        why="What shrinks may be the earlier treatment's doing.",
    ),
    "D075": FindingText(
        title="No measurable lesion under a primary response rate",
        found="the patient has no target lesion at baseline, and the primary endpoint is a response rate",
        expected="at least one measurable lesion",
        mend="check the lesion list and the patient's eligibility",
        why="Without a target there is no partial response, so that the patient can hardly count as a responder.",
    ),
    "D076": FindingText(
        title="Another method than at baseline",
        found="target {lesion} was read by {method} at visit {visit} and by {first} at baseline",
        expected="one method throughout",
        mend="ask the reader; the reading counts as it stands",
        why="A change of method changes lengths without a change of the lesion.",
    ),
    "D077": FindingText(
        title="No method of measurement",
        found="target {lesion} was read by {method} at visit {visit}",
        expected="CT, MRI, chest X-ray or caliper",
        mend="ask for a scan that can be measured; the reading counts as it stands",
        why="Such images can be neither repeated nor reviewed (RECIST 1.1, appendix II).",
    ),
    "D078": FindingText(
        title="Target read on PET",
        found="target {lesion} was read on PET at visit {visit}",
        expected="a length on CT or MRI",
        mend="add the CT or MRI reading; by PET alone the lesion is not assessed",
        why="PET never enters the response of targets (RECIST Working Group).",
    ),
    "D079": FindingText(
        title="Node shorter than two slices",
        found="target node {lesion} has a short axis of {length} mm at baseline",
        expected="at least {limit} mm, twice the slice thickness",
        mend="ask for thinner slices",
        why="The protocol asks for this remark (slice_rule_for_nodes).",
    ),
    "D080": FindingText(
        title="Normal node as target",
        found="target node {lesion} has a short axis of {length} mm at baseline",
        expected="at least {limit} mm; below that a node is normal",
        mend="check the short axis; if it is right, take the node off the lesion list",
        why="A normal node is no tumour: the patient would be in complete response from the start.",
    ),
    "D081": FindingText(
        title="Split lesion read twice",
        found="lesion {lesion} is measured at visit {visit} both as a whole and in fragments",
        expected="the whole, or the fragments",
        mend="remove the rows of one of the two",
        why="The length would be counted twice.",
    ),
    "D082": FindingText(
        title="Fragment of a split lesion not read",
        found="a fragment of lesion {lesion} that was read before is not read at visit {visit}",
        expected="a row for each fragment",
        mend="add the row (ABSENT if it is gone)",
        why="The sum of the other fragments would be too short; the lesion is not evaluable at this visit.",
    ),
    "D096": FindingText(
        title="Treated lesion unknown",
        found="{value} on study treated {lesion}, and the subject has no such lesion",
        expected="in PRLNKID the name of a lesion in TU",
        mend="correct PRLNKID, or add the lesion to TU",
        why="Nobody knows which lesion was treated: one that is gone afterwards is not evaluable (D097).",
    ),
    "D097": FindingText(
        title="Gone after a local treatment that names no lesion",
        found="{lesion} was seen before {value} on study and is gone after it; PRLNKID does not say what was treated",
        expected="the treated lesion in PRLNKID, one row of PR for each",
        mend="name the treated lesion in PRLNKID",
        why=(
            "A lesion that was cut out or destroyed is no response to the trial's treatment. Until the treated one is "
            "named, what is gone is not evaluable, and no complete response rests on it."
        ),
    ),
}
