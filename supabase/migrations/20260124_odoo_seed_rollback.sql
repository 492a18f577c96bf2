-- Targets that are not seeded for now, and which run another one took back.

create table odoo_seed.stops (
    target text primary key,
    stopped_by text not null,
    reason text not null,
    stopped_at timestamptz not null default now()
);

comment on table odoo_seed.stops is
    'Targets that `seed` refuses to write to until `resume`: who stopped it, when and why.';

alter table odoo_seed.sync_runs
    add column reverses uuid references odoo_seed.sync_runs (run_id) on delete set null;

comment on column odoo_seed.sync_runs.reverses is 'Of a rollback: the run that it took back.';

create index sync_runs_reverses_idx on odoo_seed.sync_runs (reverses) where reverses is not null;

alter table odoo_seed.stops enable row level security;

revoke all on odoo_seed.stops from public;

do $$
declare
    role_name text;
begin
    for role_name in
        select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
    loop
        execute format('revoke all on odoo_seed.stops from %I', role_name);
    end loop;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant select, insert, update, delete on odoo_seed.stops to service_role;
    end if;
end
$$;
