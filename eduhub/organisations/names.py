"""Names of places: compared as people write them, and told apart by where they are."""

import re
import unicodedata

SHORT_FOR = {"saint": "st", "ps": "primary", "hs": "high"}


def fold(text: str) -> str:
    """Words as they are compared: without case, accents, apostrophes and other marks, abbreviations made alike."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"\w+", re.sub(r"['’‘ʼ`]", "", plain))
    return " ".join(SHORT_FOR.get(word, word) for word in words)


def whereabouts(address: str, council: str) -> str:
    """Town and council of an address such as "Gauze Road, Bo'ness": what tells schools of one name apart."""
    towns = [part.title() if part.isupper() else part for part in address.split(", ")[1:]]
    return ", ".join(dict.fromkeys(filter(None, [*towns, council])))
