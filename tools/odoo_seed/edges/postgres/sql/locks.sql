-- One writer a target. The lock is an advisory one, so it dies with its connection; the table only
-- tells who holds it.

-- take --
select pg_try_advisory_lock(hashtext('odoo_seed.target'), hashtext(%(target)s))

-- sign --
insert into odoo_seed.locks (target, holder, backend_pid)
values (%(target)s, %(holder)s, pg_backend_pid())
on conflict (target) do update set
    holder = excluded.holder, backend_pid = excluded.backend_pid, taken_at = now()

-- holder --
-- Believed only while the connection that signed still has the lock.
select l.holder, l.taken_at
from odoo_seed.locks as l
join pg_catalog.pg_locks as held on held.pid = l.backend_pid
where l.target = %(target)s
and held.locktype = 'advisory'
and held.granted
and held.classid::bigint = hashtext('odoo_seed.target')::bigint & 4294967295
and held.objid::bigint = hashtext(%(target)s)::bigint & 4294967295

-- release --
with unsigned as (
    delete from odoo_seed.locks where target = %(target)s and backend_pid = pg_backend_pid()
)
select pg_advisory_unlock(hashtext('odoo_seed.target'), hashtext(%(target)s))
