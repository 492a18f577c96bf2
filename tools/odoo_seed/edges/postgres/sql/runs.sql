-- The audit log.

-- start --
insert into odoo_seed.sync_runs (target, verb, trigger, source_commit)
values (%(target)s, %(verb)s, %(trigger)s, %(commit)s)
returning run_id::text

-- note_override --
update odoo_seed.sync_runs
set freeze_window = %(window)s, freeze_reason = %(reason)s
where run_id = %(run_id)s

-- note_reversed --
update odoo_seed.sync_runs set reverses = %(reverses)s where run_id = %(run_id)s

-- finish --
update odoo_seed.sync_runs
set status = %(status)s, finished_at = now(), counts = %(counts)s, error = %(error)s,
    plan_checksum = %(plan_checksum)s
where run_id = %(run_id)s
returning target, verb

-- copy_items --
copy odoo_seed.sync_run_items (
    run_id, position, kind, external_ref, action, odoo_id, changes, error, source_path, source_line
) from stdin

-- error_project --
update odoo_seed.projects as p
set sync_error = i.error
from jsonb_to_recordset(%(errors)s) as i (external_ref text, error text)
where p.external_ref = i.external_ref and p.sync_error is distinct from i.error

-- error_milestone --
update odoo_seed.milestones as m
set sync_error = i.error
from jsonb_to_recordset(%(errors)s) as i (external_ref text, error text)
where m.external_ref = i.external_ref and m.sync_error is distinct from i.error

-- error_task --
update odoo_seed.tasks as t
set sync_error = i.error
from jsonb_to_recordset(%(errors)s) as i (external_ref text, error text)
where t.external_ref = i.external_ref and t.sync_error is distinct from i.error

-- marked_project --
-- A removed record that never came to Odoo has nothing to heal.
select
    p.external_ref,
    p.removed_at is not null and not exists (
        select from odoo_seed.applied as a
        where a.target = 'default' and a.kind = 'project' and a.external_ref = p.external_ref
    ) as moot
from odoo_seed.projects as p
where p.sync_error is not null

-- marked_milestone --
select
    m.external_ref,
    m.removed_at is not null and not exists (
        select from odoo_seed.applied as a
        where a.target = 'default' and a.kind = 'milestone' and a.external_ref = m.external_ref
    ) as moot
from odoo_seed.milestones as m
where m.sync_error is not null

-- marked_task --
select
    t.external_ref,
    t.removed_at is not null and not exists (
        select from odoo_seed.applied as a
        where a.target = 'default' and a.kind = 'task' and a.external_ref = t.external_ref
    ) as moot
from odoo_seed.tasks as t
where t.sync_error is not null

-- last --
select
    run_id::text, target, verb, status, started_at, finished_at, trigger,
    source_commit as commit, plan_checksum, counts, error, freeze_window, freeze_reason,
    reverses::text
from odoo_seed.sync_runs
where target = %(target)s and verb = any(%(verbs)s)
order by started_at desc
limit 1

-- find --
-- The eleventh tells that there are more than are worth a list.
select
    run_id::text, target, verb, status, started_at, finished_at, trigger,
    source_commit as commit, plan_checksum, counts, error, freeze_window, freeze_reason,
    reverses::text
from odoo_seed.sync_runs
where starts_with(run_id::text, %(prefix)s)
order by started_at desc
limit 11

-- last_written --
select r.run_id::text
from odoo_seed.sync_runs as r
where r.target = %(target)s and r.verb = 'seed'
and (
    -- A run that never ended may have written something, and could not note it.
    r.finished_at is null
    or exists (
        select from odoo_seed.sync_run_items as i
        where i.run_id = r.run_id and i.action in ('created', 'updated', 'archived')
    )
)
order by r.started_at desc
limit 1

-- commits --
select source_commit
from odoo_seed.sync_runs
where target = %(target)s and verb = %(verb)s and source_commit is not null
    and status in ('success', 'partial')
order by started_at desc
limit 1000

-- items --
select kind, external_ref, action, odoo_id, changes, error, source_path, source_line
from odoo_seed.sync_run_items
where run_id = %(run_id)s
order by position
