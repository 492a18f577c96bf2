-- Periods that are closed stay as they are in Odoo: what differs in them is neither drift, nor
-- missing, nor an orphan.

create view odoo_seed.v_closed_projects with (security_invoker = true) as
select t.target, p.external_ref
from odoo_seed.projects as p
cross join odoo_seed.v_targets as t
where p.removed_at is null
and p.instance is not null
and (
    (p.instance ->> 'closed')::boolean
    or exists (
        select from odoo_seed.shadow_tasks as s
        where s.target = t.target and s.project_external_ref = p.external_ref
        and s.gone_at is null and s.is_active
        having bool_and(s.state in ('1_done', '1_canceled'))
    )
);

comment on view odoo_seed.v_closed_projects is
    'Projects of a template whose period is closed: the YAML says so, or all their tasks are done.';

-- The views keep their names for what matters, and the whole stands beside them.
alter view odoo_seed.v_field_drift rename to v_field_drift_of_all;
alter view odoo_seed.v_missing_in_odoo rename to v_missing_of_all;
alter view odoo_seed.v_orphan_in_odoo rename to v_orphan_of_all;

comment on view odoo_seed.v_field_drift_of_all is 'v_field_drift, with closed periods.';
comment on view odoo_seed.v_missing_of_all is 'v_missing_in_odoo, with closed periods.';
comment on view odoo_seed.v_orphan_of_all is 'v_orphan_in_odoo, with closed periods.';

create view odoo_seed.v_field_drift with (security_invoker = true) as
select d.*
from odoo_seed.v_field_drift_of_all as d
left join odoo_seed.milestones as m on d.kind = 'milestone' and m.external_ref = d.external_ref
left join odoo_seed.tasks as t on d.kind = 'task' and t.external_ref = d.external_ref
where not exists (
    select from odoo_seed.v_closed_projects as c
    where c.target = d.target and c.external_ref = coalesce(
        m.project_external_ref, t.project_external_ref, d.external_ref
    )
);

create view odoo_seed.v_missing_in_odoo with (security_invoker = true) as
select d.*
from odoo_seed.v_missing_of_all as d
where not exists (
    select from odoo_seed.v_closed_projects as c
    where c.target = d.target and c.external_ref = d.project_external_ref
);

create view odoo_seed.v_orphan_in_odoo with (security_invoker = true) as
select d.*
from odoo_seed.v_orphan_of_all as d
left join odoo_seed.shadow_milestones as m
    on d.kind = 'milestone' and m.target = d.target and m.external_ref = d.external_ref
left join odoo_seed.shadow_tasks as t
    on d.kind = 'task' and t.target = d.target and t.external_ref = d.external_ref
where not exists (
    select from odoo_seed.v_closed_projects as c
    where c.target = d.target
    and c.external_ref = coalesce(m.project_external_ref, t.project_external_ref)
);

create or replace view odoo_seed.v_name_drift with (security_invoker = true) as
select
    target, kind, external_ref, seed_value as seed_name, odoo_value as odoo_name, odoo_id,
    source_path, source_line
from odoo_seed.v_field_drift
where field = 'name';

comment on view odoo_seed.v_field_drift is
    'Every managed field in which Odoo differs from the seed, but for what is left alone.';
comment on view odoo_seed.v_missing_in_odoo is
    'In the seed, not in Odoo, and not of a closed period. seen_at NULL: Odoo was never read.';
comment on view odoo_seed.v_orphan_in_odoo is
    'In sight in Odoo, not in the seed, and not left alone.';

revoke all on odoo_seed.v_closed_projects from public;
revoke all on odoo_seed.v_field_drift from public;
revoke all on odoo_seed.v_missing_in_odoo from public;
revoke all on odoo_seed.v_orphan_in_odoo from public;

do $$
declare
    role_name text;
    view_name text;
begin
    foreach view_name in array
        array['v_closed_projects', 'v_field_drift', 'v_missing_in_odoo', 'v_orphan_in_odoo']
    loop
        for role_name in
            select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
        loop
            execute format('revoke all on odoo_seed.%I from %I', view_name, role_name);
        end loop;
        if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
            execute format('grant select on odoo_seed.%I to service_role', view_name);
        end if;
    end loop;
end
$$;
