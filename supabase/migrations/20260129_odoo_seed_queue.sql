-- Runs that were asked for, from wherever, and the queue that workers take them from.
--
-- First the schema of procrastinate 3.10.0 (MIT, https://procrastinate.readthedocs.io), in a schema
-- of its own: its file sql/schema.sql with every name qualified and every search_path empty, so
-- that it works over a pooler too. A later version of it comes with a migration of its own.

create schema procrastinate;

comment on schema procrastinate is 'The queue: jobs, and the workers that are at work.';

-- Enums

CREATE TYPE procrastinate.procrastinate_job_status AS ENUM (
    'todo',  -- The job is queued
    'doing',  -- The job has been fetched by a worker
    'succeeded',  -- The job ended successfully
    'failed',  -- The job ended with an error
    'cancelled', -- The job was cancelled
    'aborting',  -- legacy, not used anymore since v3.0.0
    'aborted'  -- The job was aborted
);

CREATE TYPE procrastinate.procrastinate_job_event_type AS ENUM (
    'deferred',  -- Job created, in todo
    'started',  -- todo -> doing
    'deferred_for_retry',  -- doing -> todo
    'failed',  -- doing -> failed
    'succeeded',  -- doing -> succeeded
    'cancelled', -- todo -> cancelled
    'abort_requested', -- not a state transition, but set in a separate field
    'aborted', -- doing -> aborted (only allowed when abort_requested field is set)
    'scheduled', -- not a state transition, but recording when a task is scheduled for
    'retried' -- Manually retried failed job
);

-- Composite Types

CREATE TYPE procrastinate.procrastinate_job_to_defer_v1 AS (
    queue_name character varying,
    task_name character varying,
    priority integer,
    lock text,
    queueing_lock text,
    args jsonb,
    scheduled_at timestamp with time zone
);

-- Tables

CREATE TABLE procrastinate.procrastinate_workers(
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    last_heartbeat timestamp with time zone NOT NULL DEFAULT NOW()
);

CREATE TABLE procrastinate.procrastinate_jobs (
    id bigserial PRIMARY KEY,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    lock text,
    queueing_lock text,
    args jsonb DEFAULT '{}' NOT NULL,
    status procrastinate.procrastinate_job_status DEFAULT 'todo'::procrastinate.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone NULL,
    attempts integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint REFERENCES procrastinate.procrastinate_workers(id) ON DELETE SET NULL,
    CONSTRAINT check_not_todo_abort_requested CHECK (NOT (status = 'todo' AND abort_requested = true))
);

CREATE TABLE procrastinate.procrastinate_periodic_defers (
    id bigserial PRIMARY KEY,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint REFERENCES procrastinate.procrastinate_jobs(id) NULL,
    periodic_id character varying(128) NOT NULL DEFAULT '',
    CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp)
);

CREATE TABLE procrastinate.procrastinate_events (
    id bigserial PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES procrastinate.procrastinate_jobs ON DELETE CASCADE,
    type procrastinate.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT NOW() NULL
);

-- Constraints & Indices

-- this prevents from having several jobs with the same queueing lock in the "todo" state
CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON procrastinate.procrastinate_jobs (queueing_lock) WHERE status = 'todo';
-- this prevents from having several jobs with the same lock in the "doing" state
CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON procrastinate.procrastinate_jobs (lock) WHERE status = 'doing';

-- Index for select_stalled_jobs_by_heartbeat query
CREATE INDEX idx_procrastinate_jobs_worker_not_null ON procrastinate.procrastinate_jobs(worker_id) WHERE worker_id IS NOT NULL AND status = 'doing'::procrastinate.procrastinate_job_status;

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON procrastinate.procrastinate_jobs(queue_name);
CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON procrastinate.procrastinate_jobs (id, lock) WHERE status = ANY (ARRAY['todo'::procrastinate.procrastinate_job_status, 'doing'::procrastinate.procrastinate_job_status]);
CREATE INDEX procrastinate_jobs_priority_idx_v1 ON procrastinate.procrastinate_jobs(priority desc, id asc) WHERE (status = 'todo'::procrastinate.procrastinate_job_status);

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON procrastinate.procrastinate_events(job_id);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON procrastinate.procrastinate_periodic_defers(job_id);

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON procrastinate.procrastinate_workers(last_heartbeat);

