-- Targets in which the bot may still follow tasks that it created: Odoo makes it follow each, and
-- a run lets go of them at its end, which one that was killed did not reach.
create table odoo_seed.following (
    target text primary key,
    since timestamptz not null default now()
);

comment on table odoo_seed.following is
    'Targets in which a run was about to create tasks and has not yet made the bot unfollow them.';

alter table odoo_seed.following enable row level security;

revoke all on odoo_seed.following from public;

do $$
declare
    role_name text;
begin
    for role_name in
        select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
    loop
        execute format('revoke all on odoo_seed.following from %I', role_name);
    end loop;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant select, insert, update, delete on odoo_seed.following to service_role;
    end if;
end
$$;
