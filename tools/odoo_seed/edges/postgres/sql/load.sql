-- Bringing the YAML into the seed's tables. For each kind: a temporary table of what came in,
-- filled by COPY; one merge; what left the YAML gets a tombstone. Rows that are as they should be
-- are not touched at all, not even locked.

-- lock --
-- One load at a time: the second one compares with what the first one left.
select pg_advisory_xact_lock(hashtext('odoo_seed.load'))

-- join_whole_sets --
-- The planner takes "is null" for rare until the first ANALYZE, and would compare every task with
-- every project, one by one.
set local enable_nestloop = off

-- incoming_program --
create temp table incoming_program on commit drop as
select slug, name, program_type, parent_slug, description, active, source_path, source_line
from odoo_seed.programs
with no data

-- incoming_project --
create temp table incoming_project on commit drop as
select
    external_ref, program_slug, name, company_name, description, manager_email, visibility,
    allow_dependencies, date_start, date_end, stages, tag_names, is_active, sync_enabled,
    protected, previous_refs, tenant, account, instance, source_path, source_line
from odoo_seed.projects
with no data

-- incoming_milestone --
create temp table incoming_milestone on commit drop as
select external_ref, project_external_ref, name, deadline, source_path, source_line
from odoo_seed.milestones
with no data

-- incoming_task --
create temp table incoming_task on commit drop as
select
    external_ref, project_external_ref, name, description, stage_name, tag_names, assignee_email,
    assignee_emails, depends_on_refs, parent_external_ref, milestone_external_ref, deadline,
    planned_hours, sequence, priority, is_active, protected, previous_refs, instance, due,
    source_path, source_line
from odoo_seed.tasks
with no data

-- copy_program --
copy pg_temp.incoming_program from stdin

-- copy_project --
copy pg_temp.incoming_project from stdin

-- copy_milestone --
copy pg_temp.incoming_milestone from stdin

-- copy_task --
copy pg_temp.incoming_task from stdin

-- rename_apart --
-- A subtask that its project's new ref has just touched is checked anew when it is renamed itself,
-- and that may be before its parent's new ref has come to it.
set constraints all deferred

-- rename_project --
-- A new ref takes over the row of the old one, ids and history included; references follow.
update odoo_seed.projects as p
set external_ref = renamed.external_ref
from (
    select distinct on (i.external_ref) i.external_ref, old.id
    from pg_temp.incoming_project as i
    join odoo_seed.projects as old on old.external_ref = any(i.previous_refs)
    where not exists (
        select from odoo_seed.projects as taken where taken.external_ref = i.external_ref
    )
    and not exists (
        select from pg_temp.incoming_project as kept where kept.external_ref = old.external_ref
    )
    order by i.external_ref, old.removed_at desc nulls first
) as renamed
where p.id = renamed.id

-- rename_task --
update odoo_seed.tasks as t
set external_ref = renamed.external_ref
from (
    select distinct on (i.external_ref) i.external_ref, old.id
    from pg_temp.incoming_task as i
    join odoo_seed.tasks as old on old.external_ref = any(i.previous_refs)
    where not exists (
        select from odoo_seed.tasks as taken where taken.external_ref = i.external_ref
    )
    and not exists (
        select from pg_temp.incoming_task as kept where kept.external_ref = old.external_ref
    )
    order by i.external_ref, old.removed_at desc nulls first
) as renamed
where t.id = renamed.id

-- rename_together --
set constraints all immediate

-- merge_program --
merge into odoo_seed.programs as p
using pg_temp.incoming_program as i on p.slug = i.slug
when matched and (
    p.removed_at is not null
    or (p.name, p.program_type, p.parent_slug, p.description, p.active)
    is distinct from (i.name, i.program_type, i.parent_slug, i.description, i.active)
) then update set
    name = i.name, program_type = i.program_type, parent_slug = i.parent_slug,
    description = i.description, active = i.active, source_path = i.source_path,
    source_line = i.source_line, source_commit = %(commit)s, removed_at = null,
    removed_commit = null
when not matched then insert (
    slug, name, program_type, parent_slug, description, active, source_path, source_line,
    source_commit
) values (
    i.slug, i.name, i.program_type, i.parent_slug, i.description, i.active, i.source_path,
    i.source_line, %(commit)s
)

