"""Questions that the rows of a table answer: a cell, rows, how many there are, which has the most.

What is asked is understood in ``question``, by ``terms`` (what each word stands for), ``grid`` (the
table as words and values) and ``vocabulary``; ``answer`` quotes the rows.
"""
