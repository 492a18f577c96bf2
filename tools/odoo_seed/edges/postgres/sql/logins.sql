-- Ids of ODOO_USER, remembered from one run to the next.

-- read --
select odoo_uid
from odoo_seed.logins
where target = %(target)s and odoo_url = %(url)s and odoo_database = %(database)s
and odoo_user = %(user)s

-- save --
insert into odoo_seed.logins (target, odoo_url, odoo_database, odoo_user, odoo_uid)
values (%(target)s, %(url)s, %(database)s, %(user)s, %(uid)s)
on conflict (target) do update set
    odoo_url = excluded.odoo_url, odoo_database = excluded.odoo_database,
    odoo_user = excluded.odoo_user, odoo_uid = excluded.odoo_uid
