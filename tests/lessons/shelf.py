"""A small library for tests: lessons that differ in what they teach, at which level, and what they lead to."""

from dataclasses import dataclass
from pathlib import Path

from eduhub.lessons.actions import build
from tests.lessons.samples import lesson_text, write_content

OUTCOMES = "outcomes:\n  - {code: HWB3-38a, relation: teaches}\n"


@dataclass(frozen=True)
class Told:
    """What a lesson of the shelf says of itself; ``teaches`` and the like hold codes."""

    title: str
    teaches: tuple[str, ...] = ("HWB 3-38a",)
    assesses: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    level: str = "third"
    topic: str = "vaping"
    before: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    series: tuple[str, int] | None = None
    status: str = "published"

    def text(self, slug: str) -> str:
        pairs = [
            (code, relation)
            for relation in ("teaches", "assesses", "supports")
            for code in getattr(self, relation)
        ]
        outcomes = "".join(f"  - {{code: {code}, relation: {relation}}}\n" for code, relation in pairs)
        more = f"prior_lessons: [{', '.join(self.before)}]\nnext_lessons: [{', '.join(self.next)}]\n"
        if self.series:
            more += f"series: {{name: {self.series[0]}, position: {self.series[1]}}}\n"
        if self.status == "withdrawn":
            more += "reason: It named a wrong dose.\n"
        return (
            lesson_text(slug, title=self.title)
            .replace(OUTCOMES, f"outcomes:\n{outcomes}{more}")
            .replace("codes: [HWB 3-38a]", f"codes: [{pairs[0][0]}]")
            .replace("levels: [third]", f"levels: [{self.level}]")
            .replace("topics: [vaping]", f"topics: [{self.topic}]")
            .replace("status: published", f"status: {self.status}")
        )


def build_shelf(folder: Path, **told: Told) -> Path:
    """Build a library of these lessons; ``a_lesson`` has the address a-lesson."""
    texts = {name: one.text(name.replace("_", "-")) for name, one in told.items()}
    content = write_content(folder, **texts)
    build(content)
    return content
