"""The codes the product needs, each summed up in our own words (never the official statement)."""

from datetime import date

# When a summary was last written or changed: other programs are told.
SUMMED_UP_ON = date(2026, 11, 25)

MISUSE = "Substance misuse"
FEELINGS = "Mental, emotional, social and physical wellbeing"
RELATIONSHIPS = "Relationships, sexual health and parenthood"
PLANNING = "Planning for choices and changes"

# Codes joined by a space-slash-space share one statement; then organiser, summary.
OUTCOMES: tuple[tuple[str, str, str], ...] = (
    ("HWB 0-38a", MISUSE, "What is not safe to touch, taste or swallow, and staying safe around it"),
    ("HWB 1-38a", MISUSE, "Medicines can help or harm: how they are used safely"),
    ("HWB 2-38a", MISUSE, "What tobacco, alcohol and other substances do to the body"),
    ("HWB 3-38a", MISUSE, "Why people use substances, what they gain and what it can cost mind and body"),
    ("HWB 2-39a", MISUSE, "How media and friends shape what we think about substances"),
    ("HWB 3-39a", MISUSE, "How culture, media and peers shape choices, and keeping to one's own values"),
    ("HWB 2-40a", MISUSE, "Alcohol and other drugs change how people decide"),
    ("HWB 3-40a", MISUSE, "Skills for deciding about substances"),
    ("HWB 3-40b", MISUSE, "Finding information and support about substances"),
    ("HWB 2-41a", MISUSE, "Kinds of risk that come with different substances"),
    ("HWB 3-41a", MISUSE, "Weighing options and consequences to keep oneself and others safer"),
    ("HWB 3-41b", MISUSE, "How alcohol and other drugs affect behaviour and relationships"),
    ("HWB 0-42a", MISUSE, "Showing how to get help when something is unsafe"),
    ("HWB 1-42a", MISUSE, "What to do when something is unsafe or an emergency"),
    ("HWB 2-42a", MISUSE, "Helping somebody in an emergency"),
    ("HWB 3-42a", MISUSE, "Acting in an emergency that involves substances"),
    ("HWB 2-43a", MISUSE, "What substance use can mean for people, families and friends"),
    ("HWB 3-43a", MISUSE, "What long-term substance use can mean for health and plans"),
    ("HWB 3-43b", MISUSE, "Substance use as an issue in the local community"),
    ("HWB 0-01a / HWB 1-01a / HWB 2-01a / HWB 3-01a / HWB 4-01a", FEELINGS, "Knowing and naming feelings"),
    (
        "HWB 0-02a / HWB 1-02a / HWB 2-02a / HWB 3-02a / HWB 4-02a",
        FEELINGS,
        "How feelings come and go and affect us",
    ),
    (
        "HWB 0-03a / HWB 1-03a / HWB 2-03a / HWB 3-03a / HWB 4-03a",
        FEELINGS,
        "Who to talk to, and that talking helps",
    ),
    ("HWB 0-04a / HWB 1-04a / HWB 2-04a / HWB 3-04a / HWB 4-04a", FEELINGS, "How what we do affects others"),
    (
        "HWB 0-05a / HWB 1-05a / HWB 2-05a / HWB 3-05a / HWB 4-05a",
        FEELINGS,
        "Friends, and how friendships change",
    ),
    ("HWB 0-07a / HWB 1-07a / HWB 2-07a / HWB 3-07a / HWB 4-07a", FEELINGS, "Managing change and hard times"),
    ("HWB 0-08a / HWB 1-08a / HWB 2-08a / HWB 3-08a / HWB 4-08a", FEELINGS, "Giving and finding support"),
    (
        "HWB 0-16a / HWB 1-16a / HWB 2-16a / HWB 3-16a / HWB 4-16a",
        FEELINGS,
        "Judging and managing risk to stay safe",
    ),
    (
        "HWB 0-17a / HWB 1-17a / HWB 2-17a / HWB 3-17a / HWB 4-17a",
        FEELINGS,
        "Acting in unsafe situations and emergencies",
    ),
    ("HWB 0-19a / HWB 1-19a", PLANNING, "Hopes, next steps and jobs people do"),
    ("HWB 2-19a / HWB 3-19a / HWB 4-19a", PLANNING, "Choices now and what they mean for later"),
    (
        "HWB 0-44b / HWB 1-44b / HWB 2-44b / HWB 3-44b / HWB 4-44b",
        RELATIONSHIPS,
        "People who care for us, and healthy friendships",
    ),
    ("HWB 3-44a / HWB 4-44a", RELATIONSHIPS, "What different relationships need"),
    ("HWB 0-45a / HWB 1-45a", RELATIONSHIPS, "Who to tell when worried"),
    (
        "HWB 2-45a / HWB 3-45a / HWB 4-45a",
        RELATIONSHIPS,
        "Recognising pressure in relationships and finding support",
    ),
    (
        "HWB 0-49a / HWB 1-49a / HWB 2-49a",
        RELATIONSHIPS,
        "Knowing when something is not all right, and telling",
    ),
    ("HWB 3-49a / HWB 4-49a", RELATIONSHIPS, "Seeing abuse for what it is, and where help is"),
    ("TCH 0-03a / TCH 1-03a", "Digital literacy", "Staying safe online"),
    ("TCH 2-03a / TCH 3-03a", "Digital literacy", "Cyber resilience and the traces we leave"),
    ("TCH 1-02a / TCH 2-02a / TCH 3-02a", "Digital literacy", "Searching, and judging what is found"),
    ("SOC 1-15a / SOC 2-15a / SOC 3-15a", "People in society", "Using evidence to look into an issue"),
    ("SOC 2-16a / SOC 3-16a", "People in society", "Needs, rights and responsibilities"),
    ("SOC 2-17a / SOC 3-17a", "People in society", "How rules, laws and decisions affect people"),
    (
        "LIT 0-02a / LIT 1-02a / LIT 2-02a / LIT 3-02a / LIT 4-02a",
        "Listening and talking",
        "Taking part in discussion with respect",
    ),
    (
        "LIT 1-08a / LIT 2-08a / LIT 3-08a",
        "Listening and talking",
        "Telling fact from opinion, and noticing influence",
    ),
    ("LIT 1-09a / LIT 2-09a / LIT 3-09a", "Listening and talking", "Sharing information and opinions aloud"),
    ("LIT 1-18a / LIT 2-18a / LIT 3-18a", "Reading", "Judging how trustworthy a text is"),
    ("LIT 1-29a / LIT 2-29a / LIT 3-29a", "Writing", "Persuading and arguing in writing"),
    ("RME 2-09c / RME 3-09c", "Development of beliefs and values", "Exploring values and choices"),
    ("SCN 2-12a / SCN 3-12a", "Body systems and cells", "How body systems work and what harms them"),
    ("MNU 2-20a", "Data and analysis", "Reading data, drawing conclusions, and noticing what misleads"),
    ("MNU 2-22a / MNU 3-22a", "Ideas of chance and uncertainty", "Chance and its consequences"),
)