-- merge_project --
merge into odoo_seed.projects as p
using pg_temp.incoming_project as i on p.external_ref = i.external_ref
when matched and (
    p.removed_at is not null
    or (
        p.program_slug, p.name, p.company_name, p.description, p.manager_email, p.visibility,
        p.allow_dependencies, p.date_start, p.date_end, p.stages, p.tag_names, p.is_active,
        p.sync_enabled, p.protected, p.previous_refs, p.tenant, p.account,
        p.instance
    ) is distinct from (
        i.program_slug, i.name, i.company_name, i.description, i.manager_email, i.visibility,
        i.allow_dependencies, i.date_start, i.date_end, i.stages, i.tag_names, i.is_active,
        i.sync_enabled, i.protected, i.previous_refs, i.tenant, i.account,
        i.instance
    )
) then update set
    program_slug = i.program_slug, name = i.name, company_name = i.company_name,
    description = i.description, manager_email = i.manager_email, visibility = i.visibility,
    allow_dependencies = i.allow_dependencies, date_start = i.date_start, date_end = i.date_end,
    stages = i.stages, tag_names = i.tag_names, is_active = i.is_active,
    sync_enabled = i.sync_enabled, protected = i.protected, previous_refs = i.previous_refs,
    tenant = i.tenant, account = i.account, instance = i.instance,
    source_path = i.source_path, source_line = i.source_line, source_commit = %(commit)s,
    removed_at = null, removed_commit = null
when not matched then insert (
    external_ref, program_slug, name, company_name, description, manager_email, visibility,
    allow_dependencies, date_start, date_end, stages, tag_names, is_active, sync_enabled,
    protected, previous_refs, tenant, account, instance, source_path, source_line, source_commit
) values (
    i.external_ref, i.program_slug, i.name, i.company_name, i.description, i.manager_email,
    i.visibility, i.allow_dependencies, i.date_start, i.date_end, i.stages, i.tag_names,
    i.is_active, i.sync_enabled, i.protected, i.previous_refs, i.tenant, i.account,
    i.instance, i.source_path, i.source_line, %(commit)s
)

-- merge_milestone --
merge into odoo_seed.milestones as m
using pg_temp.incoming_milestone as i on m.external_ref = i.external_ref
when matched and (
    m.removed_at is not null
    or (m.project_external_ref, m.name, m.deadline)
    is distinct from (i.project_external_ref, i.name, i.deadline)
) then update set
    project_external_ref = i.project_external_ref, name = i.name, deadline = i.deadline,
    source_path = i.source_path, source_line = i.source_line, source_commit = %(commit)s,
    removed_at = null, removed_commit = null
when not matched then insert (
    external_ref, project_external_ref, name, deadline, source_path, source_line, source_commit
) values (
    i.external_ref, i.project_external_ref, i.name, i.deadline, i.source_path, i.source_line,
    %(commit)s
)

-- merge_task --
merge into odoo_seed.tasks as t
using pg_temp.incoming_task as i on t.external_ref = i.external_ref
when matched and (
    t.removed_at is not null
    or (
        t.project_external_ref, t.name, t.description, t.stage_name, t.tag_names,
        t.assignee_email, t.assignee_emails, t.depends_on_refs, t.parent_external_ref,
        t.milestone_external_ref, t.deadline, t.planned_hours, t.sequence, t.priority,
        t.is_active, t.protected, t.previous_refs, t.instance, t.due
    ) is distinct from (
        i.project_external_ref, i.name, i.description, i.stage_name, i.tag_names,
        i.assignee_email, i.assignee_emails, i.depends_on_refs, i.parent_external_ref,
        i.milestone_external_ref, i.deadline, i.planned_hours, i.sequence, i.priority,
        i.is_active, i.protected, i.previous_refs, i.instance, i.due
    )
) then update set
    project_external_ref = i.project_external_ref, name = i.name, description = i.description,
    stage_name = i.stage_name, tag_names = i.tag_names, assignee_email = i.assignee_email,
    assignee_emails = i.assignee_emails, depends_on_refs = i.depends_on_refs,
    parent_external_ref = i.parent_external_ref,
    milestone_external_ref = i.milestone_external_ref, deadline = i.deadline,
    planned_hours = i.planned_hours, sequence = i.sequence, priority = i.priority,
    is_active = i.is_active, protected = i.protected, previous_refs = i.previous_refs,
    instance = i.instance, due = i.due, source_path = i.source_path,
    source_line = i.source_line, source_commit = %(commit)s, removed_at = null,
    removed_commit = null
