"""eduhub: lessons, planned visits and anonymous evaluation on substance use and wellbeing."""
