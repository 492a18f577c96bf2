-- One writer a target, and one a database of Odoo, which two targets may name. The locks are advisory
-- ones, so they die with their connection; the table only tells who holds them. What is done under the lock goes over its connection and tells the backend
-- that answered: another one than took the locks does not hold them.

-- endure --
-- A holder whose machine vanished is given up within a minute; one that waits for Odoo is not.
select
    set_config('tcp_keepalives_idle', '30', false),
    set_config('tcp_keepalives_interval', '10', false),
    set_config('tcp_keepalives_count', '3', false),
    set_config('idle_session_timeout', '0', false)

-- backend --
select pg_backend_pid()

-- take --
-- Both or neither; which of them somebody else has, if so.
select
    case
        when not pg_try_advisory_lock(hashtext('odoo_seed.target'), hashtext(%(target)s))
            then 'target'
        when %(odoo)s::text is null then ''
        when pg_try_advisory_lock(hashtext('odoo_seed.odoo'), hashtext(%(odoo)s)) then ''
        when pg_advisory_unlock(hashtext('odoo_seed.target'), hashtext(%(target)s)) then 'odoo'
    end,
    pg_backend_pid()

-- sign --
-- Whoever holds the lock is the only one at work: a run that still counts as running is not.
with ended as (
    update odoo_seed.sync_runs
    set status = 'failed', error = 'It was killed, or lost its database, before it could end.'
    where target = %(target)s and status = 'running'
    and verb in ('seed', 'shadow', 'verify', 'rollback', 'clear-refs')
)
insert into odoo_seed.locks (target, holder, backend_pid)
values (%(target)s, %(holder)s, pg_backend_pid())
on conflict (target) do update set
    holder = excluded.holder, backend_pid = excluded.backend_pid, taken_at = now(), run_id = null

-- name_run --
update odoo_seed.locks set run_id = %(run_id)s
where target = %(target)s
returning pg_backend_pid()

-- holder --
-- Believed only while the connection that signed still has the lock.
select l.holder, l.target, l.taken_at, l.run_id::text, r.verb
from odoo_seed.locks as l
join pg_catalog.pg_locks as held on held.pid = l.backend_pid
left join odoo_seed.sync_runs as r on r.run_id = l.run_id
where held.locktype = 'advisory'
and held.granted
and held.classid::bigint = hashtext('odoo_seed.' || %(what)s::text)::bigint & 4294967295
and held.objid::bigint = hashtext(%(name)s)::bigint & 4294967295
order by l.taken_at desc
limit 1

-- intend --
insert into odoo_seed.intents as i (target, line, kind, refs, run_id)
values (%(target)s, %(line)s, %(kind)s, %(refs)s, %(run_id)s)
on conflict (target, line) do update set
    kind = excluded.kind, refs = excluded.refs, run_id = excluded.run_id, sent_at = now()
returning pg_backend_pid()

-- intents --
select kind, refs, extract(epoch from now() - sent_at)::float8
from odoo_seed.intents
where target = %(target)s
order by line

-- settle --
delete from odoo_seed.intents
where target = %(target)s and (%(line)s::int is null or line = %(line)s)

-- release --
with unsigned as (
    delete from odoo_seed.locks where target = %(target)s and backend_pid = pg_backend_pid()
)
select pg_advisory_unlock_all()
