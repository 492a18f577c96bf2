-- The seed (master), what was written to Odoo, and the mirror of what Odoo holds.
--
-- Runs on any Postgres from 15, plain or Supabase. In the seed's tables NULL means "the seed says
-- nothing about this field" and '{}' means "explicitly none".

create schema if not exists odoo_seed;

comment on schema odoo_seed is
    'Programs, projects and tasks as git has them, and what Odoo holds of them.';

-- Supabase has these roles. Where they are missing they are made, if we may, so that the same
-- grants hold everywhere. Roles belong to the whole server: another migration may be quicker.
do $$
declare
    role_name text;
begin
    foreach role_name in array array['anon', 'authenticated', 'service_role'] loop
        if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
            begin
                execute format('create role %I nologin %s', role_name,
                    case when role_name = 'service_role' then 'bypassrls' else '' end);
            exception
                when duplicate_object or unique_violation then null;
                when insufficient_privilege then
                    raise notice 'role % is missing and may not be created: no grants for it',
                        role_name;
            end;
        end if;
    end loop;
end
$$;


-- Functions ---------------------------------------------------------------------------------------

create function odoo_seed.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.updated_at := now();
    return new;
end
$$;

comment on function odoo_seed.touch_updated_at is
    'Trigger: a change of content moves updated_at; a change of source line or Odoo id does not.';

create function odoo_seed.canonical_set(items text[])
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
    select case
        when items is null then null
        else coalesce(
            (
                select jsonb_agg(item order by item collate "C")
                from (select distinct unnest(items) as item) as one
            ),
            '[]'::jsonb
        )::text
    end
$$;

comment on function odoo_seed.canonical_set is
    'A set as text that does not depend on order: the JSON array of its sorted, distinct items.';


-- The seed ----------------------------------------------------------------------------------------

create table odoo_seed.programs (
    id uuid primary key default gen_random_uuid(),
    slug text unique not null,
    name text not null,
    program_type text not null default 'ppm'
        check (program_type in ('ppm', 'okr', 'logframe', 'portfolio')),
    parent_slug text
        references odoo_seed.programs (slug) on update cascade deferrable,
    description text,
    active boolean not null default true,
    source_path text,
    source_line int,
    source_commit text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    removed_at timestamptz,
    removed_commit text,
    constraint programs_not_own_parent check (parent_slug <> slug)
);

create index programs_parent_slug_idx on odoo_seed.programs (parent_slug)
    where parent_slug is not null;

create table odoo_seed.projects (
    id uuid primary key default gen_random_uuid(),
    program_slug text
        references odoo_seed.programs (slug) on update cascade deferrable,
    external_ref text unique not null,
    name text not null,
    company_name text not null,
    description text,
    manager_email text,
    visibility text not null default 'employees'
        check (visibility in ('followers', 'employees', 'portal')),
    allow_dependencies boolean not null default true,
    date_start date,
    date_end date,
    stages jsonb,
    tag_names text[] check (array_position(tag_names, null) is null),
    is_active boolean not null default true,
    sync_enabled boolean not null default true,
    protected boolean not null default false,
    previous_refs text[] not null default '{}' check (array_position(previous_refs, null) is null),
    odoo_project_id int,
    last_sync_at timestamptz,
    sync_error text,
    source_path text,
    source_line int,
    source_commit text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    removed_at timestamptz,
    removed_commit text,
    constraint projects_dates_in_order check (date_end >= date_start),
    constraint projects_stages_have_names check (
        jsonb_typeof(stages) = 'array'
        and not stages @? '$[*] ? (!exists (@.name ? (@.type() == "string")))'
    )
);

create index projects_program_slug_idx on odoo_seed.projects (program_slug)
    where program_slug is not null;

create table odoo_seed.milestones (
    id uuid primary key default gen_random_uuid(),
    project_external_ref text not null
        references odoo_seed.projects (external_ref) on update cascade deferrable,
    external_ref text unique not null,
    name text not null,
    deadline date,
    odoo_milestone_id int,
    last_sync_at timestamptz,
    sync_error text,
    source_path text,
    source_line int,
    source_commit text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    removed_at timestamptz,
    removed_commit text
);

