"""Drafts to records of the seed: new ones, and what changes in those that are there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from odoo_seed.core.importing.refs import code_of, mark_of
from odoo_seed.core.importing.words import normal
from odoo_seed.core.model import Project, Seed, Task
from odoo_seed.core.parameters import UnknownParameterError, fill
from odoo_seed.core.periods import period_of
from odoo_seed.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from odoo_seed.core.importing.drafts import Draft, DraftStep
    from odoo_seed.core.importing.profile import Profile
    from odoo_seed.core.periods import Period


@dataclass(frozen=True, slots=True)
class Choices:
    """What was asked for; None leaves it to the profile.

    Attributes:
        prefix: Put before the refs of projects, such as ``OMNIA_``.
        period: Of tables that name none.
    """

    company_name: str | None = None
    program_slug: str | None = None
    prefix: str = ""
    period: Period | None = None


@dataclass(slots=True)
class _Known:
    """The seed's tasks of one project: by ref, and by parent and normal name."""

    by_ref: dict[str, Task] = field(default_factory=dict)
    by_name: dict[tuple[str | None, str], list[Task]] = field(default_factory=dict)

    def add(self, task: Task) -> None:
        self.by_ref[task.external_ref] = task
        self.by_name.setdefault((task.parent_external_ref, normal(task.name)), []).append(task)


