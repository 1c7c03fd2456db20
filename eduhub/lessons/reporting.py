"""Findings on paper: lines for people, JSON for programs, JUnit for build servers."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from xml.etree import ElementTree

from eduhub.lessons.checks.checked import Checked
from eduhub.lessons.codes import Severity
from eduhub.lessons.source import Finding, in_order

CLEAN, WARNED, FAULTY = 0, 1, 2


def of_all(checked: Sequence[Checked]) -> list[Finding]:
    """Every finding, faults and advice, in the order of files and lines."""
    return in_order(finding for lesson in checked for finding in (*lesson.findings, *lesson.advice))


def exit_code(findings: Sequence[Finding], *, strict: bool) -> int:
    """What the command ends with: 2 with errors, 1 with warnings where they count, else 0."""
    found = {finding.severity for finding in findings}
    if Severity.ERROR in found:
        return FAULTY
    return WARNED if strict and Severity.WARNING in found else CLEAN


def summary(checked: Sequence[Checked]) -> str:
    """How much there is to mend, in a sentence."""
    counts = Counter(finding.severity for finding in of_all(checked))
    if not counts:
        return "Nothing to mend."
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}
    parts = [
        f"{counts[one]} {word}{'' if counts[one] == 1 else 's'}" for one, word in words.items() if counts[one]
    ]
    lessons = f"{len(checked)} lesson{'' if len(checked) == 1 else 's'}"
    return f"{', '.join(parts)} in {lessons}."


def report(checked: Sequence[Checked], form: str, *, strict: bool) -> str:
    """All findings as ``text``, ``json`` or ``junit``."""
    if form == "junit":
        return as_junit(checked, strict=strict)
    return as_json(checked) if form == "json" else as_text(checked)


def as_text(checked: Sequence[Checked]) -> str:
    """A line a finding, then how many."""
    return "\n".join([*map(str, of_all(checked)), summary(checked)])


def as_json(checked: Sequence[Checked]) -> str:
    """All findings with everything known of them, and their counts."""
    findings = of_all(checked)
    counts = Counter(finding.severity for finding in findings)
    return json.dumps(
        {
            "lessons": len(checked),
            **{
                f"{one.value}s" if one is not Severity.INFORMATION else one.value: counts[one]
                for one in Severity
            },
            "findings": [
                {
                    **asdict(f),
                    "group": f.group,
                    "severity": f.severity,
                    "why": f.about.why,
                    "source": f.about.source,
                }
                for f in findings
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def as_junit(checked: Sequence[Checked], *, strict: bool) -> str:
    """A suite a lesson, a case a finding; errors fail, warnings where they count, and the rest is skipped."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    suites = ElementTree.Element("testsuites", name="lessons")
    for lesson in checked:
        findings = in_order((*lesson.findings, *lesson.advice))
        failures = sum(finding.severity in failing for finding in findings)
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=_plain(lesson.file),
            tests=str(max(1, len(findings))),
            failures=str(failures),
            skipped=str(len(findings) - failures),
        )
        if not findings:
            ElementTree.SubElement(suite, "testcase", classname=_plain(lesson.file), name="nothing to mend")
        for finding in findings:
            _case(suite, finding, failing=finding.severity in failing)
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True)


def _case(suite: ElementTree.Element, finding: Finding, *, failing: bool) -> None:
    name = f"{finding.group}.{finding.code}, line {finding.line}"
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_plain(finding.file),
        name=name,
        file=_plain(finding.file),
        line=str(finding.line),
    )
    kind = "failure" if failing else "skipped"
    result = ElementTree.SubElement(case, kind, message=_plain(finding.message), type=finding.severity.value)
    result.text = _plain(str(finding))


def _plain(text: str) -> str:
    """Without characters that XML cannot hold."""
    return "".join(c if c.isprintable() or c in "\t\n" else "\ufffd" for c in text)