create index milestones_project_external_ref_idx on odoo_seed.milestones (project_external_ref);

create table odoo_seed.tasks (
    id uuid primary key default gen_random_uuid(),
    project_external_ref text not null
        references odoo_seed.projects (external_ref) on update cascade deferrable,
    external_ref text unique not null,
    name text not null,
    description text,
    stage_name text not null default 'To Do',
    tag_names text[] check (array_position(tag_names, null) is null),
    assignee_email text,
    assignee_emails text[] check (array_position(assignee_emails, null) is null),
    depends_on_refs text[] check (array_position(depends_on_refs, null) is null),
    parent_external_ref text
        references odoo_seed.tasks (external_ref) on update cascade deferrable,
    milestone_external_ref text
        references odoo_seed.milestones (external_ref) on update cascade deferrable,
    deadline timestamp,
    planned_hours numeric check (planned_hours <> 'nan'),
    sequence int,
    priority text check (priority in ('low', 'high')),
    is_active boolean not null default true,
    protected boolean not null default false,
    previous_refs text[] not null default '{}' check (array_position(previous_refs, null) is null),
    odoo_task_id int,
    last_sync_at timestamptz,
    sync_error text,
    source_path text,
    source_line int,
    source_commit text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    removed_at timestamptz,
    removed_commit text,
    constraint tasks_one_way_to_name_assignees
        check (assignee_email is null or assignee_emails is null),
    constraint tasks_not_own_parent check (parent_external_ref <> external_ref)
);

create index tasks_project_external_ref_idx on odoo_seed.tasks (project_external_ref);
create index tasks_parent_external_ref_idx on odoo_seed.tasks (parent_external_ref)
    where parent_external_ref is not null;
create index tasks_milestone_external_ref_idx on odoo_seed.tasks (milestone_external_ref)
    where milestone_external_ref is not null;

create table odoo_seed.policy (
    only_row boolean primary key default true check (only_row),
    policy jsonb not null check (jsonb_typeof(policy) = 'object'),
    source_commit text,
    updated_at timestamptz not null default now()
);

comment on table odoo_seed.programs is
    'Portfolios, OKR sets and logframes. Odoo CE has no programs: a project carries their name '
    'as a tag.';
comment on table odoo_seed.projects is 'What Odoo''s project.project should be.';
comment on table odoo_seed.milestones is 'What Odoo''s project.milestone should be.';
comment on table odoo_seed.tasks is 'What Odoo''s project.task should be; subtasks have a parent.';
comment on table odoo_seed.policy is 'policy.yaml: owners of fields, time zone, guards. One row.';
comment on column odoo_seed.projects.source_path is
    'The YAML file. NULL: the row came by hand, and a load never removes it.';
comment on column odoo_seed.tasks.source_path is
    'The YAML file. NULL: the row came by hand, and a load never removes it.';
comment on column odoo_seed.tasks.source_commit is
    'The commit that gave the row its present content.';
comment on column odoo_seed.tasks.removed_at is
    'Tombstone: when the record left the YAML. Such a row is no longer part of the seed.';
comment on column odoo_seed.tasks.deadline is
    'Wall clock in the policy''s time zone; midnight is a date without a time of day.';
comment on column odoo_seed.tasks.assignee_email is
    'The only assignee. Several stand in assignee_emails, and this is then NULL.';
comment on column odoo_seed.projects.stages is 'Array of {name, fold}, in the order of the board.';

create trigger touch_updated_at
before update of slug, name, program_type, parent_slug, description, active, removed_at
on odoo_seed.programs
for each row execute function odoo_seed.touch_updated_at();

create trigger touch_updated_at
before update of
    program_slug, external_ref, name, company_name, description, manager_email, visibility,
    allow_dependencies, date_start, date_end, stages, tag_names, is_active, sync_enabled,
    protected, previous_refs, removed_at
on odoo_seed.projects
for each row execute function odoo_seed.touch_updated_at();

create trigger touch_updated_at
before update of project_external_ref, external_ref, name, deadline, removed_at
on odoo_seed.milestones
for each row execute function odoo_seed.touch_updated_at();

