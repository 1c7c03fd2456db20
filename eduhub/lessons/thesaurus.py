"""What people type, and what lessons say: other names, spelling, words that carry no meaning. Plain values only."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST_WORDS = 12
LONGEST_PHRASE = 4
MOST_FORMS = 12
# Words this short, or with another first letter, are not guessed at: too much is near them.
SHORTEST_GUESSED = 5
LEAST_ALIKE = 0.7
# Function words of English. PostgreSQL leaves them out of its index, so a search must not ask for them.
EMPTY_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being below between both
    but by can could did do does doing don down during each few for from further get give had has have having he her
    here hers herself him himself his how i if in into is it its itself just many me more most much my myself no nor
    not now of off on once one only or other our ours ourselves out over own s same she should so some such t than
    that the their theirs them themselves then there these they this those through to too under until up very was we
    were what when where which while who whom why will with would you your yours yourself yourselves
    """.split()  # noqa: SIM905 -- a list of so many would be a page long
)
# Words that every lesson would answer to, and so tell nothing.
COMMON_HERE = frozenset(
    """
    lesson lessons plan plans teach teaching learn learning learners class classes children kids pupils students
    resource resources activity activities material materials
    """.split()  # noqa: SIM905
)
_ENDINGS = re.compile(r"(?:ings?|ed|e?s|e|y)$")


@dataclass(frozen=True)
class Sought:
    """One thing looked for: any of the phrases will do. The last word typed may be the beginning of a longer one."""

    phrases: tuple[tuple[str, ...], ...]
    begins: bool = False


def words_of(text: str) -> list[str]:
    """The words of a raw text, in lower case; nothing in it can be an operator."""
    return re.findall(r"[^\W_]+", text.lower())


def fold(text: str) -> str:
    """The text without accents, so that cungaidhean and cùngaidhean are one."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(character for character in plain if not unicodedata.combining(character))


def stem(word: str) -> str:
    """A word without its ending: vape, vapes and vaping are one. For looking up and marking only."""
    short = _ENDINGS.sub("", fold(word)) if len(word) > 3 else fold(word)
    return short if len(short) > 2 else fold(word)


def stems(text: str) -> str:
    """The stems of a text in one string: the key under which a phrase is known."""
    return " ".join(map(stem, words_of(text)))


# When lessons are built.


Vocabulary = Mapping[str, Mapping[str, Mapping[str, Any]]]


def _groups(vocabularies: Vocabulary, synonyms: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    for entry in vocabularies["substances"].values():
        yield str(entry["label"]), [str(word) for word in entry.get("also", [])]
    yield from synonyms.items()


def terms(vocabularies: Vocabulary, synonyms: Mapping[str, list[str]]) -> dict[str, tuple[str, list[str]]]:
    """Each known phrase by its stems: how it is spelled, and the words lessons use for the same."""
    found: dict[str, tuple[str, list[str]]] = {}
    for canonical, others in _groups(vocabularies, synonyms):
        said = " ".join(words_of(fold(canonical)))
        for phrase in [canonical, *others]:
            for spelling in (phrase, phrase.replace("-", ""), re.sub(r"[-\s]", "", phrase)):
                _, forms = found.setdefault(stems(spelling), (" ".join(words_of(spelling)), []))
                if said not in forms and len(forms) < MOST_FORMS:
                    forms.append(said)
    return found


def read_synonyms(words: Any) -> dict[str, list[str]]:
    """The themes of synonyms.yaml as one table. Raises ValueError saying what is wrong."""
    if not isinstance(words, dict):
        raise ValueError("synonyms.yaml: write theme: {word: [other words]}.")
    found: dict[str, list[str]] = {}
    for theme, entries in words.items():
        if not isinstance(entries, dict):
            raise ValueError(f"synonyms.yaml: {theme} is not keys and values; write word: [other words].")
        for canonical, others in entries.items():
            if not isinstance(others, list) or not words_of(str(canonical)):
                raise ValueError(
                    f"synonyms.yaml: {canonical} needs a list; write {canonical}: [other words]."
                )
            found.setdefault(str(canonical), []).extend(map(str, others))
    return found


# When somebody searches.


def typed(raw: str) -> list[str]:
    """The words of a search as they were typed, without accents."""
    return words_of(fold(raw))[:MOST_WORDS]


def meaning(raw: str) -> list[str]:
    """The words of a search that mean something by themselves."""
    return [word for word in typed(raw) if _tells(word)]


def _tells(word: str) -> bool:
    return word not in EMPTY_WORDS and word not in COMMON_HERE


def keys(words: list[str]) -> list[str]:
    """The keys under which any run of these words may be known."""
    runs = (
        words[a:b] for a in range(len(words)) for b in range(a + 1, min(a + LONGEST_PHRASE, len(words)) + 1)
    )
    return list(dict.fromkeys(" ".join(map(stem, run)) for run in runs))


def sought(words: list[str], known: Mapping[str, list[str]]) -> list[Sought]:
    """The things a search asks for: the longest known phrases first ("say no"), then single words that tell something."""
    found: list[Sought] = []
    at = 0
    while at < len(words):
        size = next(
            (
                n
                for n in range(min(LONGEST_PHRASE, len(words) - at), 0, -1)
                if _key(words[at : at + n]) in known
            ),
            1,
        )
        said = tuple(words[at : at + size])
        at += size
        if size == 1 and not _tells(said[0]):
            continue
        others = (tuple(form.split()) for form in known.get(_key(said), []))
        half_typed = at == len(words) and stem(said[-1]) == said[-1]
        found.append(Sought(tuple(dict.fromkeys([said, *others])), begins=half_typed))
    return found


def _key(words: Iterable[str]) -> str:
    return " ".join(map(stem, words))


def corrected(words: list[str], vocabulary: list[str]) -> list[str]:
    """The words with each that no lesson knows replaced by the nearest known; the same list when none is near.

    Only words of five letters or more, and only by words with the same first letter: near a short word lies too much.
    """
    from rapidfuzz import process  # noqa: PLC0415 -- seldom needed: only where nothing was found
    from rapidfuzz.distance import DamerauLevenshtein  # noqa: PLC0415

    known = {stem(word) for word in vocabulary}
    mended = []
    for word in words:
        near = None
        if len(word) >= SHORTEST_GUESSED and stem(word) not in known:
            choices = [one for one in vocabulary if one[0] == word[0]]
            near = process.extractOne(
                word, choices, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=LEAST_ALIKE
            )
        mended.append(near[0] if near else word)
    return mended


def snippet(text: str, marks: re.Pattern[str] | None, around: int = 80) -> str:
    """The stretch of a text around the first thing that is marked; empty where none of it stands there."""
    match = marks.search(text) if marks else None
    if match is None:
        return ""
    begin, end = max(0, match.start() - around), min(len(text), match.end() + around)
    if begin:
        begin = text.find(" ", begin, match.start()) + 1 or match.start()
    if end < len(text):
        end = max(text.rfind(" ", match.end(), end), match.end())
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"


def pattern(wanted: Iterable[Sought]) -> re.Pattern[str] | None:
    """What to mark: every phrase looked for, whatever its endings and accents."""
    phrases = [r"[\W_]+".join(map(_form, phrase)) for one in wanted for phrase in one.phrases]
    return re.compile(rf"\b(?:{'|'.join(phrases)})", re.IGNORECASE) if phrases else None


def _form(word: str) -> str:
    return (
        re.escape(stem(word)) + r"\w{0,4}\b"
        if len(stem(word)) < len(word)
        else re.escape(word) + r"(?:s|es)?\b"
    )
