-- Which Odoo a project belongs to, and as whose: tenant, account, project and environment are bound
-- to an Odoo database, a company, a partner (the customer) and an analytic account.
--
-- `ops` is no schema of ours alone: what is there already stays, also when odoo_seed is removed.

create schema if not exists ops;

create table if not exists ops.odoo_bindings (
    id uuid primary key default gen_random_uuid(),
    tenant text not null default 'default' check (tenant <> ''),
    account text check (account <> ''),
    project text check (project <> ''),
    environment text check (environment <> ''),
    target text check (target ~ '^[A-Za-z][A-Za-z0-9_-]{0,40}$'),
    odoo_database text check (odoo_database <> ''),
    company_name text check (company_name <> ''),
    partner_name text check (partner_name <> ''),
    analytic_account_name text check (analytic_account_name <> ''),
    note text,
    created_at timestamptz not null default now(),
    constraint odoo_bindings_one_of_a_kind
        unique nulls not distinct (tenant, account, project, environment),
    constraint odoo_bindings_say_something check (
        num_nonnulls(target, odoo_database, company_name, partner_name, analytic_account_name) > 0
    )
);

comment on table ops.odoo_bindings is
    'Tenant, account, project and environment → Odoo database, company, partner and analytic '
    'account. NULL on the left: any; NULL on the right: this row does not say.';
comment on column ops.odoo_bindings.project is 'external_ref of the project.';
comment on column ops.odoo_bindings.environment is
    'ODOO_ENVIRONMENT of the target, production unless it is set. NULL: every environment.';
comment on column ops.odoo_bindings.target is
    'Target that the projects belong to: they are seeded nowhere else. NULL: any.';
comment on column ops.odoo_bindings.odoo_database is
    'Name of the Odoo database (ODOO_DB) that the target must be. NULL: not looked at.';
comment on column ops.odoo_bindings.partner_name is
    'Reference or name of the customer (res.partner) of the projects.';
comment on column ops.odoo_bindings.analytic_account_name is
    'Reference (code) or name of the analytic account of the projects. Better the reference: Odoo '
    'renames an account together with its only project.';

-- Always one row. The target and its database come from one binding; the rest one by one.
create or replace function ops.resolve_odoo_context(
    tenant text default 'default',
    account text default null,
    project text default null,
    environment text default 'production'
)
returns table (
    target text,
    odoo_database text,
    company_name text,
    partner_name text,
    analytic_account_name text
)
language sql
stable
set search_path = ''
as $$
    with told as (
        select
            b.*,
            row_number() over (
                order by b.project is null, b.account is null, b.environment is null
            ) as place
        from ops.odoo_bindings as b
        where b.tenant = coalesce(resolve_odoo_context.tenant, 'default')
        and (b.account is null or b.account = resolve_odoo_context.account)
        and (b.project is null or b.project = resolve_odoo_context.project)
        and (b.environment is null or b.environment = resolve_odoo_context.environment)
    ),
    home as (
        select h.target, h.odoo_database
        from told as h
        where h.target is not null or h.odoo_database is not null
        order by h.place
        limit 1
    )
    select
        (select h.target from home as h),
        (select h.odoo_database from home as h),
        (array_agg(t.company_name order by t.place)
            filter (where t.company_name is not null))[1],
        (array_agg(t.partner_name order by t.place)
            filter (where t.partner_name is not null))[1],
        (array_agg(t.analytic_account_name order by t.place)
            filter (where t.analytic_account_name is not null))[1]
    from told as t
$$;

comment on function ops.resolve_odoo_context(text, text, text, text) is
    'What the bindings say of a project: the project''s own over its account''s over its tenant''s, '
    'at each of them that of the environment over that of every environment.';


-- The seed and the mirror -------------------------------------------------------------------------

alter table odoo_seed.projects
    alter column company_name drop not null,
    add column tenant text check (tenant <> ''),
    add column account text check (account <> '');

comment on column odoo_seed.projects.company_name is
    'The Odoo company. NULL: the project''s binding (ops.odoo_bindings) names it.';
comment on column odoo_seed.projects.tenant is
    'Whose bindings hold (ops.odoo_bindings.tenant). NULL: default.';
comment on column odoo_seed.projects.account is
    'The account whose bindings hold (ops.odoo_bindings.account).';