@dataclass(slots=True)
class Recording:
    """Makes records of drafts, beside those of the seed.

    Attributes:
        projects: Refs of the projects that the workbook is about.
        kept: Refs of tasks that are in these projects, but not in the workbook.
    """

    profile: Profile
    choices: Choices
    seed: Seed
    projects: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _used: set[str] = field(default_factory=set)
    _spoken_for: set[str] = field(default_factory=set)
    _made: dict[str, Task] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._used = {one.external_ref for one in self.seed.tasks}

    def record(self, drafts: Iterable[Draft]) -> Seed:
        """Return the seed with the drafts in it.

        Raises:
            UsageError: A project needs a company, or the profile names a parameter there is not.
        """
        by_period: dict[Period, list[Draft]] = {}
        for draft in drafts:
            if draft.period is not None:
                home = period_of(draft.period.last_day, self.profile.every)
                by_period.setdefault(home, []).append(draft)
        projects = {one.external_ref: one for one in self.seed.projects}
        for period, tasks in sorted(by_period.items(), key=lambda item: item[0].number):
            project = self._project(period)
            projects[project.external_ref] = project
            self.projects.append(project.external_ref)
            self._tasks(project.external_ref, tasks)
        old = tuple(self._made.pop(one.external_ref, one) for one in self.seed.tasks)
        return replace(
            self.seed, projects=tuple(projects.values()), tasks=(*old, *self._made.values())
        )

    def _project(self, period: Period) -> Project:
        values = period.parameters()
        ref = self.choices.prefix + self._fill(self.profile.project_ref, values).replace("-", "_")
        name = self._fill(self.profile.project_name, values)
        company = self.choices.company_name or self.profile.company_name
        for known in self.seed.projects:
            if known.external_ref == ref:
                return known
        for known in self.seed.projects:
            if normal(known.name) == normal(name) and company in {None, known.company_name}:
                return known
        if company is None:
            companies = {one.company_name for one in self.seed.projects}
            if len(companies) != 1:
                raise UsageError(
                    f"The project {ref} is new and needs a company.",
                    remedy="Name it with --company, as it is called in Odoo.",
                )
            company = companies.pop()
        return Project(
            ref,
            name,
            company,
            program_slug=self.choices.program_slug or self.profile.program_slug,
            manager_email=self.profile.manager_email,
        )

    def _tasks(self, project: str, drafts: Sequence[Draft]) -> None:
        known = _Known()
        for one in self.seed.tasks:
            if one.project_external_ref == project:
                known.add(one)
        own = self._of_categories(drafts, known)
        self._spoken_for = {task.external_ref for task in own.values()}
        for place, draft in enumerate(drafts):
            self._task(project, draft, known, own.get(place))
        self.kept += [ref for ref in known.by_ref if ref not in self._taken]

    def _of_categories(self, drafts: Sequence[Draft], known: _Known) -> dict[int, Task]:
        """By a draft's place, the task that has its name and category.

        A name may stand in several categories, in another order every time.
        """
        found: dict[int, Task] = {}
        spoken_for: set[str] = set()
        for place, draft in enumerate(drafts):
            for task in known.by_name.get((None, normal(self._name(draft))), []):
                ref, tags = task.external_ref, task.tag_names or ()
                if draft.category in tags and ref not in spoken_for and ref not in self._taken:
                    found[place] = task
                    spoken_for.add(ref)
                    break
        return found

    def _name(self, draft: Draft) -> str:
        values = draft.period.parameters() if draft.period else {}
        return self._fill(self.profile.task_name, values | _named(draft))

    def _task(self, project: str, draft: Draft, known: _Known, own_task: Task | None) -> None:
        values = draft.period.parameters() if draft.period else {}
        name = self._name(draft)
        codes = {key: code_of(value) for key, value in _named(draft).items()}
        wanted = self._fill(self.profile.task_code, values | codes).replace("-", "_")
        ref = f"{project}_{wanted}"
        task = own_task or self._match(ref, name, None, known)
        if task is None:
            tags = (draft.category,) if draft.category else None
            task = Task(self._free(ref, name), project, name, tag_names=tags)
        if task.external_ref.startswith(f"{ref}_"):
            draft.mark = task.external_ref.removeprefix(ref)
        steps = [one for one in draft.steps.values() if one.code is not None]
        steps.sort(key=lambda step: self.profile.place(step.code))
        own = draft.steps.get(None)
        last = max((one.day for one in steps if one.day is not None), default=None)
        if own is not None:
            task = _told(task, own)
        elif last is not None:
            task = replace(task, deadline=_deadline(last.isoformat(), task.deadline))
        if normal(task.name) != normal(name):
            task = replace(task, name=name)
        if draft.description is not None:
            task = replace(task, description=draft.description)
        self._keep(task)
        self._steps(task, draft, steps, known)

    def _steps(self, task: Task, draft: Draft, steps: Sequence[DraftStep], known: _Known) -> None:
        before: str | None = None
        for step in steps:
            rule = self.profile.steps[self.profile.place(step.code)]
            name = self._fill(rule.name, {"task": task.name, "form": draft.form or ""})
            ref = f"{task.external_ref}_{rule.code}"
            made = self._match(ref, name, task.external_ref, known)
            if made is None:
                made = Task(
                    self._free(ref, name),
                    task.project_external_ref,
                    name,
                    tag_names=task.tag_names,
                    parent_external_ref=task.external_ref,
                )
            made = _told(made, step)
            if before is not None and before not in (made.depends_on_refs or ()):
                made = replace(made, depends_on_refs=(*(made.depends_on_refs or ()), before))
            self._keep(made)
            before = made.external_ref

    def _match(self, ref: str, name: str, parent: str | None, known: _Known) -> Task | None:
        """The seed's task for this: the one of the ref, else the one of the name."""
        named: list[Task | None] = [known.by_ref.get(ref)]
        named += known.by_name.get((parent, normal(name)), [])
        for one in named:
            if (
                one is not None
                and one.parent_external_ref == parent
                and one.external_ref not in self._taken
                and one.external_ref not in self._spoken_for
            ):
                return one
        return None

    def _free(self, ref: str, name: str) -> str:
        """The ref; with a mark of the name, and then a number, when another task has it."""
        if ref in self._used:
            ref = f"{ref}_{mark_of(name)}"
        base, number = ref, self._numbers.get(ref, 2)
        while ref in self._used:
            ref, number = f"{base}_{number}", number + 1
        self._numbers[base] = number
        return ref

    def _keep(self, task: Task) -> None:
        self._taken.add(task.external_ref)
        self._used.add(task.external_ref)
        self._made[task.external_ref] = task

    def _fill(self, text: str, values: Mapping[str, str]) -> str:
        try:
            return fill(text, values)
        except UnknownParameterError as error:
            raise UsageError(
                f"The profile {self.profile.name} names {{{error.name}}}, which there is not here.",
                remedy=f"Known: {', '.join(sorted(values))}.",
            ) from error


def _named(draft: Draft) -> dict[str, str]:
    return {"task": draft.name, "form": draft.form or draft.name}


def _told(task: Task, step: DraftStep) -> Task:
    """The task with what a step says; on what it is silent, the task stays."""
    if step.day is not None:
        task = replace(task, deadline=_deadline(step.day.isoformat(), task.deadline))
    emails = tuple(one.email for one in step.people or () if one.email is not None)
    if emails and {one.casefold() for one in task.assignee_emails or ()} != set(emails):
        task = replace(task, assignee_emails=tuple(dict.fromkeys(emails)))
    if step.hours is not None:
        task = replace(task, planned_hours=step.hours)
    return task


def _deadline(day: str, known: str | None) -> str:
    """The day; with the time of day that the seed has for it."""
    return known if known is not None and known.startswith(day) else day