when not matched then insert (
    external_ref, project_external_ref, name, description, stage_name, tag_names,
    assignee_email, assignee_emails, depends_on_refs, parent_external_ref,
    milestone_external_ref, deadline, planned_hours, sequence, priority, is_active, protected,
    previous_refs, instance, due, source_path, source_line, source_commit
) values (
    i.external_ref, i.project_external_ref, i.name, i.description, i.stage_name, i.tag_names,
    i.assignee_email, i.assignee_emails, i.depends_on_refs, i.parent_external_ref,
    i.milestone_external_ref, i.deadline, i.planned_hours, i.sequence, i.priority, i.is_active,
    i.protected, i.previous_refs, i.instance, i.due, i.source_path, i.source_line, %(commit)s
)

-- refresh_program --
-- Same content, another line: only the source columns move. Also takes over a row that came by
-- hand. A statement of its own, for a merge would fire the trigger that moves updated_at.
update odoo_seed.programs as p
set source_path = i.source_path, source_line = i.source_line,
    source_commit = coalesce(p.source_commit, %(commit)s)
from pg_temp.incoming_program as i
where i.slug = p.slug
and (p.source_path, p.source_line) is distinct from (i.source_path, i.source_line)

-- refresh_project --
update odoo_seed.projects as p
set source_path = i.source_path, source_line = i.source_line,
    source_commit = coalesce(p.source_commit, %(commit)s)
from pg_temp.incoming_project as i
where i.external_ref = p.external_ref
and (p.source_path, p.source_line) is distinct from (i.source_path, i.source_line)

-- refresh_milestone --
update odoo_seed.milestones as m
set source_path = i.source_path, source_line = i.source_line,
    source_commit = coalesce(m.source_commit, %(commit)s)
from pg_temp.incoming_milestone as i
where i.external_ref = m.external_ref
and (m.source_path, m.source_line) is distinct from (i.source_path, i.source_line)

-- refresh_task --
update odoo_seed.tasks as t
set source_path = i.source_path, source_line = i.source_line,
    source_commit = coalesce(t.source_commit, %(commit)s)
from pg_temp.incoming_task as i
where i.external_ref = t.external_ref
and (t.source_path, t.source_line) is distinct from (i.source_path, i.source_line)

-- bury_program --
-- What left the YAML gets a tombstone. Rows that came by hand never were in it.
update odoo_seed.programs as p
set active = false, removed_at = now(), removed_commit = %(commit)s
where p.removed_at is null
and p.source_path is not null
and not exists (select from pg_temp.incoming_program as i where i.slug = p.slug)

-- bury_project --
update odoo_seed.projects as p
set is_active = false, removed_at = now(), removed_commit = %(commit)s
where p.removed_at is null
and p.source_path is not null
and not exists (select from pg_temp.incoming_project as i where i.external_ref = p.external_ref)

-- bury_milestone --
update odoo_seed.milestones as m
set removed_at = now(), removed_commit = %(commit)s
where m.removed_at is null
and m.source_path is not null
and not exists (select from pg_temp.incoming_milestone as i where i.external_ref = m.external_ref)

-- bury_task --
update odoo_seed.tasks as t
set is_active = false, removed_at = now(), removed_commit = %(commit)s
where t.removed_at is null
and t.source_path is not null
and not exists (select from pg_temp.incoming_task as i where i.external_ref = t.external_ref)

-- count_program --
-- now() is when this transaction began: rows that carry it were created or changed by it.
select
    count(*) filter (where p.created_at = now()),
    count(*) filter (where p.created_at <> now() and p.updated_at = now())
from pg_temp.incoming_program as i
join odoo_seed.programs as p on p.slug = i.slug

-- count_project --
select
    count(*) filter (where p.created_at = now()),
    count(*) filter (where p.created_at <> now() and p.updated_at = now())
from pg_temp.incoming_project as i
join odoo_seed.projects as p on p.external_ref = i.external_ref

