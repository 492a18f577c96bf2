"""The edge to spreadsheet files."""
