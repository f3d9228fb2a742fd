"""Model files: which there are, where they lie, whether they are intact, and how to fetch them."""
