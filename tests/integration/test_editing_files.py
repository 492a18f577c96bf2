"""Changes of the seed folder on disk: all files or none, and nothing outside of it."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from odoo_seed.core.model import Project, Seed, Task
from odoo_seed.edges.seed_files.editing import SeedEditor, saving
from odoo_seed.edges.seed_files.editing.files import EditedFile
from odoo_seed.edges.seed_files.folder import SeedFolder
from odoo_seed.errors import InvalidSeedError, SeedEditError

REPOSITORY = Path(__file__).resolve().parents[2]
A = "projects:\n  - external_ref: A\n    name: One  # first\n    company_name: ACME\n"
B = A.replace("A\n", "B\n").replace("One", "Two")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "seed"
    (root / "projects").mkdir(parents=True)
    (root / "projects/A.yaml").write_text(A)
    (root / "projects/B.yaml").write_text(B)
    return root


def state(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def renamed(seed: Seed, *more: Project) -> Seed:
    projects = tuple(replace(item, name=f"{item.name}!") for item in seed.projects)
    return replace(seed, projects=(*projects, *more))


def test_the_files_are_saved_with_their_modes_and_new_ones_beside_them(folder: Path):
    (folder / "projects/A.yaml").chmod(0o640)
    editor = SeedEditor(folder)

    edits = editor.edit(renamed(editor.current().seed, Project("C", "Three", "ACME")))

    assert state(folder) == {"projects/A.yaml": A.encode(), "projects/B.yaml": B.encode()}
    assert [edit.before is None for edit in edits] == [False, False, True]
    editor.save()
    assert state(folder) == {
        "projects/A.yaml": A.replace("One", "One!").encode(),
        "projects/B.yaml": B.replace("Two", "Two!").encode(),
        "projects/C.yaml": edits[2].after,
    }
    assert (folder / "projects/A.yaml").stat().st_mode & 0o777 == 0o640
    assert (folder / "projects/C.yaml").stat().st_mode & 0o777 == 0o666 & ~_mask()


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_file_without_changes_is_not_touched(folder: Path):
    def written() -> tuple[int, int]:  # not when it was read: the editor does read it
        stat = (folder / "projects/B.yaml").stat()
        return stat.st_ino, stat.st_ctime_ns

    editor, before = SeedEditor(folder), written()
    seed = editor.current().seed

    assert list(editor.edit(seed)) == []
    edits = editor.edit(replace(seed, tasks=(Task("T", "A", "New"),)))
    editor.save()

    assert [Path(edit.path).name for edit in edits] == ["A.yaml"]
    assert written() == before


def test_when_one_file_cannot_be_saved_none_is(folder: Path, monkeypatch: pytest.MonkeyPatch):
    editor = SeedEditor(folder)
    editor.edit(renamed(editor.current().seed, Project("C", "Three", "ACME")))
    before = state(folder)
    put, done = saving._put, []

    def fails_at_the_last(item: saving._Staged) -> None:
        done.append(item)
        if len(done) == 3:
            raise OSError(28, "No space left on device")
        put(item)

    monkeypatch.setattr(saving, "_put", fails_at_the_last)
    with pytest.raises(SeedEditError, match=r"no space left on device\. No file was changed"):
        editor.save()

    assert state(folder) == before


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_an_interruption_leaves_every_file_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, interruption: type[BaseException]
):
    editor = SeedEditor(folder)
    editor.edit(renamed(editor.current().seed))
    before = state(folder)
    put, done = saving._put, []

    def interrupted(item: saving._Staged) -> None:
        put(item)
        done.append(item)
        if len(done) == 2:
            raise interruption

    monkeypatch.setattr(saving, "_put", interrupted)
    with pytest.raises(interruption):
        editor.save()

    assert state(folder) == before


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(folder: Path):
    editor = SeedEditor(folder)
    editor.edit(renamed(editor.current().seed))
    (folder / "projects/B.yaml").write_text(B + "# mine\n")
    before = state(folder)

    with pytest.raises(SeedEditError, match=r"Somebody changed .*B\.yaml meanwhile"):
        editor.save()

    assert state(folder) == before


def test_a_new_file_never_replaces_one_that_came_meanwhile(folder: Path):
    editor = SeedEditor(folder)
    editor.edit(renamed(editor.current().seed, Project("C", "Three", "ACME")))
    (folder / "projects/C.yaml").symlink_to("/etc/hosts")
    before = state(folder)

    with pytest.raises(SeedEditError, match=r"C\.yaml cannot be written"):
        editor.save()

    assert state(folder) == before


def test_a_file_system_without_second_names_is_enough(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    editor = SeedEditor(folder)
    editor.edit(renamed(editor.current().seed, Project("C", "Three", "ACME")))
    editor.save()

    assert list(state(folder)) == [f"projects/{name}.yaml" for name in "ABC"]
    assert [item.name for item in editor.current().seed.projects] == ["One!", "Two!", "Three"]


def test_a_folder_that_is_a_link_is_not_written_to(folder: Path, tmp_path: Path):
    shutil.rmtree(folder / "projects")
    (tmp_path / "elsewhere").mkdir()
    (folder / "projects").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InvalidSeedError, match="1 problem") as caught:
        SeedEditor(folder).edit(Seed(projects=(Project("C", "Three", "ACME"),)))

    assert "this folder is a link" in caught.value.details[0]

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_records_that_break_a_rule_are_not_written(folder: Path):
    editor = SeedEditor(folder)
    task = Task("T", "A", "New", depends_on_refs=("NONE",))

    with pytest.raises(InvalidSeedError) as caught:
        editor.edit(replace(editor.current().seed, tasks=(task,)))

    assert any("A.yaml" in line and "NONE" in line for line in caught.value.details)


def test_a_folder_is_made_where_there_is_none(tmp_path: Path):
    editor = SeedEditor(tmp_path / "new/seed")
    wanted = Seed(projects=(Project("C", "Three", "ACME"),))

    assert editor.current().seed == Seed()
    editor.edit(wanted)
    editor.save()

    content = SeedFolder(tmp_path / "new/seed").read().content
    assert content is not None
    assert content.seed == wanted


def test_a_folder_with_a_policy_alone_takes_the_first_project(tmp_path: Path):
    (tmp_path / "policy.yaml").write_text("policy: {time_zone: Asia/Tokyo}\n")
    editor = SeedEditor(tmp_path)

    assert editor.current().policy.time_zone == "Asia/Tokyo"
    editor.edit(Seed(projects=(Project("C", "Three", "ACME"),)))
    editor.save()

    assert len(editor.current().seed.projects) == 1


def test_one_line_of_the_repository_s_own_seed_changes(tmp_path: Path):
    root = tmp_path / "seed"
    shutil.copytree(REPOSITORY / "supabase/seed/odoo", root)
    before = state(root)
    editor = SeedEditor(root)
    seed = editor.current().seed
    task = next(task for task in seed.tasks if task.source and not task.source.instance)
    renamed_task = replace(task, name=f"{task.name} again")

    editor.edit(replace(seed, tasks=tuple(renamed_task if t is task else t for t in seed.tasks)))
    editor.save()

    after = state(root)
    changed = [name for name in before if before[name] != after[name]]
    assert len(changed) == 1
    old, new = before[changed[0]].splitlines(), after[changed[0]].splitlines()
    differing = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    assert [two for _, two in differing] == [one + b" again" for one, _ in differing[:1]]


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A folder whose records templates make; one task is otherwise already."""
    root = tmp_path / "templates"
    shutil.copytree(REPOSITORY / "tests/examples/valid/templates", root)
    (root / "expected.txt").unlink(missing_ok=True)
    return root


