-- Targets that are not seeded for now.

-- stop --
insert into odoo_seed.stops as s (target, stopped_by, reason)
values (%(target)s, %(by)s, %(reason)s)
on conflict (target) do update set
    stopped_by = excluded.stopped_by, reason = excluded.reason, stopped_at = now()
returning target, stopped_by, reason, stopped_at

-- read --
select target, stopped_by, reason, stopped_at from odoo_seed.stops where target = %(target)s

-- resume --
delete from odoo_seed.stops where target = %(target)s
returning target, stopped_by, reason, stopped_at