create trigger touch_updated_at_by_binding
before update of tenant, account on odoo_seed.projects
for each row execute function odoo_seed.touch_updated_at();

alter table odoo_seed.shadow_projects
    add column partner_name text,
    add column analytic_account_name text;

comment on column odoo_seed.shadow_projects.partner_name is
    'Its customer, called as its binding calls it. Read only where a binding names one.';
comment on column odoo_seed.shadow_projects.analytic_account_name is
    'Its analytic account, called as its binding calls it. Read only where a binding names one.';

alter table odoo_seed.shadow_reads
    add column environment text not null default 'production',
    add column odoo_database text;

comment on column odoo_seed.shadow_reads.environment is 'ODOO_ENVIRONMENT of the target.';
comment on column odoo_seed.shadow_reads.odoo_database is 'ODOO_DB of the target.';

create or replace view odoo_seed.v_targets with (security_invoker = true) as
select target, seen_at, environment, odoo_database from odoo_seed.shadow_reads
union all
select 'default', null, 'production', null
where not exists (select from odoo_seed.shadow_reads);

create view odoo_seed.v_bound_projects with (security_invoker = true) as
select
    t.target, p.external_ref, coalesce(p.company_name, c.company_name) as company_name,
    c.partner_name, c.analytic_account_name,
    coalesce(c.target <> t.target, false)
    or coalesce(c.odoo_database <> t.odoo_database, false) as elsewhere
from odoo_seed.v_targets as t
cross join odoo_seed.projects as p
cross join lateral ops.resolve_odoo_context(
    p.tenant, p.account, p.external_ref, t.environment
) as c
where p.removed_at is null;

comment on view odoo_seed.v_bound_projects is
    'What each project is bound to, seen from each target. elsewhere: it belongs to another one.';

create or replace view odoo_seed.v_missing_in_odoo with (security_invoker = true) as
with synced as materialized (
    select t.target, t.seen_at, p.*
    from odoo_seed.v_targets as t
    cross join odoo_seed.v_synced_projects as p
    where not exists (
        select from odoo_seed.v_bound_projects as b
        where b.target = t.target and b.external_ref = p.external_ref and b.elsewhere
    )
)
select
    p.target, 'project' as kind, p.external_ref, p.name, p.external_ref as project_external_ref,
    p.source_path, p.source_line, p.seen_at
from synced as p
where not exists (
    select from odoo_seed.shadow_projects as s
    where s.target = p.target and s.external_ref = p.external_ref and s.gone_at is null
)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = p.target and d.kind = 'project' and d.external_ref = p.external_ref
)
union all
select
    p.target, 'milestone', m.external_ref, m.name, m.project_external_ref,
    m.source_path, m.source_line, p.seen_at
from odoo_seed.milestones as m
join synced as p on p.external_ref = m.project_external_ref
where m.removed_at is null
and not exists (
    select from odoo_seed.shadow_milestones as s
    where s.target = p.target and s.external_ref = m.external_ref and s.gone_at is null
)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = p.target and d.kind = 'milestone' and d.external_ref = m.external_ref
)
union all
select
    p.target, 'task', task.external_ref, task.name, task.project_external_ref,
    task.source_path, task.source_line, p.seen_at
from odoo_seed.tasks as task
join synced as p on p.external_ref = task.project_external_ref
where task.removed_at is null
and not exists (
    select from odoo_seed.shadow_tasks as s
    where s.target = p.target and s.external_ref = task.external_ref and s.gone_at is null
)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = p.target and d.kind = 'task' and d.external_ref = task.external_ref
);

comment on view odoo_seed.v_missing_in_odoo is
    'In the seed and not bound elsewhere, yet not in Odoo. seen_at NULL: Odoo was never read.';

