-- Reading the seed. Removed rows are no part of it. Order: as in the files, then what came by hand.

-- snapshot --
-- What follows in this transaction sees one state, whatever is loaded meanwhile.
set transaction isolation level repeatable read, read only

-- read_program --
select
    slug, name, program_type, parent_slug, description, active, source_path, source_line,
    source_commit
from odoo_seed.programs
where removed_at is null
order by source_path collate "C" nulls last, source_line, slug collate "C"

-- read_project --
select
    external_ref, program_slug, name, company_name, description, manager_email, visibility,
    allow_dependencies, date_start, date_end, stages, tag_names, is_active, sync_enabled,
    protected, previous_refs, tenant, account, instance, source_path, source_line, source_commit
from odoo_seed.projects
where removed_at is null
order by source_path collate "C" nulls last, source_line, external_ref collate "C"

-- read_milestone --
select
    external_ref, project_external_ref, name, deadline, source_path, source_line, source_commit
from odoo_seed.milestones
where removed_at is null
order by source_path collate "C" nulls last, source_line, external_ref collate "C"

-- read_task --
select
    external_ref, project_external_ref, name, description, stage_name, tag_names, assignee_email,
    assignee_emails, depends_on_refs, parent_external_ref, milestone_external_ref, deadline,
    planned_hours, sequence, priority, is_active, protected, previous_refs, instance,
    due, source_path, source_line, source_commit
from odoo_seed.tasks
where removed_at is null
order by source_path collate "C" nulls last, source_line, external_ref collate "C"

-- read_policy --
select policy, calendars from odoo_seed.policy