def made(editor: SeedEditor) -> tuple[Seed, list[Task]]:
    seed = editor.current().seed
    tasks = [task for task in seed.tasks if task.source and task.source.instance]
    return seed, tasks


def with_task(seed: Seed, old: Task, **values: object) -> Seed:
    new = replace(old, **values)  # type: ignore[arg-type]  # a task's attributes
    return replace(seed, tasks=tuple(new if task is old else task for task in seed.tasks))


def test_what_a_template_made_is_changed_under_overrides(templates: Path):
    before = state(templates)
    editor = SeedEditor(templates)
    seed, tasks = made(editor)
    task = next(task for task in tasks if task.source and not task.source.override)

    editor.edit(with_task(seed, task, name="Another name", assignee_emails=("new@example.com",)))
    editor.save()

    after = state(templates)
    assert list(after) == list(before)
    old, new = before["seed.yaml"].splitlines(), after["seed.yaml"].splitlines()
    assert [line for line in old if line not in new] == []
    assert [line.strip() for line in new if line not in old] == [
        f"- external_ref: {task.external_ref}".encode(),
        b"name: Another name",
        b"assignee_email: new@example.com",
    ]
    again = next(t for t in editor.current().seed.tasks if t.external_ref == task.external_ref)
    assert (again.name, again.assignee_emails) == ("Another name", ("new@example.com",))


def test_an_override_that_is_there_is_changed(templates: Path):
    editor = SeedEditor(templates)
    seed, tasks = made(editor)
    task = next(task for task in tasks if task.source and task.source.override)
    entries = (templates / "seed.yaml").read_text().count("external_ref: " + task.external_ref)

    editor.edit(with_task(seed, task, planned_hours=77.0))
    editor.save()

    text = (templates / "seed.yaml").read_text()
    assert text.count("external_ref: " + task.external_ref) == entries
    assert "planned_hours: 77" in text


