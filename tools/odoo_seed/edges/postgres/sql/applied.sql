-- What was last written to a target. Records come in as one JSON array: a Postgres array of texts
-- costs the driver five times as much.

-- read --
select kind, external_ref, odoo_id, "values", echo
from odoo_seed.applied
where target = %(target)s

-- save --
insert into odoo_seed.applied as a (target, kind, external_ref, odoo_id, "values", echo)
select %(target)s, i.kind, i.external_ref, i.odoo_id, i."values", i.echo
from jsonb_to_recordset(%(records)s) as i (
    kind text, external_ref text, odoo_id int, "values" jsonb, echo jsonb
)
on conflict (target, kind, external_ref) do update set
    odoo_id = excluded.odoo_id, "values" = excluded."values", echo = excluded.echo,
    applied_at = now()

-- forget --
delete from odoo_seed.applied as a
using jsonb_to_recordset(%(keys)s) as i (kind text, external_ref text)
where a.target = %(target)s and a.kind = i.kind and a.external_ref = i.external_ref

-- held --
select odoo_id, state
from odoo_seed.held_states
where target = %(target)s

-- release --
delete from odoo_seed.held_states
where target = %(target)s

-- hold --
insert into odoo_seed.held_states (target, odoo_id, state)
select %(target)s, i.odoo_id, i.state
from jsonb_to_recordset(%(states)s) as i (odoo_id int, state text)

-- is_following --
select exists (select from odoo_seed.following where target = %(target)s)

-- follow --
insert into odoo_seed.following (target) values (%(target)s)
on conflict (target) do nothing

-- unfollow --
delete from odoo_seed.following
where target = %(target)s

-- mark_project --
update odoo_seed.projects as p
set odoo_project_id = i.odoo_id, last_sync_at = now(), sync_error = null
from jsonb_to_recordset(%(records)s) as i (external_ref text, odoo_id int)
where p.external_ref = i.external_ref

-- mark_milestone --
update odoo_seed.milestones as m
set odoo_milestone_id = i.odoo_id, last_sync_at = now(), sync_error = null
from jsonb_to_recordset(%(records)s) as i (external_ref text, odoo_id int)
where m.external_ref = i.external_ref

-- mark_task --
update odoo_seed.tasks as t
set odoo_task_id = i.odoo_id, last_sync_at = now(), sync_error = null
from jsonb_to_recordset(%(records)s) as i (external_ref text, odoo_id int)
where t.external_ref = i.external_ref
