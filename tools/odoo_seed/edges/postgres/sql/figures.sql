-- What happened so far, in figures.

-- runs --
select target, verb, status, trigger, count(*), extract(epoch from max(finished_at))::float8
from odoo_seed.sync_runs
group by target, verb, status, trigger

-- durations --
select target, verb, width_bucket(seconds, %(buckets)s::float8[]) as bucket, count(*), sum(seconds)
from (
    select target, verb, extract(epoch from finished_at - started_at)::float8 as seconds
    from odoo_seed.sync_runs
    where finished_at is not null
) as run
group by target, verb, bucket

-- records --
select r.target, r.verb, counted.key, sum(counted.value::bigint)::bigint
from odoo_seed.sync_runs as r
cross join lateral jsonb_each_text(r.counts) as counted
where r.verb in ('seed', 'rollback')
and counted.key in ('created', 'updated', 'archived', 'failed', 'blocked')
group by r.target, r.verb, counted.key

-- requests --
select target, action, status, http_status, count(*), sum(calls)::bigint
from odoo_seed.run_requests
group by target, action, status, http_status

-- drift --
-- Nothing of a target whose newest comparison could say nothing: 0 would be a lie.
select newest.target, finding.name, coalesce((newest.counts ->> finding.name)::bigint, 0)
from (
    select distinct on (target) target, counts, error
    from odoo_seed.sync_runs
    where verb = 'verify' and finished_at is not null
    order by target, started_at desc
) as newest
cross join (values ('missing'), ('drift'), ('orphan')) as finding (name)
where newest.error is null
