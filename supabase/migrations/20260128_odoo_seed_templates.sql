-- What a template made: for which template, period and company, and why a task is due on its day.
alter table odoo_seed.projects add column instance jsonb;

alter table odoo_seed.tasks
    add column instance jsonb,
    add column due jsonb;

comment on column odoo_seed.projects.instance is
    'What a template made the project for: {template, period, company, closed}. NULL: it stands in '
    'the YAML as it is.';
comment on column odoo_seed.tasks.instance is
    'What a template made the task for, as in projects; the period may be a month of a year.';
comment on column odoo_seed.tasks.due is
    'How a template counted the deadline: {calendar, base, shift, working_days}. NULL: the YAML '
    'names the day.';

alter table odoo_seed.policy add column calendars jsonb not null default '[]';

comment on column odoo_seed.policy.calendars is
    'The calendars of the YAML, in which the deadlines of templates were counted.';