def test_what_only_the_template_can_say_is_refused_with_its_line(templates: Path):
    editor = SeedEditor(templates)
    seed, tasks = made(editor)
    project = next(item for item in seed.projects if item.source and item.source.instance)
    others = tuple(item for item in seed.projects if item is not project)
    here = r"seed\.yaml:\d+: "

    renamed_project = replace(project, name="Another")
    with pytest.raises(SeedEditError, match=here + r"project .*: name cannot be changed"):
        editor.edit(replace(seed, projects=(renamed_project, *others)))
    with pytest.raises(SeedEditError, match=here + r"task .*: deadline cannot be changed"):
        editor.edit(with_task(seed, tasks[0], deadline=None))
    with pytest.raises(SeedEditError, match=here + r"task .* cannot be removed"):
        editor.edit(replace(seed, tasks=tuple(t for t in seed.tasks if t is not tasks[0])))
    new = Task("NEW", project.external_ref, "New")
    with pytest.raises(SeedEditError, match=here + r"task NEW: cannot be added"):
        editor.edit(replace(seed, tasks=(*seed.tasks, new)))


def test_no_task_moves_into_what_a_template_makes(templates: Path):
    (templates / "own.yaml").write_text(
        A + "    tasks:\n      - external_ref: OWN\n        name: Own\n"
    )
    before = state(templates)
    editor = SeedEditor(templates)
    seed, tasks = made(editor)
    own = next(task for task in seed.tasks if task.external_ref == "OWN")

    with pytest.raises(SeedEditError, match=r"seed\.yaml:\d+: task OWN: cannot be added"):
        editor.edit(with_task(seed, own, project_external_ref=tasks[0].project_external_ref))

    assert state(templates) == before


def test_a_task_moves_with_its_subtasks_to_the_file_of_another_project(folder: Path):
    tasks = """\
    tasks:
      - external_ref: T1
        name: One
      # the second
      - external_ref: T2
        name: Two  # two
        tasks: [{external_ref: T3, name: Three}]  # three
"""
    (folder / "projects/A.yaml").write_text(A + tasks)
    editor = SeedEditor(folder)
    seed = editor.current().seed
    moved = tuple(
        task if task.external_ref == "T1" else replace(task, project_external_ref="B")
        for task in seed.tasks
    )

    editor.edit(replace(seed, tasks=moved))
    editor.save()

    lines = tasks.splitlines(keepends=True)
    assert state(folder) == {
        "projects/A.yaml": "".join([A, *lines[:4]]).encode(),
        "projects/B.yaml": "".join([B, lines[0], *lines[4:]]).encode(),
    }


def test_a_move_into_brackets_changes_no_file(folder: Path):
    (folder / "projects/A.yaml").write_text(A + "    tasks: [{external_ref: T1, name: One}]\n")
    (folder / "projects/B.yaml").write_text(
        B + "    tasks:\n      - external_ref: T2\n        name: Two\n"
    )
    before = state(folder)
    editor = SeedEditor(folder)
    seed = editor.current().seed

    with pytest.raises(SeedEditError, match=r"B\.yaml:6: task T2 .*No file was changed") as caught:
        editor.edit(with_task(seed, seed.tasks[1], project_external_ref="A"))
    editor.save()

    assert "by hand" in caught.value.remedy
    assert state(folder) == before


def test_a_new_file_has_the_schema_line_of_its_neighbours(folder: Path):
    line = "# yaml-language-server: $schema=../seed.schema.json\n"
    (folder / "projects/B.yaml").write_text(line + "# Of the second team\n" + B)
    editor = SeedEditor(folder)

    edits = editor.edit(
        replace(
            editor.current().seed,
            projects=(*editor.current().seed.projects, Project("C", "Three", "ACME")),
        )
    )

    assert [edit.after.decode() for edit in edits] == [
        line + "projects:\n  - external_ref: C\n    name: Three\n    company_name: ACME\n"
    ]


def test_a_new_project_takes_no_file_that_holds_something_else(folder: Path):
    (folder / "projects/B.yaml").rename(folder / "projects/C.yaml")
    editor = SeedEditor(folder)
    seed = editor.current().seed

    with pytest.raises(SeedEditError, match=r"C\.yaml is there already"):
        editor.edit(renamed(seed, Project("C", "Three", "ACME")))


def test_what_no_change_of_the_text_can_say_is_refused_and_named(folder: Path):
    (folder / "projects/A.yaml").write_text(
        A + "    milestones:\n      - {external_ref: M, name: End}\n"
    )
    before = state(folder)
    editor = SeedEditor(folder)
    seed = renamed(editor.current().seed)
    elsewhere = replace(seed.milestones[0], project_external_ref="B")

    with pytest.raises(SeedEditError, match=r"milestone M \(.*A\.yaml:6.*No file was changed"):
        editor.edit(replace(seed, milestones=(elsewhere,)))

    assert state(folder) == before


def test_a_file_that_is_too_large_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("odoo_seed.edges.seed_files.listing.MAX_BYTES", 10)

    with pytest.raises(InvalidSeedError) as caught:
        SeedEditor(folder).current()

    assert "projects/A.yaml:1:1: the file has" in caught.value.details[0]


def test_a_file_that_would_hold_more_than_is_read_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("odoo_seed.edges.seed_files.yaml_events.MAX_VALUES", 3)

    with pytest.raises(SeedEditError, match="more than 3 values"):
        EditedFile(tmp_path / "x.yaml", "x.yaml", None, "projects: [a, b, c, d]\n").pointers()