-- Functions
CREATE FUNCTION procrastinate.procrastinate_defer_jobs_v1(
    jobs procrastinate.procrastinate_job_to_defer_v1[]
)
    RETURNS bigint[]
    LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate.procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_defer_periodic_job_v2(
    _queue_name character varying,
    _lock character varying,
    _queueing_lock character varying,
    _task_name character varying,
    _priority integer,
    _periodic_id character varying,
    _defer_timestamp bigint,
    _args jsonb
)
    RETURNS bigint
    LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
    _job_id bigint;
    _defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate.procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate.procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate.procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate.procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate.procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate.procrastinate_periodic_defers
            WHERE procrastinate.procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate.procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate.procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate.procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_fetch_job_v2(
    target_queue_names character varying[],
    p_worker_id bigint
)
    RETURNS procrastinate.procrastinate_jobs
    LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
    found_jobs procrastinate.procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate.procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate.procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate.procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate.procrastinate_jobs.id = candidate.id
        RETURNING procrastinate.procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_finish_job_v1(job_id bigint, end_status procrastinate.procrastinate_job_status, delete_job boolean)
    RETURNS void
    LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate.procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate.procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean)
    RETURNS bigint
    LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate.procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate.procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate.procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate.procrastinate_jobs
            SET status = 'cancelled'::procrastinate.procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_retry_job_v1(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
) RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate.procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate.procrastinate_jobs
        SET status = 'failed'::procrastinate.procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate.procrastinate_jobs
        SET status = 'todo'::procrastinate.procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_retry_job_v2(
    job_id bigint,
    retry_at timestamp with time zone,
    new_priority integer,
    new_queue_name character varying,
    new_lock character varying
) RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate.procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate.procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate.procrastinate_jobs
        SET status = 'failed'::procrastinate.procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate.procrastinate_jobs
        SET status = 'todo'::procrastinate.procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION procrastinate.procrastinate_notify_queue_job_inserted_v1()
    RETURNS trigger
    LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
    PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
    PERFORM pg_notify('procrastinate_any_queue_v1', payload);
    RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_notify_queue_abort_job_v1()
RETURNS trigger
    LANGUAGE plpgsql
SET search_path = ''
AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
    PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
    PERFORM pg_notify('procrastinate_any_queue_v1', payload);
    RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_trigger_function_status_events_insert_v1()
    RETURNS trigger
    LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    INSERT INTO procrastinate.procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate.procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_trigger_function_status_events_update_v1()
    RETURNS trigger
    LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate.procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate.procrastinate_job_status
                THEN 'started'::procrastinate.procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate.procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate.procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate.procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate.procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate.procrastinate_job_status
                THEN 'failed'::procrastinate.procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate.procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate.procrastinate_job_status
                THEN 'succeeded'::procrastinate.procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate.procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate.procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate.procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate.procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate.procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate.procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate.procrastinate_job_status
                THEN 'aborted'::procrastinate.procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate.procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate.procrastinate_job_status
                THEN 'retried'::procrastinate.procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate.procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
    RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_trigger_function_scheduled_events_v1()
    RETURNS trigger
    LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    INSERT INTO procrastinate.procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate.procrastinate_job_event_type, NEW.scheduled_at);

    RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_trigger_abort_requested_events_procedure_v1()
    RETURNS trigger
    LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    INSERT INTO procrastinate.procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate.procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_unlink_periodic_defers_v1()
    RETURNS trigger
    LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    UPDATE procrastinate.procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_register_worker_v1()
    RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate.procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate.procrastinate_workers.id;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_unregister_worker_v1(worker_id bigint)
    RETURNS void
    LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    DELETE FROM procrastinate.procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_update_heartbeat_v1(worker_id bigint)
    RETURNS void
    LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    UPDATE procrastinate.procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION procrastinate.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat float)
    RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
