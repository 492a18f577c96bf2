-- The mirror of Odoo. A reading is whole or does not come here.

-- join_whole_sets --
-- The planner takes "is null" for rare until the first ANALYZE, and would compare every task with
-- every project, one by one.
set local enable_nestloop = off

-- incoming_project --
create temp table incoming_project on commit drop as
select
    external_ref, odoo_id, name, description, company_name, manager_email, visibility,
    allow_dependencies, date_start, date_end, tag_names, partner_name, analytic_account_name,
    is_active, written_at, written_by
from odoo_seed.shadow_projects
with no data

-- incoming_milestone --
create temp table incoming_milestone on commit drop as
select external_ref, odoo_id, name, project_external_ref, deadline, written_at, written_by
from odoo_seed.shadow_milestones
with no data

-- incoming_task --
create temp table incoming_task on commit drop as
select
    external_ref, odoo_id, project_external_ref, name, description, stage_name, tag_names,
    assignee_emails, depends_on_refs, parent_external_ref, milestone_external_ref, deadline,
    planned_hours, sequence, priority, is_active, state, left_alone, written_at, written_by
from odoo_seed.shadow_tasks
with no data

-- copy_project --
copy pg_temp.incoming_project from stdin

-- copy_milestone --
copy pg_temp.incoming_milestone from stdin

-- copy_task --
copy pg_temp.incoming_task from stdin

-- save_project --
insert into odoo_seed.shadow_projects as s (
    target, external_ref, odoo_id, name, description, company_name, manager_email, visibility,
    allow_dependencies, date_start, date_end, tag_names, partner_name, analytic_account_name,
    is_active, written_at, written_by
)
select %(target)s, i.* from pg_temp.incoming_project as i
on conflict (target, external_ref) do update set
    odoo_id = excluded.odoo_id, name = excluded.name, description = excluded.description,
    company_name = excluded.company_name, manager_email = excluded.manager_email,
    visibility = excluded.visibility, allow_dependencies = excluded.allow_dependencies,
    date_start = excluded.date_start, date_end = excluded.date_end,
    tag_names = excluded.tag_names, partner_name = excluded.partner_name,
    analytic_account_name = excluded.analytic_account_name, is_active = excluded.is_active,
    written_at = excluded.written_at, written_by = excluded.written_by, seen_at = now(),
    gone_at = null

-- save_milestone --
insert into odoo_seed.shadow_milestones as s (
    target, external_ref, odoo_id, name, project_external_ref, deadline, written_at, written_by
)
select %(target)s, i.* from pg_temp.incoming_milestone as i
on conflict (target, external_ref) do update set
    odoo_id = excluded.odoo_id, name = excluded.name,
    project_external_ref = excluded.project_external_ref, deadline = excluded.deadline,
    written_at = excluded.written_at, written_by = excluded.written_by, seen_at = now(),
    gone_at = null

-- save_task --
insert into odoo_seed.shadow_tasks as s (
    target, external_ref, odoo_id, project_external_ref, name, description, stage_name, tag_names,
    assignee_emails, depends_on_refs, parent_external_ref, milestone_external_ref, deadline,
    planned_hours, sequence, priority, is_active, state, left_alone, written_at, written_by
)
select %(target)s, i.* from pg_temp.incoming_task as i
on conflict (target, external_ref) do update set
    odoo_id = excluded.odoo_id, project_external_ref = excluded.project_external_ref,
    name = excluded.name, description = excluded.description, stage_name = excluded.stage_name,
    tag_names = excluded.tag_names, assignee_emails = excluded.assignee_emails,
    depends_on_refs = excluded.depends_on_refs,
    parent_external_ref = excluded.parent_external_ref,
    milestone_external_ref = excluded.milestone_external_ref, deadline = excluded.deadline,
    planned_hours = excluded.planned_hours, sequence = excluded.sequence,
    priority = excluded.priority, is_active = excluded.is_active, state = excluded.state,
    left_alone = excluded.left_alone,
    written_at = excluded.written_at, written_by = excluded.written_by, seen_at = now(),
    gone_at = null

