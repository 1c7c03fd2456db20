"""Words that a plan for teaching about substances had better not hold, found where they are meant and not refused."""

import re
from collections.abc import Iterator
from itertools import chain

from eduhub.lessons.checks.checked import Checked, sentences

# Where a lesson plans what happens; not where it speaks of research, beliefs, or what must not happen.
PLANNED = re.compile(
    r"(title|summary|intentions|success_criteria|key_messages|parts|visitor_role|needs|parents|alternatives)\b"
)
NOT_PLANNED = frozenset({"safety"})
REFUSED = re.compile(
    r"\b(no|not|never|nobody|none|nothing|without|avoid\w*|instead of|rather than|don['’]t|doesn['’]t|do not|cannot"
    r"|can['’]t|stop\w*|neither|nor|refus\w*|against|beware|wrong)\b",
    re.IGNORECASE,
)

SUBSTANCE = (
    r"(drugs?|alcohol|drink\w*|vap\w+|cigarettes?|smok\w+|cannabis|tobacco|nicotine|pills?|tablets?|gas)"
)
FEAR = re.compile(
    r"\b(graphic|gruesome|gory|shocking|horrif\w+|disturbing|harrowing|hard-hitting)\s+"
    r"(\w+\s+){0,2}(images?|pictures?|photos?|photographs?|films?|videos?|clips?|footage|stor(y|ies)|scenes?|slides?)\b"
    r"|\b(shock|scare|fear)[ -](tactics?|value|appeals?)\b|\bscared? straight\b"
    r"|\b(frighten|scare|shock|terrify)\s+(the\s+)?(learners|class|them|children|young people)\b"
    r"|\b(photos?|photographs?|pictures?|images?|films?|footage) of\s+(\w+\s+){0,3}"
    r"(overdoses?|corpses?|dead|bod(y|ies)|injur\w+|crash\w*|wounds?|rotten|diseased)\b",
    re.IGNORECASE,
)
TESTIMONY = re.compile(
    r"\b(ex-?|former|recovering|reformed)\s?-?(drug |substance |alcohol )?(users?|addicts?|drinkers?|smokers?|vapers?|"
    r"offenders?|dealers?|alcoholics?|prisoners?)\b"
    r"|\b(personal|survivor'?s?|user'?s?) testimon(y|ies)\b"
    r"|\b(somebody|someone|a person|people|speakers?|guests?|visitors?) in recovery\b"
    r"|\b(tells?|shares?|describes?|talks? about|speaks? about)\s+(his|her|their|my|our|your)\s+(own\s+)?"
    r"(story|experiences?|journey|past|use|addiction|recovery|drinking|drug use)\b"
    r"|\blived experience\b",
    re.IGNORECASE,
)
HOW_TO = re.compile(
    r"\bhow (to|you|they|people|somebody)( can)? (roll|inhale|inject|snort|smoke|vape|get (high|drunk|hold of|it past)|hide|"
    rf"conceal|sneak|buy|order|score|cook|grow|brew|mix) "
    rf"|\bwhere (to|you can|they can) (buy|get|hide|stash|order) (\w+ ){{0,3}}{SUBSTANCE}\b"
    r"|\b(best|easiest|safest) (way|place)s? (to|of) (hid|tak|us|inhal|smok|vap|inject|buy)\w*\b",
    re.IGNORECASE,
)
SHOW = re.compile(
    r"\b(theatre|theatrical|drama (group|company|performance|production)|stage play|perform(s|ance)? (a|the|of) play"
    r"|watch(es)? (a|the) (play|performance)|competition|compete|contest|win (a|the) prize|prizes?|winning (team|class|poster))\b",
    re.IGNORECASE,
)
FIGURE = r"(\d+([.,]\d+)?\s?(%|per ?cent\b)|\d+ (in|of|out of)( every)? (a )?(ten|\d+|hundred)\b|one in (\w+)\b|half of\b)"
USING = r"(use[ds]?|using|vap(e|ed|es|ing)|smok(e|ed|es|ing)|drink(s|ing)?|drank|tried|taken|took|getting drunk|got drunk|been drunk)"
PREVALENCE = re.compile(rf"{FIGURE}[^.!?]{{0,80}}\b{USING}\b", re.IGNORECASE)
NORM = re.compile(
    r"\b(most|majority|more than half|nearly all|almost (all|everybody|everyone|nobody|no one)|nine (in|out of) ten|"
    r"\d{2} (in|of|out of)( every| a)? (100|hundred)|\d{2}([.,]\d+)?\s?(%|per ?cent))[^.!?]{0,80}"
    r"\b(not|never|n['’]t|none|nobody|without)\b"
    r"|\b(few|hardly any|only a few|a small (number|minority)|nobody|fewer)\b[^.!?]{0,60}\b"
    rf"{USING}\b",
    re.IGNORECASE,
)


def planned(lesson: Checked, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Where a plan holds what a pattern looks for, unless its sentence refuses it: the line and the words."""
    if not pattern.search(lesson.whole):
        return
    front = (text for text in lesson.front_texts if PLANNED.match(text[1]))
    blocks = (text for text in lesson.block_texts if text[1] not in NOT_PLANNED)
    for line, _where, words in chain(front, blocks):
        for sentence in sentences(words) if pattern.search(words) else ():
            found = pattern.search(sentence)
            if found and not REFUSED.search(sentence):
                yield line, found[0].strip()


def anywhere(lesson: Checked, pattern: re.Pattern[str]) -> int:
    """The first line that holds what a pattern looks for; 0 when none does."""
    if not pattern.search(lesson.whole):
        return 0
    return next((line for line, _where, words in lesson.texts if pattern.search(words)), 0)
