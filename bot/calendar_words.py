"""The English names of months and weekdays."""

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_OR_DAYS = frozenset(name.lower() for name in (*MONTHS, *WEEKDAYS))
"""In lower case."""
