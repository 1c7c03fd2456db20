"""Each role's start page, and the pages about the site itself: help, accessibility, privacy, cookies."""