create trigger touch_updated_at
before update of
    project_external_ref, external_ref, name, description, stage_name, tag_names,
    assignee_email, assignee_emails, depends_on_refs, parent_external_ref,
    milestone_external_ref, deadline, planned_hours, sequence, priority, is_active, protected,
    previous_refs, removed_at
on odoo_seed.tasks
for each row execute function odoo_seed.touch_updated_at();

create trigger touch_updated_at
before update on odoo_seed.policy
for each row execute function odoo_seed.touch_updated_at();


-- What was written, and by which run --------------------------------------------------------------

create table odoo_seed.applied (
    target text not null,
    kind text not null check (kind in ('program', 'project', 'milestone', 'task')),
    external_ref text not null,
    odoo_id int not null,
    "values" jsonb not null,
    echo jsonb not null default '{}',
    applied_at timestamptz not null default now(),
    -- The ref first, here and below: joins then go by it even before the first ANALYZE.
    primary key (external_ref, kind, target)
);

create table odoo_seed.held_states (
    target text not null,
    odoo_id int not null,
    state text not null,
    primary key (odoo_id, target)
);

create table odoo_seed.sync_runs (
    run_id uuid primary key default gen_random_uuid(),
    target text not null default 'default',
    verb text not null,
    status text not null default 'running'
        check (status in ('running', 'success', 'partial', 'failed')),
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    trigger text not null default 'cli',
    source_commit text,
    plan_checksum text,
    counts jsonb not null default '{}',
    error text
);

create index sync_runs_newest_idx on odoo_seed.sync_runs (target, verb, started_at desc);

create table odoo_seed.sync_run_items (
    run_id uuid not null references odoo_seed.sync_runs (run_id) on delete cascade,
    position int not null,
    kind text not null check (kind in ('program', 'project', 'milestone', 'task')),
    external_ref text not null,
    action text not null,
    odoo_id int,
    changes jsonb not null default '[]',
    error text,
    source_path text,
    source_line int,
    primary key (run_id, position)
);

create table odoo_seed.locks (
    target text primary key,
    holder text not null,
    backend_pid int not null,
    taken_at timestamptz not null default now()
);

comment on table odoo_seed.held_states is
    'Task states in Odoo that a running seed has to put back; empty when none runs or crashed.';
comment on table odoo_seed.applied is
    'The values last written to a target: tells "removed from git" from "never managed", and '
    'drift from change.';
comment on column odoo_seed.applied.echo is
    'Field to what Odoo made of it, where Odoo rewrites what it is given (HTML).';
comment on table odoo_seed.sync_runs is 'Audit log: one row a run.';
comment on table odoo_seed.sync_run_items is
    'Audit log: one row a record of a run, with changes as [{field, old, new}].';
comment on table odoo_seed.locks is
    'Who writes to a target. Only a name tag: the lock itself is an advisory lock, which dies '
    'with its holder''s connection.';


-- The mirror of Odoo ------------------------------------------------------------------------------

create table odoo_seed.shadow_reads (
    target text primary key,
    seen_at timestamptz not null default now()
);

create table odoo_seed.shadow_projects (
    target text not null default 'default',
    external_ref text not null,
    odoo_id int not null,
    name text,
    description text,
    company_name text,
    manager_email text,
    visibility text,
    allow_dependencies boolean,
    date_start date,
    date_end date,
    tag_names text[],
    is_active boolean not null default true,
    written_at timestamptz,
    written_by text,
    seen_at timestamptz not null default now(),
    gone_at timestamptz,
    primary key (external_ref, target)
);

create table odoo_seed.shadow_milestones (
    target text not null default 'default',
    external_ref text not null,
    odoo_id int not null,
    name text,
    project_external_ref text,
    deadline date,
    written_at timestamptz,
    written_by text,
    seen_at timestamptz not null default now(),
    gone_at timestamptz,
    primary key (external_ref, target)
);