-- clear_duplicates --
delete from odoo_seed.shadow_duplicates where target = %(target)s

-- save_duplicates --
insert into odoo_seed.shadow_duplicates (target, kind, external_ref, odoo_ids)
select %(target)s, i.kind, i.external_ref, i.odoo_ids
from jsonb_to_recordset(%(duplicates)s) as i (kind text, external_ref text, odoo_ids int[])

-- gone_project --
-- What stands twice is not gone.
update odoo_seed.shadow_projects as s
set gone_at = now()
where s.target = %(target)s
and s.gone_at is null
and not exists (select from pg_temp.incoming_project as i where i.external_ref = s.external_ref)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = s.target and d.kind = 'project' and d.external_ref = s.external_ref
)

-- gone_milestone --
update odoo_seed.shadow_milestones as s
set gone_at = now()
where s.target = %(target)s
and s.gone_at is null
and not exists (select from pg_temp.incoming_milestone as i where i.external_ref = s.external_ref)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = s.target and d.kind = 'milestone' and d.external_ref = s.external_ref
)

-- gone_task --
update odoo_seed.shadow_tasks as s
set gone_at = now()
where s.target = %(target)s
and s.gone_at is null
and not exists (select from pg_temp.incoming_task as i where i.external_ref = s.external_ref)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = s.target and d.kind = 'task' and d.external_ref = s.external_ref
)

-- save_read --
insert into odoo_seed.shadow_reads (target, environment, odoo_database)
values (%(target)s, %(environment)s, %(database)s)
on conflict (target) do update set
    seen_at = now(), environment = excluded.environment, odoo_database = excluded.odoo_database

-- read_project --
select
    external_ref, odoo_id, name, description, company_name, manager_email, visibility,
    allow_dependencies, date_start, date_end, tag_names, partner_name, analytic_account_name,
    is_active, written_at, written_by
from odoo_seed.shadow_projects as s
where s.target = %(target)s
and s.gone_at is null
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = s.target and d.kind = 'project' and d.external_ref = s.external_ref
)

-- read_milestone --
select external_ref, odoo_id, name, project_external_ref, deadline, written_at, written_by
from odoo_seed.shadow_milestones as s
where s.target = %(target)s
and s.gone_at is null
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = s.target and d.kind = 'milestone' and d.external_ref = s.external_ref
)

-- read_task --
select
    external_ref, odoo_id, project_external_ref, name, description, stage_name, tag_names,
    assignee_emails, depends_on_refs, parent_external_ref, milestone_external_ref, deadline,
    planned_hours, sequence, priority, is_active, state, left_alone, written_at, written_by
from odoo_seed.shadow_tasks as s
where s.target = %(target)s
and s.gone_at is null
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = s.target and d.kind = 'task' and d.external_ref = s.external_ref
)

-- read_duplicates --
select kind, external_ref, odoo_ids
from odoo_seed.shadow_duplicates
where target = %(target)s

-- freshness --
-- The last complete reading, how the newest shadow run went, and whether a seed run wrote after
-- it began. A seed run that was killed has no end: then its beginning counts.
select
    (select r.seen_at from odoo_seed.shadow_reads as r where r.target = %(target)s) as seen_at,
    newest.status,
    exists (
        select from odoo_seed.sync_runs as s
        where s.target = %(target)s
        and s.verb in ('seed', 'rollback', 'clear-refs')
        and coalesce(s.finished_at, s.started_at) > newest.started_at
    ) as seeded_since
from (select) as one
left join lateral (
    select r.status, r.started_at
    from odoo_seed.sync_runs as r
    where r.target = %(target)s and r.verb = 'shadow'
    order by r.started_at desc
    limit 1
) as newest on true