-- Owners may differ by target (policy.yaml, targets).
create function odoo_seed.field_owner(
    kind text, field text, project_ref text, target text default 'default'
) returns text
language sql
stable
set search_path = ''
as $$
    with recursive above (slug, distance) as (
        select p.program_slug, 1 from odoo_seed.projects as p where p.external_ref = project_ref
        union all
        select program.parent_slug, above.distance + 1
        from above
        join odoo_seed.programs as program on program.slug = above.slug
        where above.distance < 100
    )
    select coalesce(
        p.policy #>> array['projects', project_ref, 'ownership', kind, field],
        (
            select p.policy #>> array['programs', above.slug, 'ownership', kind, field] as owner
            from above
            where p.policy #> array['programs', above.slug, 'ownership', kind, field] is not null
            order by above.distance
            limit 1
        ),
        p.policy #>> array['targets', target, 'ownership', kind, field],
        p.policy #>> array['ownership', kind, field],
        case when (kind, field) in (('task', 'stage_name'), ('task', 'sequence'))
            then 'initial' else 'git' end
    )
    from (select) as always
    left join odoo_seed.policy as p on true
$$;

comment on function odoo_seed.field_owner(text, text, text, text) is
    'Who owns a field of a project''s records by policy.yaml: git (enforced), initial (written at '
    'creation), odoo. The project over its program, the nearest first, over the target, over the '
    'whole seed.';

create or replace view odoo_seed.v_field_drift with (security_invoker = true) as
with bound as materialized (
    select * from odoo_seed.v_bound_projects where not elsewhere
),
compared as (
    select
        s.target, 'project' as kind, p.external_ref, s.odoo_id, f.*, p.source_path, p.source_line,
        p.external_ref as project_ref
    from odoo_seed.projects as p
    join odoo_seed.v_synced_projects as synced on synced.external_ref = p.external_ref
    join odoo_seed.shadow_projects as s on s.external_ref = p.external_ref and s.gone_at is null
    join bound as b on b.target = s.target and b.external_ref = p.external_ref
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
        ('company_name', b.company_name, s.company_name, null),
        ('partner_name', b.partner_name, s.partner_name, null),
        ('analytic_account_name', b.analytic_account_name, s.analytic_account_name, null),
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
        m.source_path, m.source_line, m.project_external_ref
    from odoo_seed.milestones as m
    join odoo_seed.v_synced_projects as synced on synced.external_ref = m.project_external_ref
    join odoo_seed.shadow_milestones as s on s.external_ref = m.external_ref and s.gone_at is null
    join bound as b on b.target = s.target and b.external_ref = m.project_external_ref
    cross join lateral (
        values
        ('name', m.name, s.name),
        ('project_external_ref', m.project_external_ref, s.project_external_ref),
        ('deadline', m.deadline::text, s.deadline::text)
    ) as f (field, seed_value, odoo_value)
    where m.removed_at is null
    union all
    select
        s.target, 'task', t.external_ref, s.odoo_id, f.*, t.source_path, t.source_line,
        t.project_external_ref
    from odoo_seed.tasks as t
    join odoo_seed.v_synced_projects as synced on synced.external_ref = t.project_external_ref
    join odoo_seed.shadow_tasks as s
        on s.external_ref = t.external_ref and s.gone_at is null and s.left_alone is null
    join bound as b on b.target = s.target and b.external_ref = t.project_external_ref
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
and odoo_seed.field_owner(kind, field, project_ref, target) = 'git';

drop function odoo_seed.field_owner(text, text, text);


-- Who may do what ---------------------------------------------------------------------------------

alter table ops.odoo_bindings enable row level security;

revoke all on schema ops from public;
revoke all on ops.odoo_bindings from public;
revoke all on function ops.resolve_odoo_context(text, text, text, text) from public;
revoke all on function odoo_seed.field_owner(text, text, text, text) from public;
revoke all on odoo_seed.v_bound_projects from public;

do $$
declare
    role_name text;
begin
    for role_name in
        select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
    loop
        execute format('revoke all on ops.odoo_bindings from %I', role_name);
        execute format(
            'revoke all on function ops.resolve_odoo_context(text, text, text, text) from %I',
            role_name
        );
        execute format(
            'revoke all on function odoo_seed.field_owner(text, text, text, text) from %I',
            role_name
        );
        execute format('revoke all on odoo_seed.v_bound_projects from %I', role_name);
    end loop;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant usage on schema ops to service_role;
        grant select, insert, update, delete on ops.odoo_bindings to service_role;
        grant execute on function ops.resolve_odoo_context(text, text, text, text)
            to service_role;
        grant execute on function odoo_seed.field_owner(text, text, text, text) to service_role;
        grant select on odoo_seed.v_bound_projects to service_role;
    end if;
end
$$;