SET search_path = ''
AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate.procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate.procrastinate_workers.id;
END;
$$;

-- Triggers

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1
    AFTER INSERT ON procrastinate.procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate.procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1
    AFTER UPDATE OF abort_requested ON procrastinate.procrastinate_jobs
    FOR EACH ROW WHEN ((old.abort_requested = false AND new.abort_requested = true AND new.status = 'doing'::procrastinate.procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1
    AFTER UPDATE OF status ON procrastinate.procrastinate_jobs
    FOR EACH ROW
    EXECUTE PROCEDURE procrastinate.procrastinate_trigger_function_status_events_update_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1
    AFTER INSERT ON procrastinate.procrastinate_jobs
    FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate.procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1
    AFTER UPDATE OR INSERT ON procrastinate.procrastinate_jobs
    FOR EACH ROW WHEN ((new.scheduled_at IS NOT NULL AND new.status = 'todo'::procrastinate.procrastinate_job_status))
    EXECUTE PROCEDURE procrastinate.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1
    AFTER UPDATE OF abort_requested ON procrastinate.procrastinate_jobs
    FOR EACH ROW WHEN ((new.abort_requested = true))
    EXECUTE PROCEDURE procrastinate.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1
    BEFORE DELETE ON procrastinate.procrastinate_jobs
    FOR EACH ROW EXECUTE PROCEDURE procrastinate.procrastinate_unlink_periodic_defers_v1();


-- What was asked for ------------------------------------------------------------------------------

create table odoo_seed.run_requests (
    id uuid primary key default gen_random_uuid(),
    action text not null check (action in ('seed', 'shadow', 'both', 'drift')),
    -- The queue is called like the target, and Postgres wants names of channels below 64 bytes.
    target text not null default 'default' check (target ~ '^[A-Za-z][A-Za-z0-9_-]{0,39}$'),
    projects text[] check (cardinality(projects) > 0 and array_position(projects, null) is null),
    dry_run boolean not null default false,
    idempotency_key text unique check (length(idempotency_key) between 1 and 255),
    requested_by text not null check (requested_by <> ''),
    status text not null default 'queued' check (status in ('queued', 'running', 'done')),
    attempts int not null default 0,
    job_id bigint,
    http_status int check (http_status between 200 and 599),
    answer jsonb,
    trouble jsonb,
    calls int not null default 0,
    run_id uuid references odoo_seed.sync_runs (run_id) on delete set null,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    constraint run_requests_done_with_an_answer check (
        (status = 'done') = (answer is not null and http_status is not null)
        and (status = 'done') = (finished_at is not null)
    )
);

create index run_requests_open_idx on odoo_seed.run_requests (target) where status <> 'done';
create index run_requests_newest_idx on odoo_seed.run_requests (created_at desc);
create index run_requests_run_id_idx on odoo_seed.run_requests (run_id) where run_id is not null;

comment on table odoo_seed.run_requests is
    'Runs that were asked for over HTTP, by an Edge Function or by the clock, and their answers.';
comment on column odoo_seed.run_requests.projects is 'Refs of projects; NULL: all.';
comment on column odoo_seed.run_requests.attempts is
    'How often a worker began it: more than once when Odoo could not be reached or a worker died.';
comment on column odoo_seed.run_requests.job_id is 'The queue''s job: procrastinate_jobs.id.';
comment on column odoo_seed.run_requests.answer is 'What whoever asked is told, as JSON.';
comment on column odoo_seed.run_requests.trouble is
    'What the last try met that is to be tried again, as {http_status, answer}: told until then.';
comment on column odoo_seed.run_requests.calls is 'Calls to Odoo, of all tries.';
comment on column odoo_seed.run_requests.run_id is 'The row of the audit log: sync_runs.';

alter table odoo_seed.run_requests enable row level security;


-- Functions ---------------------------------------------------------------------------------------

create function odoo_seed.problem(http_status int, title text, detail text, more jsonb default '{}')
returns jsonb
language sql
immutable
set search_path = ''
as $$
    select jsonb_build_object(
        'http_status', http_status,
        'answer', jsonb_build_object(
            'type', 'about:blank', 'title', title, 'status', http_status, 'detail', detail
        ) || more
    )
$$;

comment on function odoo_seed.problem is
    'An answer that refuses: the HTTP status, and a body as RFC 9457 has it (problem+json).';

create function odoo_seed.defer_run(request_id uuid, target text) returns bigint
language sql
set search_path = ''
as $$
    select unnest(procrastinate.procrastinate_defer_jobs_v1(array[
        row(
            target, 'odoo_seed.run', 0, 'odoo_seed:' || target, null,
            jsonb_build_object('request_id', request_id), null
        )::procrastinate.procrastinate_job_to_defer_v1
    ]))
$$;

comment on function odoo_seed.defer_run is
    'Put a job into the queue of its target, behind those that wait there. Returns the job''s id.';

create function odoo_seed.recorded_run(id uuid) returns jsonb
language sql
stable
set search_path = ''
as $$
    select jsonb_build_object(
        'id', r.run_id,
        'action', r.verb,
        'target', r.target,
        'status', case r.status when 'running' then 'running' else 'done' end,
        'created_at', r.started_at,
        'finished_at', r.finished_at,
        'http_status', case r.status when 'running' then 202 else 200 end,
        'answer', jsonb_strip_nulls(jsonb_build_object(
            'ok', r.status in ('running', 'success'),
            'run_id', r.run_id,
            'status', r.status,
            -- A shadow counts what it mirrored and has no items; the others have no such counts.
            'projects_synced', coalesce((r.counts ->> 'project')::int, i.projects_synced),
            'tasks_synced', coalesce((r.counts ->> 'task')::int, i.tasks_synced),
            'error', r.error,
            'failures', i.failures
        )) || jsonb_build_object(
            'results', jsonb_build_object('projects', coalesce(i.projects, '[]'))
        )
    )
    from odoo_seed.sync_runs as r
    cross join lateral (
        select
            count(*) filter (
                where item.kind = 'project' and item.action not in ('failed', 'blocked', 'missing')
            ) as projects_synced,
            count(*) filter (
                where item.kind = 'task' and item.action not in ('failed', 'blocked', 'missing')
            ) as tasks_synced,
            jsonb_agg(
                jsonb_build_object(
                    'external_ref', item.external_ref, 'odoo_id', item.odoo_id,
                    'action', item.action
                ) order by item.position
            ) filter (where item.kind = 'project') as projects,
            jsonb_agg(
                jsonb_build_object(
                    'kind', item.kind, 'external_ref', item.external_ref,
                    'error', coalesce(item.error, item.action)
                ) order by item.position
            ) filter (where item.action in ('failed', 'blocked')) as failures
        from odoo_seed.sync_run_items as item
        where item.run_id = r.run_id and item.action <> 'left_alone'
    ) as i
    where r.run_id = recorded_run.id
$$;

comment on function odoo_seed.recorded_run is
    'A run of the audit log as run_answer tells it, with those records that it changed or found.';

create function odoo_seed.run_answer(id uuid) returns jsonb
language sql
stable
security definer -- whoever asks needs no right besides this function's
set search_path = ''
as $$
    select coalesce(
        (
            select jsonb_build_object(
                'id', r.id,
                'action', r.action,
                'target', r.target,
                'status', r.status,
                'created_at', r.created_at,
                'finished_at', r.finished_at,
                'http_status', coalesce(
                    r.http_status, (r.trouble ->> 'http_status')::int, 202
                ),
                'answer', coalesce(r.answer, r.trouble -> 'answer', jsonb_build_object(
                    'ok', true,
                    'run_id', r.id,
                    'status', r.status,
                    'projects_synced', 0,
                    'tasks_synced', 0,
                    'results', jsonb_build_object('projects', '[]'::jsonb)
                ))
            )
            from odoo_seed.run_requests as r
            where r.id = run_answer.id or r.run_id = run_answer.id
            order by r.created_at desc
            limit 1
        ),
        odoo_seed.recorded_run(run_answer.id),
        odoo_seed.problem(404, 'No such run', format('There is no run %s.', run_answer.id))
    )
$$;

comment on function odoo_seed.run_answer is
    'How far a run is, by the id of its request or by its run_id, which those of the command line '
    'have too: {id, action, target, status, created_at, finished_at, http_status, answer}; '
    'http_status 202 until it is done, 503 while it waits to be tried again since Odoo could not be '
    'reached; 404 and an answer alone when there is none.';

create function odoo_seed.target_holder(target text) returns jsonb
language sql
stable
set search_path = ''
as $$
    select coalesce(
        (
            select jsonb_build_object(
                'holder', r.requested_by, 'run_id', r.id, 'since', coalesce(r.started_at, r.created_at)
            )
            from odoo_seed.run_requests as r
            where r.target = target_holder.target and r.status <> 'done'
            order by (r.status = 'running') desc, r.created_at
            limit 1
        ),
        (
            -- Of what does not come through here, such as the command line: believed only while
            -- the connection that signed still has the lock.
            select jsonb_build_object(
                'holder', l.holder, 'run_id', l.run_id, 'since', l.taken_at
            )
            from odoo_seed.locks as l
            join pg_catalog.pg_locks as held on held.pid = l.backend_pid
            where l.target = target_holder.target
            and held.locktype = 'advisory'
            and held.granted
            and held.classid::bigint = hashtext('odoo_seed.target')::bigint & 4294967295
            and held.objid::bigint = hashtext(l.target)::bigint & 4294967295
            limit 1
        )
    )
$$;

comment on function odoo_seed.target_holder is
    'Whose run is going on at a target, or was asked for: {holder, run_id, since}; NULL: nobody''s.';

create function odoo_seed.request_run(
    action text,
    target text default 'default',
    projects text[] default null,
    dry_run boolean default false,
    idempotency_key text default null,
    requested_by text default 'sql',
    in_line boolean default false
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
    found odoo_seed.run_requests;
    busy jsonb;
begin
    if request_run.action is null or request_run.action not in ('seed', 'shadow', 'both', 'drift')
    then
        return odoo_seed.problem(
            400, 'Unknown action', 'action is one of seed, shadow, both and drift.'
        );
    end if;
    if request_run.target is null or request_run.target !~ '^[A-Za-z][A-Za-z0-9_-]{0,39}$' then
        return odoo_seed.problem(
            400, 'Not a target',
            'target is a name of up to 40 letters, digits, - and _ that begins with a letter.'
        );
    end if;
    if cardinality(request_run.projects) = 0 or array_position(request_run.projects, null) is not null
    then
        return odoo_seed.problem(
            400, 'No projects', 'projects is a list of external_refs; leave it out to mean all.'
        );
    end if;
    if length(request_run.idempotency_key) not between 1 and 255 then
        return odoo_seed.problem(
            400, 'Not an idempotency key', 'Idempotency-Key has 1 to 255 characters.'
        );
    end if;

    if request_run.idempotency_key is not null then
        perform pg_advisory_xact_lock(
            hashtext('odoo_seed.request_key'), hashtext(request_run.idempotency_key)
        );
        select r.* into found
        from odoo_seed.run_requests as r
        where r.idempotency_key = request_run.idempotency_key;
        if found.id is not null then
            if (found.action, found.target, found.dry_run)
                <> (request_run.action, request_run.target, coalesce(request_run.dry_run, false))
                or found.projects is distinct from request_run.projects
            then
                return odoo_seed.problem(
                    422, 'Idempotency-Key used before',
                    'The same Idempotency-Key came with another request before: take a new one.',
                    jsonb_build_object('run_id', found.id)
                );
            end if;
            return odoo_seed.run_answer(found.id);
        end if;
    end if;

    -- Of several that ask at once, the first is let in and the others see it.
    perform pg_advisory_xact_lock(hashtext('odoo_seed.request'), hashtext(request_run.target));
    if not coalesce(request_run.in_line, false) then
        busy := odoo_seed.target_holder(request_run.target);
        if busy is not null then
            return odoo_seed.problem(
                409, 'A run is going on',
                format(
                    'Target %s is in use by %s since %s.', request_run.target, busy ->> 'holder',
                    to_char(
                        (busy ->> 'since')::timestamptz at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'
                    ) || ' UTC'
                ),
                busy
            );
        end if;
    end if;

    insert into odoo_seed.run_requests (
        action, target, projects, dry_run, idempotency_key, requested_by
    ) values (
        request_run.action, request_run.target, request_run.projects,
        coalesce(request_run.dry_run, false), request_run.idempotency_key,
        coalesce(nullif(request_run.requested_by, ''), 'sql')
    ) returning * into found;
    update odoo_seed.run_requests as r
    set job_id = odoo_seed.defer_run(r.id, r.target)
    where r.id = found.id;
    return odoo_seed.run_answer(found.id);
end
$$;

comment on function odoo_seed.request_run is
    'Ask for a run. Answers like run_answer (202); 400 for what cannot be asked, 409 with holder, '
    'run_id and since while a run is going on at the target or waits for it, 422 for an idempotency '
    'key of another request. The same key again is the same run. in_line: wait behind others, '
    'instead of 409.';

create function odoo_seed.take_over_runs(silent_seconds double precision) returns int
language plpgsql
set search_path = ''
as $$
declare
    taken int := 0;
    stalled record;
begin
    -- A worker that was killed says nothing any more; its job goes to the next one that is free.
    for stalled in
        select j.id
        from procrastinate.procrastinate_jobs as j
        where j.status = 'doing'
        and j.task_name = 'odoo_seed.run'
        and not exists (
            select from procrastinate.procrastinate_workers as w
            where w.id = j.worker_id
            and w.last_heartbeat > clock_timestamp() - make_interval(secs => silent_seconds)
        )
        for update of j skip locked
    loop
        perform procrastinate.procrastinate_retry_job_v2(stalled.id, now(), null, null, null);
        taken := taken + 1;
    end loop;

    -- A request whose job is gone, however that came, gets another.
    for stalled in
        select r.id
        from odoo_seed.run_requests as r
        where r.status <> 'done'
        and not exists (
            select from procrastinate.procrastinate_jobs as j
            where j.id = r.job_id and j.status in ('todo', 'doing')
        )
        for update of r skip locked
    loop
        update odoo_seed.run_requests as r
        set job_id = odoo_seed.defer_run(r.id, r.target)
        where r.id = stalled.id;
        taken := taken + 1;
    end loop;
    return taken;
end
$$;

comment on function odoo_seed.take_over_runs is
    'Put back into the queue what workers left that gave no sign of life for so many seconds. '
    'Returns how many runs.';


-- Who may what ------------------------------------------------------------------------------------

alter table procrastinate.procrastinate_workers enable row level security;
alter table procrastinate.procrastinate_jobs enable row level security;
alter table procrastinate.procrastinate_periodic_defers enable row level security;
alter table procrastinate.procrastinate_events enable row level security;

revoke all on schema procrastinate from public;
revoke all on all tables in schema procrastinate from public;
revoke all on all functions in schema procrastinate from public;
revoke all on odoo_seed.run_requests from public;
revoke all on function odoo_seed.problem(int, text, text, jsonb) from public;
revoke all on function odoo_seed.defer_run(uuid, text) from public;
revoke all on function odoo_seed.recorded_run(uuid) from public;
revoke all on function odoo_seed.run_answer(uuid) from public;
revoke all on function odoo_seed.target_holder(text) from public;
revoke all on function odoo_seed.request_run(text, text, text[], boolean, text, text, boolean)
    from public;
revoke all on function odoo_seed.take_over_runs(double precision) from public;

do $$
declare
    role_name text;
begin
    for role_name in
        select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated')
    loop
        execute format('revoke all on schema procrastinate from %I', role_name);
        execute format('revoke all on all tables in schema procrastinate from %I', role_name);
        execute format('revoke all on all functions in schema procrastinate from %I', role_name);
        execute format('revoke all on odoo_seed.run_requests from %I', role_name);
        execute format('revoke all on all functions in schema odoo_seed from %I', role_name);
    end loop;
    if exists (select from pg_catalog.pg_roles where rolname = 'service_role') then
        grant usage on schema procrastinate to service_role;
        grant select, insert, update, delete on all tables in schema procrastinate to service_role;
        grant usage on all sequences in schema procrastinate to service_role;
        grant execute on all functions in schema procrastinate to service_role;
        grant select, insert, update, delete on odoo_seed.run_requests to service_role;
        grant execute on all functions in schema odoo_seed to service_role;
    end if;
end
$$;