-- count_milestone --
select
    count(*) filter (where m.created_at = now()),
    count(*) filter (where m.created_at <> now() and m.updated_at = now())
from pg_temp.incoming_milestone as i
join odoo_seed.milestones as m on m.external_ref = i.external_ref

-- count_task --
select
    count(*) filter (where t.created_at = now()),
    count(*) filter (where t.created_at <> now() and t.updated_at = now())
from pg_temp.incoming_task as i
join odoo_seed.tasks as t on t.external_ref = i.external_ref

-- merge_policy --
merge into odoo_seed.policy as p
using (select %(policy)s::jsonb as policy, %(calendars)s::jsonb as calendars) as i on true
when matched and (p.policy, p.calendars) is distinct from (i.policy, i.calendars) then
    update set policy = i.policy, calendars = i.calendars, source_commit = %(commit)s
when not matched then insert (policy, calendars, source_commit)
    values (i.policy, i.calendars, %(commit)s)

-- dangling --
-- References to what is not, or no longer, part of the seed.
select kind, external_ref, field, ref, source_path, source_line
from (
    select
        'program' as kind, p.slug as external_ref, 'parent_slug' as field, p.parent_slug as ref,
        p.source_path, p.source_line
    from odoo_seed.programs as p
    left join odoo_seed.programs as o on o.slug = p.parent_slug and o.removed_at is null
    where p.removed_at is null and p.parent_slug is not null and o.slug is null
    union all
    select
        'project', p.external_ref, 'program_slug', p.program_slug, p.source_path, p.source_line
    from odoo_seed.projects as p
    left join odoo_seed.programs as o on o.slug = p.program_slug and o.removed_at is null
    where p.removed_at is null and p.program_slug is not null and o.slug is null
    union all
    select
        'milestone', m.external_ref, 'project_external_ref', m.project_external_ref,
        m.source_path, m.source_line
    from odoo_seed.milestones as m
    left join odoo_seed.projects as o
        on o.external_ref = m.project_external_ref and o.removed_at is null
    where m.removed_at is null and o.external_ref is null
    union all
    select
        'task', t.external_ref, 'project_external_ref', t.project_external_ref,
        t.source_path, t.source_line
    from odoo_seed.tasks as t
    left join odoo_seed.projects as o
        on o.external_ref = t.project_external_ref and o.removed_at is null
    where t.removed_at is null and o.external_ref is null
    union all
    select
        'task', t.external_ref, 'milestone_external_ref', t.milestone_external_ref,
        t.source_path, t.source_line
    from odoo_seed.tasks as t
    left join odoo_seed.milestones as o
        on o.external_ref = t.milestone_external_ref and o.removed_at is null
    where t.removed_at is null and t.milestone_external_ref is not null and o.external_ref is null
    union all
    select
        'task', t.external_ref, 'parent_external_ref', t.parent_external_ref,
        t.source_path, t.source_line
    from odoo_seed.tasks as t
    left join odoo_seed.tasks as o
        on o.external_ref = t.parent_external_ref and o.removed_at is null
    where t.removed_at is null and t.parent_external_ref is not null and o.external_ref is null
    union all
    select 'task', t.external_ref, 'depends_on_refs', needed.ref, t.source_path, t.source_line
    from odoo_seed.tasks as t
    cross join unnest(t.depends_on_refs) as needed (ref)
    left join odoo_seed.tasks as o on o.external_ref = needed.ref and o.removed_at is null
    where t.removed_at is null and o.external_ref is null
) as dangling
order by kind, external_ref, field, ref
limit 10

-- cycles --
-- In a forest everything is below a root. What is not stands in a circle, or below one.
with recursive program (slug) as (
    select slug from odoo_seed.programs where parent_slug is null
    union
    select child.slug
    from odoo_seed.programs as child
    join program on program.slug = child.parent_slug
),
task (external_ref) as (
    select external_ref from odoo_seed.tasks where parent_external_ref is null
    union
    select child.external_ref
    from odoo_seed.tasks as child
    join task on task.external_ref = child.parent_external_ref
)
select 'program' as kind, slug as external_ref
from odoo_seed.programs
where not exists (select from program where program.slug = programs.slug)
union all
select 'task', external_ref
from odoo_seed.tasks
where not exists (select from task where task.external_ref = tasks.external_ref)
order by kind, external_ref
limit 10
