{
    "name": "odoo-seed: External Reference",
    "summary": "A unique external reference on projects and tasks",
    # Without the series in front, so that Odoo itself makes it 18.0.1.0.0 or 19.0.1.0.0: Odoo 19
    # refuses a version that begins with 18.0, and the manifest of one folder has but one version.
    "version": "1.0.0",
    "license": "LGPL-3",
    "author": "odoo-seed contributors",
    "category": "Services/Project",
    "depends": ["project"],
    "data": ["views/project_project.xml", "views/project_task.xml"],
    "pre_init_hook": "take_over",
    "uninstall_hook": "hand_back",
    "installable": True,
}
