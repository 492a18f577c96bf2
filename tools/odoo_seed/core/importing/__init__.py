"""Foreign workbooks to records: what a profile says of their sheets, and what is doubtful in them.

All pure: `tables` finds the tables in a workbook, `drafting` makes tasks of their rows, `checks`
doubts them, `records` makes the seed's records of them.
"""