create table odoo_seed.shadow_tasks (
    target text not null default 'default',
    external_ref text not null,
    odoo_id int not null,
    project_external_ref text,
    name text,
    description text,
    stage_name text,
    tag_names text[],
    assignee_emails text[],
    depends_on_refs text[],
    parent_external_ref text,
    milestone_external_ref text,
    deadline timestamp,
    planned_hours numeric,
    sequence int,
    priority text,
    is_active boolean not null default true,
    state text,
    written_at timestamptz,
    written_by text,
    seen_at timestamptz not null default now(),
    gone_at timestamptz,
    primary key (external_ref, target)
);

create table odoo_seed.shadow_duplicates (
    target text not null default 'default',
    kind text not null check (kind in ('project', 'milestone', 'task')),
    external_ref text not null,
    odoo_ids int[] not null,
    primary key (external_ref, kind, target)
);

comment on table odoo_seed.shadow_reads is 'When each target was last read, completely.';
comment on table odoo_seed.shadow_projects is
    'Odoo''s projects that carry a ref, as last read. gone_at: no longer there.';
comment on table odoo_seed.shadow_milestones is
    'Odoo''s milestones of the seed''s projects, as last read. gone_at: no longer there.';
comment on table odoo_seed.shadow_tasks is
    'Odoo''s tasks that carry a ref, as last read. gone_at: no longer there.';
comment on table odoo_seed.shadow_duplicates is
    'Refs that stand on more than one record in Odoo; they are not in the shadow tables.';
comment on column odoo_seed.shadow_tasks.deadline is
    'Wall clock in the policy''s time zone (Odoo keeps UTC).';
comment on column odoo_seed.shadow_tasks.description is 'HTML, as Odoo returns it.';


-- Verification ------------------------------------------------------------------------------------

create function odoo_seed.field_owner(kind text, field text) returns text
language sql
stable
set search_path = ''
as $$
    select coalesce(
        (select p.policy #>> array['ownership', kind, field] from odoo_seed.policy as p),
        case when (kind, field) in (('task', 'stage_name'), ('task', 'sequence'))
            then 'initial' else 'git' end
    )
$$;

comment on function odoo_seed.field_owner is
    'Who owns a field by policy.yaml: git (enforced), initial (written at creation), odoo.';

-- The targets that were read, or the default one before any was.
create view odoo_seed.v_targets with (security_invoker = true) as
select target, seen_at from odoo_seed.shadow_reads
union all
select 'default', null where not exists (select from odoo_seed.shadow_reads);

-- Programs that are not active themselves, or stand under one that is not.
create view odoo_seed.v_inactive_programs with (security_invoker = true) as
with recursive inactive (slug) as (
    select slug from odoo_seed.programs where not active
    union
    select program.slug
    from odoo_seed.programs as program
    join inactive on program.parent_slug = inactive.slug
)
select slug from inactive;

-- Projects that are synced, with what follows from their program.
create view odoo_seed.v_synced_projects with (security_invoker = true) as
select
    p.external_ref, p.name, p.program_slug, program.name as program_name,
    p.is_active and not exists (
        select from odoo_seed.v_inactive_programs as i where i.slug = p.program_slug
    ) as is_active,
    p.source_path, p.source_line
from odoo_seed.projects as p
left join odoo_seed.programs as program on program.slug = p.program_slug
where p.removed_at is null and p.sync_enabled;

create view odoo_seed.v_missing_in_odoo with (security_invoker = true) as
select
    t.target, 'project' as kind, p.external_ref, p.name, p.external_ref as project_external_ref,
    p.source_path, p.source_line, t.seen_at
from odoo_seed.v_targets as t
cross join odoo_seed.v_synced_projects as p
where not exists (
    select from odoo_seed.shadow_projects as s
    where s.target = t.target and s.external_ref = p.external_ref and s.gone_at is null
)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = t.target and d.kind = 'project' and d.external_ref = p.external_ref
)
union all
select
    t.target, 'milestone', m.external_ref, m.name, m.project_external_ref,
    m.source_path, m.source_line, t.seen_at
