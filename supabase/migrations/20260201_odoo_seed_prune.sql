-- Requests that are long done are not kept for ever; the audit log (sync_runs) is.

create function odoo_seed.prune_run_requests(older_than interval default '90 days') returns int
language sql
set search_path = ''
as $$
    with pruned as (
        delete from odoo_seed.run_requests as r
        where r.id in (
            select old.id
            from odoo_seed.run_requests as old
            where old.created_at < now() - older_than and old.status = 'done'
            order by old.created_at
            limit 1000
            for update skip locked
        )
        returning 1
    )
    select count(*)::int from pruned
$$;

comment on function odoo_seed.prune_run_requests is
    'Delete up to a thousand requests that were asked for so long ago and are done. Their runs stay '
    'in sync_runs; their idempotency keys are free again. Returns how many. Workers call it.';

revoke all on function odoo_seed.prune_run_requests(interval) from public;

do $$
declare
    role_name text;
begin
    for role_name in
        select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
    loop
        execute format(
            'revoke all on function odoo_seed.prune_run_requests(interval) from %I', role_name
        );
    end loop;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant execute on function odoo_seed.prune_run_requests(interval) to service_role;
    end if;
end
$$;
