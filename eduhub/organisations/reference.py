"""Councils and police divisions, and which council lies in which: facts that ship with the product.

Council codes are the GSS codes of the Office for National Statistics register (Open Government Licence 3.0);
division letters and areas are those Police Scotland publishes for its thirteen local divisions.
"""

# Letter -> name.
DIVISIONS: dict[str, str] = {
    "A": "North East",
    "C": "Forth Valley",
    "D": "Tayside",
    "E": "Edinburgh",
    "G": "Greater Glasgow",
    "J": "The Lothians and Scottish Borders",
    "K": "Renfrewshire and Inverclyde",
    "L": "Argyll and West Dunbartonshire",
    "N": "Highlands and Islands",
    "P": "Fife",
    "Q": "Lanarkshire",
    "U": "Ayrshire",
    "V": "Dumfries and Galloway",
}

# GSS code, name, letter of the division.
COUNCILS: tuple[tuple[str, str, str], ...] = (
    ("S12000005", "Clackmannanshire", "C"),
    ("S12000006", "Dumfries and Galloway", "V"),
    ("S12000008", "East Ayrshire", "U"),
    ("S12000010", "East Lothian", "J"),
    ("S12000011", "East Renfrewshire", "G"),
    ("S12000013", "Na h-Eileanan Siar", "N"),
    ("S12000014", "Falkirk", "C"),
    ("S12000017", "Highland", "N"),
    ("S12000018", "Inverclyde", "K"),
    ("S12000019", "Midlothian", "J"),
    ("S12000020", "Moray", "A"),
    ("S12000021", "North Ayrshire", "U"),
    ("S12000023", "Orkney Islands", "N"),
    ("S12000026", "Scottish Borders", "J"),
    ("S12000027", "Shetland Islands", "N"),
    ("S12000028", "South Ayrshire", "U"),
    ("S12000029", "South Lanarkshire", "Q"),
    ("S12000030", "Stirling", "C"),
    ("S12000033", "Aberdeen City", "A"),
    ("S12000034", "Aberdeenshire", "A"),
    ("S12000035", "Argyll and Bute", "L"),
    ("S12000036", "City of Edinburgh", "E"),
    ("S12000038", "Renfrewshire", "K"),
    ("S12000039", "West Dunbartonshire", "L"),
    ("S12000040", "West Lothian", "J"),
    ("S12000041", "Angus", "D"),
    ("S12000042", "Dundee City", "D"),
    ("S12000045", "East Dunbartonshire", "G"),
    ("S12000047", "Fife", "P"),
    ("S12000048", "Perth and Kinross", "D"),
    ("S12000049", "Glasgow City", "G"),
    ("S12000050", "North Lanarkshire", "Q"),
)

NATION_CODE = "S92000003"
NATION_NAME = "Scotland"
