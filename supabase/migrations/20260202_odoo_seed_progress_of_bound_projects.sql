-- A program's progress at a target is that of what the target is to hold: projects that are bound to
-- another Odoo count there alone, as in v_missing_in_odoo and v_field_drift.

create or replace view odoo_seed.v_program_progress with (security_invoker = true) as
with recursive below (slug, program_slug) as (
    select slug, slug from odoo_seed.programs where removed_at is null
    union
    select below.slug, child.slug
    from below
    join odoo_seed.programs as child on child.parent_slug = below.program_slug
    where child.removed_at is null
),
clock as (
    select now() at time zone coalesce(
        (select p.policy ->> 'time_zone' from odoo_seed.policy as p), 'Asia/Manila'
    ) as wall
),
held as materialized (
    select t.target, p.external_ref, p.program_slug
    from odoo_seed.v_targets as t
    cross join odoo_seed.v_synced_projects as p
    where p.is_active
    and not exists (
        select from odoo_seed.v_bound_projects as b
        where b.target = t.target and b.external_ref = p.external_ref and b.elsewhere
    )
),
task as (
    select
        p.target, p.program_slug, t.planned_hours,
        coalesce(s.state = '1_done', false) as is_done,
        coalesce(s.state = '1_canceled', false) as is_canceled,
        coalesce(s.deadline, t.deadline) as deadline,
        -- A day without a time of day is over when the next one begins.
        coalesce(s.deadline, t.deadline) + case
            when t.deadline = date_trunc('day', t.deadline)
                then interval '1 day' - (coalesce(s.deadline, t.deadline)::time)::interval
            else interval '0'
        end < clock.wall as is_late
    from odoo_seed.tasks as t
    join held as p on p.external_ref = t.project_external_ref
    cross join clock
    -- One look-up by key a task, whatever the statistics say.
    left join lateral (
        select s.state, s.deadline
        from odoo_seed.shadow_tasks as s
        where s.external_ref = t.external_ref and s.target = p.target and s.gone_at is null
        limit 1
    ) as s on true
    where t.removed_at is null and t.is_active
),
own as (
    select
        target, program_slug,
        count(*) as tasks,
        count(*) filter (where is_done) as done_tasks,
        count(*) filter (where is_canceled) as canceled_tasks,
        count(*) filter (where is_late and not is_done and not is_canceled) as overdue_tasks,
        sum(planned_hours) as planned_hours,
        sum(planned_hours) filter (where is_done) as done_hours,
        min(deadline) filter (where not is_done and not is_canceled) as next_deadline
    from task
    group by target, program_slug
),
project as (
    select target, program_slug, count(*) as projects
    from held
    group by target, program_slug
)
select
    target.target, program.slug, program.name, program.program_type, program.parent_slug,
    coalesce(sum(project.projects), 0)::bigint as projects,
    coalesce(sum(own.tasks), 0)::bigint as tasks,
    coalesce(sum(own.done_tasks), 0)::bigint as done_tasks,
    coalesce(sum(own.canceled_tasks), 0)::bigint as canceled_tasks,
    coalesce(sum(own.overdue_tasks), 0)::bigint as overdue_tasks,
    coalesce(sum(own.planned_hours), 0) as planned_hours,
    coalesce(sum(own.done_hours), 0) as done_hours,
    min(own.next_deadline) as next_deadline
from odoo_seed.programs as program
cross join odoo_seed.v_targets as target
join below on below.slug = program.slug
left join project
    on project.program_slug = below.program_slug and project.target = target.target
left join own on own.program_slug = below.program_slug and own.target = target.target
where program.removed_at is null
group by
    target.target, program.slug, program.name, program.program_type, program.parent_slug;

comment on view odoo_seed.v_program_progress is
    'Projects, tasks, hours and lateness of each program at each target, those below it included; '
    'without the projects that are bound elsewhere.';
