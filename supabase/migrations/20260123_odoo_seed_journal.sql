-- What a run is about to create in Odoo, so that the next one knows when this one was killed; and
-- which run holds a target's lock.

create table odoo_seed.intents (
    target text not null,
    line int not null,
    kind text not null check (kind in ('tag', 'stage', 'project', 'milestone', 'task')),
    refs jsonb not null check (jsonb_typeof(refs) = 'array'),
    run_id uuid,
    sent_at timestamptz not null default now(),
    primary key (target, line)
);

comment on table odoo_seed.intents is
    'Creates on their way to Odoo: one row a connection, written before the call is sent. Empty '
    'when no seed runs, unless one was killed.';
comment on column odoo_seed.intents.line is 'Number of the connection within its run, from 0.';
comment on column odoo_seed.intents.refs is
    'Array of refs; of tags their names, of stages project ref/name.';

alter table odoo_seed.locks add column run_id uuid;

comment on column odoo_seed.locks.run_id is 'The run that the holder has begun.';

alter table odoo_seed.intents enable row level security;

revoke all on odoo_seed.intents from public;

do $$
declare
    role_name text;
begin
    for role_name in
        select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
    loop
        execute format('revoke all on odoo_seed.intents from %I', role_name);
    end loop;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant select, insert, update, delete on odoo_seed.intents to service_role;
    end if;
end
$$;