from odoo_seed.v_targets as t
cross join odoo_seed.milestones as m
join odoo_seed.v_synced_projects as p on p.external_ref = m.project_external_ref
where m.removed_at is null
and not exists (
    select from odoo_seed.shadow_milestones as s
    where s.target = t.target and s.external_ref = m.external_ref and s.gone_at is null
)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = t.target and d.kind = 'milestone' and d.external_ref = m.external_ref
)
union all
select
    t.target, 'task', task.external_ref, task.name, task.project_external_ref,
    task.source_path, task.source_line, t.seen_at
from odoo_seed.v_targets as t
cross join odoo_seed.tasks as task
join odoo_seed.v_synced_projects as p on p.external_ref = task.project_external_ref
where task.removed_at is null
and not exists (
    select from odoo_seed.shadow_tasks as s
    where s.target = t.target and s.external_ref = task.external_ref and s.gone_at is null
)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = t.target and d.kind = 'task' and d.external_ref = task.external_ref
);

create view odoo_seed.v_orphan_in_odoo with (security_invoker = true) as
select s.target, 'project' as kind, s.external_ref, s.name, s.odoo_id, s.seen_at
from odoo_seed.shadow_projects as s
where s.gone_at is null
and s.is_active
and not exists (
    select from odoo_seed.projects as p
    where p.external_ref = s.external_ref and p.removed_at is null
)
union all
select s.target, 'milestone', s.external_ref, s.name, s.odoo_id, s.seen_at
from odoo_seed.shadow_milestones as s
where s.gone_at is null
and not exists (
    select from odoo_seed.milestones as m
    where m.external_ref = s.external_ref and m.removed_at is null
)
union all
select s.target, 'task', s.external_ref, s.name, s.odoo_id, s.seen_at
from odoo_seed.shadow_tasks as s
where s.gone_at is null
and s.is_active
and not exists (
    select from odoo_seed.tasks as t
    where t.external_ref = s.external_ref and t.removed_at is null
);

create view odoo_seed.v_duplicate_refs with (security_invoker = true) as
select target, kind, external_ref, odoo_ids from odoo_seed.shadow_duplicates;

