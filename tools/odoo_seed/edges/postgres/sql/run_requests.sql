-- Runs that were asked for. Asking and answering are functions of the database, since Edge
-- Functions call them too.

-- ask --
select odoo_seed.request_run(
    action => %(action)s, target => %(target)s, projects => %(projects)s,
    dry_run => %(dry_run)s, idempotency_key => %(idempotency_key)s,
    requested_by => %(requested_by)s, in_line => %(in_line)s
)

-- answer --
select odoo_seed.run_answer(%(id)s::uuid)

-- newest --
select odoo_seed.run_answer(r.id)
from odoo_seed.run_requests as r
where %(target)s::text is null or r.target = %(target)s
order by r.created_at desc, r.id
limit %(limit)s

-- begin --
update odoo_seed.run_requests
set status = 'running', started_at = coalesce(started_at, now()), attempts = attempts + 1,
    trouble = null
where id = %(id)s::uuid and status <> 'done'
returning id::text as request_id, action, target, projects, dry_run, requested_by,
    attempts as attempt, extract(epoch from now() - started_at)::float8 as age

-- finish --
-- Whoever began it last has the last word.
update odoo_seed.run_requests
set status = 'done', http_status = %(http_status)s, answer = %(answer)s, run_id = %(run_id)s,
    calls = calls + %(calls)s, finished_at = now()
where id = %(id)s::uuid and attempts = %(attempt)s and status = 'running'
returning id

-- put_off --
update odoo_seed.run_requests
set status = 'queued', trouble = %(trouble)s, calls = calls + %(calls)s
where id = %(id)s::uuid and attempts = %(attempt)s and status = 'running'

-- is_open --
select id from odoo_seed.run_requests
where target = %(target)s and action = %(action)s and status <> 'done'
limit 1

-- clock --
select now(), (select policy ->> 'time_zone' from odoo_seed.policy)

-- prune --
select odoo_seed.prune_run_requests()

-- take_over --
select odoo_seed.take_over_runs(%(seconds)s)
