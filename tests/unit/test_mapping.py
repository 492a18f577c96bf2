from odoo_seed.edges.odoo.mapping import Names, readers


def test_days_and_times_of_the_first_years_are_read_though_odoo_writes_them_short():
    read = readers(Names(), "Asia/Tokyo", 18)
    assert read["date_start"]("1-01-31") == read["date_start"]("0001-01-31") == "0001-01-31"
    assert read["date"]("2026-01-31") == "2026-01-31"
    assert read["deadline"](False) is None
    assert read["date_deadline"]("999-01-31 04:00:00")[:11] == "0999-01-31T"