-- One row a field that differs. A field of which the seed says nothing is not compared, nor one
-- that git does not own. `agrees` is set where texts do not tell whether two values are the same;
-- sets agree when each contains the other. (The cast lower(… ::text)::text[] folds an array.)
create view odoo_seed.v_field_drift with (security_invoker = true) as
with compared as (
    select
        s.target, 'project' as kind, p.external_ref, s.odoo_id, f.*, p.source_path, p.source_line
    from odoo_seed.projects as p
    join odoo_seed.v_synced_projects as synced on synced.external_ref = p.external_ref
    join odoo_seed.shadow_projects as s on s.external_ref = p.external_ref and s.gone_at is null
    left join odoo_seed.applied as a
        on a.target = s.target and a.kind = 'project' and a.external_ref = p.external_ref
    cross join lateral (
        -- Odoo has no programs: a project carries its program's name as a tag.
        select
            case when synced.program_name is null then p.tag_names
                else coalesce(p.tag_names, '{}') || synced.program_name end,
            coalesce(s.tag_names, '{}')
    ) as tags (wanted, found)
    cross join lateral (
        values
        ('name', p.name, s.name, null::boolean),
        (
            'description', p.description, s.description,
            a."values" ->> 'description' = p.description
            and coalesce(a.echo ->> 'description', s.description) is not distinct from s.description
        ),
        ('company_name', p.company_name, s.company_name, null),
        ('manager_email', lower(p.manager_email), lower(s.manager_email), null),
        ('visibility', p.visibility, s.visibility, null),
        ('allow_dependencies', p.allow_dependencies::text, s.allow_dependencies::text, null),
        ('date_start', p.date_start::text, s.date_start::text, null),
        ('date_end', p.date_end::text, s.date_end::text, null),
        (
            'tag_names', tags.wanted::text, tags.found::text,
            tags.wanted <@ tags.found and tags.wanted @> tags.found
        ),
        ('is_active', synced.is_active::text, s.is_active::text, null)
    ) as f (field, seed_value, odoo_value, agrees)
    union all
    select
        s.target, 'milestone', m.external_ref, s.odoo_id, f.*, null::boolean,
        m.source_path, m.source_line
    from odoo_seed.milestones as m
    join odoo_seed.v_synced_projects as synced on synced.external_ref = m.project_external_ref
    join odoo_seed.shadow_milestones as s on s.external_ref = m.external_ref and s.gone_at is null
    cross join lateral (
        values
        ('name', m.name, s.name),
        ('project_external_ref', m.project_external_ref, s.project_external_ref),
        ('deadline', m.deadline::text, s.deadline::text)
    ) as f (field, seed_value, odoo_value)
    where m.removed_at is null
    union all
    select s.target, 'task', t.external_ref, s.odoo_id, f.*, t.source_path, t.source_line
    from odoo_seed.tasks as t
    join odoo_seed.v_synced_projects as synced on synced.external_ref = t.project_external_ref
    join odoo_seed.shadow_tasks as s on s.external_ref = t.external_ref and s.gone_at is null
    left join odoo_seed.applied as a
        on a.target = s.target and a.kind = 'task' and a.external_ref = t.external_ref
    cross join lateral (
        select
            -- A seed's midnight is a date without a time of day: any time of that day will do.
            case when t.deadline = date_trunc('day', t.deadline)
                then 'YYYY-MM-DD' else 'YYYY-MM-DD"T"HH24:MI' end,
            case when t.assignee_email is null then lower(t.assignee_emails::text)::text[]
                else array[lower(t.assignee_email)] end,
            lower(coalesce(s.assignee_emails, '{}')::text)::text[],
            coalesce(s.tag_names, '{}'),
            coalesce(s.depends_on_refs, '{}'),
            coalesce(s.planned_hours, 0)
    ) as d (deadline_format, emails, found_emails, found_tags, found_refs, found_hours)
    cross join lateral (
        values
        ('name', t.name, s.name, null::boolean),
        ('project_external_ref', t.project_external_ref, s.project_external_ref, null),
        (
            'description', t.description, s.description,
            a."values" ->> 'description' = t.description
            and coalesce(a.echo ->> 'description', s.description) is not distinct from s.description
        ),
        ('stage_name', t.stage_name, s.stage_name, null),
        (
            'tag_names', t.tag_names::text, d.found_tags::text,
            t.tag_names <@ d.found_tags and t.tag_names @> d.found_tags
        ),
        (
            'assignee_emails', d.emails::text, d.found_emails::text,
            d.emails <@ d.found_emails and d.emails @> d.found_emails
        ),
        (
            'planned_hours', trim_scale(t.planned_hours)::text, trim_scale(d.found_hours)::text,
            abs(t.planned_hours - d.found_hours) < 0.005
        ),
        (
            'deadline', to_char(t.deadline, d.deadline_format),
            to_char(s.deadline, d.deadline_format), null
        ),
        ('sequence', t.sequence::text, s.sequence::text, null),
        ('priority', t.priority, coalesce(s.priority, 'low'), null),
        (
            'depends_on_refs', t.depends_on_refs::text, d.found_refs::text,
            t.depends_on_refs <@ d.found_refs and t.depends_on_refs @> d.found_refs
        ),
        ('parent_external_ref', t.parent_external_ref, s.parent_external_ref, null),
        ('milestone_external_ref', t.milestone_external_ref, s.milestone_external_ref, null),
        ('is_active', (t.is_active and synced.is_active)::text, s.is_active::text, null)
    ) as f (field, seed_value, odoo_value, agrees)
    where t.removed_at is null
)
select
    target, kind, external_ref, field,
    case when field in ('tag_names', 'assignee_emails', 'depends_on_refs')
        then odoo_seed.canonical_set(seed_value::text[]) else seed_value end as seed_value,
    case when field in ('tag_names', 'assignee_emails', 'depends_on_refs')
        then odoo_seed.canonical_set(odoo_value::text[]) else odoo_value end as odoo_value,
    odoo_id, source_path, source_line
from compared
where seed_value is not null
and not coalesce(agrees, seed_value is not distinct from odoo_value)
and odoo_seed.field_owner(kind, field) = 'git';

create view odoo_seed.v_name_drift with (security_invoker = true) as
select
    target, kind, external_ref, seed_value as seed_name, odoo_value as odoo_name, odoo_id,
    source_path, source_line
