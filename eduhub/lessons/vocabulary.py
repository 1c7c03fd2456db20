"""The words lessons may use, and those they had better not: the YAML files of ``content/vocab``."""

import hashlib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from eduhub.lessons.storage import content_folder
from eduhub.lessons.thesaurus import read_synonyms

VOCABULARIES = {
    "topics": "topics",
    "substances": "substances",
    "methods": "methods",
    "support": "support-services",
}
PHONE = re.compile(r"\+?[0-9][0-9 ]{1,20}")
# Words that put people down, each with others to use; a content folder may do without.
STIGMA = "stigma"
# Other words people search by; a content folder may do without.
SYNONYMS = "synonyms"


@dataclass
class Vocabularies:
    """The words lessons may use: by vocabulary, each key with its entry; ``digest`` changes with any of them."""

    words: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    synonyms: dict[str, list[str]] = field(default_factory=dict)
    digest: str = ""

    def label(self, name: str, key: str) -> str:
        return str(self.words.get(name, {}).get(key, {}).get("label", key.replace("-", " ")))


def read_vocabularies(content: Path) -> Vocabularies:
    """The YAML files of ``content/vocab``; raises ValueError naming the file that is wrong."""
    found = Vocabularies()
    digest = hashlib.sha256()
    for name in (*VOCABULARIES.values(), STIGMA):
        path = content / "vocab" / f"{name}.yaml"
        if name == STIGMA and not path.exists():
            found.words[name] = {}
            continue
        words, data = _yaml(path)
        found.words[name] = _entries(path.name, words)
        digest.update(data)
    others = content / "vocab" / f"{SYNONYMS}.yaml"
    if others.exists():
        words, data = _yaml(others)
        found.synonyms = read_synonyms(words)
        digest.update(data)
    found.digest = digest.hexdigest()
    return found


def _yaml(path: Path) -> tuple[Any, bytes]:
    """What a vocabulary's file holds. Raises ValueError naming the file and the line."""
    try:
        data = path.read_bytes()
        return yaml.safe_load(data.decode("utf-8")) or {}, data
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} cannot be read: {error}.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name}:{mark.line + 1}" if mark else path.name
        raise ValueError(f"{place}: this is not YAML; check colons, quotes and indents.") from error


def _entries(name: str, words: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(words, dict):
        raise ValueError(f"{name}: this is not a list of keys; write key: {{label: Words}}.")
    for key, entry in words.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("label"), str):
            raise ValueError(f"{name}: {key} has no label; write {key}: {{label: Words}}.")
        wrong = [word for word in ("phone", "url", "for", "say") if not isinstance(entry.get(word, ""), str)]
        if wrong or not entry.get("url", "https://").startswith("https://"):
            raise ValueError(f"{name}: {key}: write phone and for in quotes, and url as an https address.")
        if not PHONE.fullmatch(entry.get("phone", "999")):
            raise ValueError(f"{name}: {key}: a phone number is digits and spaces.")
        others = entry.get("also", [])
        if not isinstance(others, list) or not all(isinstance(word, str) for word in others):
            raise ValueError(
                f"{name}: {key}: write also as a list of words, in quotes where they are numbers."
            )
    return words


@lru_cache(maxsize=2)
def _read(content: Path, _state: tuple[tuple[str, int, int], ...]) -> Vocabularies:
    return read_vocabularies(content)


def vocabularies_in_use() -> Vocabularies:
    """The words lessons may use, read again only when a file changed; none where they cannot be read."""
    content = content_folder()
    files = sorted((content / "vocab").glob("*.yaml"))
    state = tuple((path.name, (found := path.stat()).st_mtime_ns, found.st_size) for path in files)
    try:
        return _read(content, state)
    except ValueError:
        return Vocabularies()
