-- Who we are in each target, so that not every run has to log in first: Odoo checks a password
-- slowly on purpose, and the older protocols want the id with every call. Never a secret.
create table odoo_seed.logins (
    target text primary key,
    odoo_url text not null,
    odoo_database text not null,
    odoo_user text not null,
    odoo_uid int not null
);

comment on table odoo_seed.logins is
    'The id of ODOO_USER in each target, to save a call. A guess: Odoo is still asked, and a wrong '
    'one costs a login.';

alter table odoo_seed.logins enable row level security;
revoke all on odoo_seed.logins from public;

do $$
declare
    role_name text;
begin
    for role_name in
        select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
    loop
        execute format('revoke all on odoo_seed.logins from %I', role_name);
    end loop;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant select, insert, update, delete on odoo_seed.logins to service_role;
    end if;
end
$$;
