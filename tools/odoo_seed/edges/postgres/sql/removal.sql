-- What `remove-schema` drops.

-- has_schema --
select to_regnamespace('odoo_seed') is not null, to_regclass('supabase_migrations.schema_migrations')
is not null

-- relations --
select c.relname, c.relkind in ('v', 'm')
from pg_catalog.pg_class as c
where c.relnamespace = to_regnamespace('odoo_seed') and c.relkind in ('r', 'p', 'v', 'm')
order by c.relname collate "C"

-- with_target --
select a.attrelid::regclass::text
from pg_catalog.pg_attribute as a
join pg_catalog.pg_class as c on c.oid = a.attrelid
where c.relnamespace = to_regnamespace('odoo_seed') and c.relkind = 'r' and a.attname = 'target'

-- outside --
-- Views of other schemas that read ours: they go with it.
select distinct c.oid::regclass::text
from pg_catalog.pg_class as c
join pg_catalog.pg_rewrite as r on r.ev_class = c.oid
join pg_catalog.pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
join pg_catalog.pg_class as ours on d.refclassid = 'pg_class'::regclass and d.refobjid = ours.oid
where ours.relnamespace = to_regnamespace('odoo_seed')
and c.relnamespace <> to_regnamespace('odoo_seed')
order by 1

-- recorded --
select version
from supabase_migrations.schema_migrations
where version = any(%(versions)s) and (name is null or name = any(%(names)s))
order by version

-- patience --
set local lock_timeout = '10s'

-- drop --
drop schema if exists odoo_seed cascade

-- drop_queue --
drop schema if exists procrastinate cascade

-- forget --
delete from supabase_migrations.schema_migrations where version = any(%(versions)s)
