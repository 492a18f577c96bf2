-- Tasks that people made recurring or private are left alone: no plan writes them, so they are
-- neither drift nor orphans.

alter table odoo_seed.shadow_tasks add column left_alone text;

comment on column odoo_seed.shadow_tasks.left_alone is
    'Why no plan writes it, in words: people made it recurring or private. NULL: it may be.';

-- What the seed lacks and Odoo's users see: a milestone, which has no archive, with its project.
-- A ref that stands twice is in v_duplicate_refs.
create or replace view odoo_seed.v_orphan_in_odoo with (security_invoker = true) as
with visible as (
    select s.target, 'project' as kind, s.external_ref, s.name, s.odoo_id, s.seen_at
    from odoo_seed.shadow_projects as s
    where s.gone_at is null
    and s.is_active
    and not exists (
        select from odoo_seed.shadow_duplicates as d
        where d.target = s.target and d.kind = 'project' and d.external_ref = s.external_ref
    )
)
select v.target, v.kind, v.external_ref, v.name, v.odoo_id, v.seen_at
from visible as v
where not exists (
    select from odoo_seed.projects as p
    where p.external_ref = v.external_ref and p.removed_at is null
)
union all
select s.target, 'milestone', s.external_ref, s.name, s.odoo_id, s.seen_at
from odoo_seed.shadow_milestones as s
join visible as v on v.target = s.target and v.external_ref = s.project_external_ref
where s.gone_at is null
and not exists (
    select from odoo_seed.milestones as m
    where m.external_ref = s.external_ref and m.removed_at is null
)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = s.target and d.kind = 'milestone' and d.external_ref = s.external_ref
)
union all
select s.target, 'task', s.external_ref, s.name, s.odoo_id, s.seen_at
from odoo_seed.shadow_tasks as s
where s.gone_at is null
and s.is_active
and s.left_alone is null
and not exists (
    select from odoo_seed.tasks as t
    where t.external_ref = s.external_ref and t.removed_at is null
)
and not exists (
    select from odoo_seed.shadow_duplicates as d
    where d.target = s.target and d.kind = 'task' and d.external_ref = s.external_ref
);

comment on view odoo_seed.v_orphan_in_odoo is
    'In sight in Odoo, not in the seed, and not left alone.';

-- One row a field that differs. A field of which the seed says nothing is not compared, nor one
-- that git does not own. `agrees` is set where texts do not tell whether two values are the same;
-- sets agree when each contains the other. (The cast lower(… ::text)::text[] folds an array.)
create or replace view odoo_seed.v_field_drift with (security_invoker = true) as
with compared as (
    select
        s.target, 'project' as kind, p.external_ref, s.odoo_id, f.*, p.source_path, p.source_line,
        p.external_ref as project_ref
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
        m.source_path, m.source_line, m.project_external_ref
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
    select
        s.target, 'task', t.external_ref, s.odoo_id, f.*, t.source_path, t.source_line,
        t.project_external_ref
    from odoo_seed.tasks as t
    join odoo_seed.v_synced_projects as synced on synced.external_ref = t.project_external_ref
    join odoo_seed.shadow_tasks as s
        on s.external_ref = t.external_ref and s.gone_at is null and s.left_alone is null
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
and odoo_seed.field_owner(kind, field, project_ref) = 'git';

comment on view odoo_seed.v_field_drift is
    'Every managed field in which Odoo differs from the seed, but of what is left alone.';
