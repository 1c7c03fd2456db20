"""Classes: who is taught, at which stages, by whom. A class has a label and a number, never names of learners."""
