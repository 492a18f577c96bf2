-- Bindings of projects. Not asked one by one where there is none at all.

-- resolve --
select
    p.external_ref, c.target, c.odoo_database, c.company_name, c.partner_name,
    c.analytic_account_name
from unnest(%(refs)s::text[], %(tenants)s::text[], %(accounts)s::text[])
    as p (external_ref, tenant, account)
cross join lateral ops.resolve_odoo_context(
    p.tenant, p.account, p.external_ref, %(environment)s
) as c
where exists (select from ops.odoo_bindings)
and num_nonnulls(
    c.target, c.odoo_database, c.company_name, c.partner_name, c.analytic_account_name
) > 0
