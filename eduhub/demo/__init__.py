"""Made-up schools, people, classes, visits and answers for demonstrations and tests. Nothing here is real."""