from odoo_seed.v_field_drift
where field = 'name';

-- How far each program is, all programs below it included.
create view odoo_seed.v_program_progress with (security_invoker = true) as
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
task as (
    select
        target.target, p.program_slug, t.planned_hours,
        coalesce(s.state = '1_done', false) as is_done,
        coalesce(s.state = '1_canceled', false) as is_canceled,
        coalesce(s.deadline, t.deadline) as deadline,
        -- A day without a time of day is over when the next one begins.
        coalesce(s.deadline, t.deadline) + case
            when t.deadline = date_trunc('day', t.deadline)
                then interval '1 day' - (coalesce(s.deadline, t.deadline)::time)::interval
            else interval '0'
        end < clock.wall as is_late
    from odoo_seed.v_targets as target
    cross join clock
    cross join odoo_seed.tasks as t
    join odoo_seed.v_synced_projects as p
        on p.external_ref = t.project_external_ref and p.is_active
    -- One look-up by key a task, whatever the statistics say.
    left join lateral (
        select s.state, s.deadline
        from odoo_seed.shadow_tasks as s
        where s.external_ref = t.external_ref and s.target = target.target and s.gone_at is null
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
    select program_slug, count(*) as projects
    from odoo_seed.v_synced_projects
    where is_active
    group by program_slug
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
left join project on project.program_slug = below.program_slug
left join own on own.program_slug = below.program_slug and own.target = target.target
where program.removed_at is null
group by
    target.target, program.slug, program.name, program.program_type, program.parent_slug;

comment on view odoo_seed.v_targets is 'The Odoo databases that were read, and when.';
comment on view odoo_seed.v_inactive_programs is 'Programs that are, or stand under, inactive ones.';
comment on view odoo_seed.v_synced_projects is
    'Projects that Odoo should hold, active as they and their programs say.';
comment on view odoo_seed.v_missing_in_odoo is
    'In the seed, not in Odoo. seen_at NULL: Odoo was never read.';
comment on view odoo_seed.v_orphan_in_odoo is 'Active in Odoo, not in the seed.';
comment on view odoo_seed.v_duplicate_refs is 'Refs that stand on several records in Odoo.';
comment on view odoo_seed.v_field_drift is 'Every managed field in which Odoo differs from the seed.';
comment on view odoo_seed.v_name_drift is 'Records that are called otherwise in Odoo.';
comment on view odoo_seed.v_program_progress is
    'Projects, tasks, hours and lateness of each program, those below it included.';


-- Who may do what ---------------------------------------------------------------------------------

alter table odoo_seed.programs enable row level security;
alter table odoo_seed.projects enable row level security;
alter table odoo_seed.milestones enable row level security;
alter table odoo_seed.tasks enable row level security;
alter table odoo_seed.policy enable row level security;
alter table odoo_seed.applied enable row level security;
alter table odoo_seed.held_states enable row level security;
alter table odoo_seed.sync_runs enable row level security;
alter table odoo_seed.sync_run_items enable row level security;
alter table odoo_seed.locks enable row level security;
alter table odoo_seed.shadow_reads enable row level security;
alter table odoo_seed.shadow_projects enable row level security;
alter table odoo_seed.shadow_milestones enable row level security;
alter table odoo_seed.shadow_tasks enable row level security;
alter table odoo_seed.shadow_duplicates enable row level security;

revoke all on schema odoo_seed from public;
revoke all on all tables in schema odoo_seed from public;
revoke all on all functions in schema odoo_seed from public;

do $$
declare
    role_name text;
begin
    for role_name in
        select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
    loop
        execute format('revoke all on schema odoo_seed from %I', role_name);
        execute format('revoke all on all tables in schema odoo_seed from %I', role_name);
        execute format('revoke all on all functions in schema odoo_seed from %I', role_name);
    end loop;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant usage on schema odoo_seed to service_role;
        grant select, insert, update, delete on all tables in schema odoo_seed to service_role;
        grant execute on all functions in schema odoo_seed to service_role;
    end if;
end
$$;
