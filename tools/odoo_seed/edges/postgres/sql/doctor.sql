-- What `doctor` asks the server; it only reads.

-- read_only --
select
    pg_catalog.pg_is_in_recovery()
    or pg_catalog.current_setting('transaction_read_only')::boolean
