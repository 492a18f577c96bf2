"""One template, one period, one company: the project and the tasks that they make."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from odoo_seed.core.draft_days import Days
from odoo_seed.core.drafts import Drafts
from odoo_seed.core.filling import Filling
from odoo_seed.core.model import DEFAULT_STAGE, Milestone, Project, Source, Task
from odoo_seed.core.quoting import quoted
from odoo_seed.core.records import hours, stages, texts, whole

if TYPE_CHECKING:
    from odoo_seed.core.definitions import Entry
    from odoo_seed.core.draft_days import Day
    from odoo_seed.core.drafts import Draft
    from odoo_seed.core.filling import Values
    from odoo_seed.core.kit import Kit
    from odoo_seed.core.model import Instance
    from odoo_seed.core.periods import Period
    from odoo_seed.core.schedules import Company


class InstanceMaker:
    """Makes the records of one instance.

    Attributes:
        ref: The project's ref; empty when it is wrong.
        former: The project's former refs.
    """

    def __init__(
        self, template: Entry, period: Period, company: Company, instance: Instance, kit: Kit
    ) -> None:
        self.template = template
        self.period = period
        self.company = company
        self.instance = instance
        self.kit = kit
        self.filling = Filling(instance, kit)
        self.place = template.below("project")
        self.calendar = template.text("calendar")
        names = {"company": company.code, "company_name": company.name}
        self.values: Values = period.parameters() | names
        self.ref = self.filling.ref(self.place, "external_ref", self.values) if self.place else ""
        self.values["project"] = self.ref
        self.former: tuple[str, ...] = ()
        self.drafts = Drafts(self.filling, period, company, self.values)
        self.days = Days(self.drafts, self.calendar)

    def make(self) -> tuple[Project, list[Milestone], list[Task]] | None:
        """Return the records; None without a ref of the project. What is wrong is noted."""
        if self.place is None or not self.ref:
            return None
        self.former = self.filling.refs(self.place, "previous_refs", self.values)
        self.drafts.add(self.template)
        self.days.settle()
        milestones = self._milestones(self.place)
        codes = {one.external_ref for one in milestones}
        tasks = [self._task(draft, codes) for draft in self.drafts.all if not draft.replaced]
        return self._project(self.place), milestones, [task for task in tasks if task]

    def _project(self, place: Entry) -> Project:
        get, values, filling = place.get, self.values, self.filling
        manager = get("manager_email")
        if manager is None and get("manager_role") is not None:
            word = place.text("manager_role")
            role = (self.template.get("roles") or {}).get(word) or word
            manager = self._person(role, self.period.last_day, place, "manager_role")
        return Project(
            external_ref=self.ref,
            name=filling.text(place, "name", values),
            company_name=self.company.name,
            program_slug=get("program_slug"),
            description=filling.text_or_none(place, "description", values),
            manager_email=manager,
            visibility=get("visibility", "employees"),
            allow_dependencies=get("allow_dependencies", True),
            date_start=self._day(place.below("date_start")),
            date_end=self._day(place.below("date_end")),
            stages=stages(get("stages")),
            tag_names=filling.texts(place, "tag_names", values),
            sync_enabled=get("sync_enabled", True),
            protected=get("protected", False),
            previous_refs=self.former,
            tenant=filling.text_or_none(place, "tenant", values),
            account=filling.text_or_none(place, "account", values),
            instance=self.instance,
            source=self._source(place),
        )

    def _milestones(self, place: Entry) -> list[Milestone]:
        made = []
        for entry in place.entries("milestones"):
            ref = self.filling.ref(entry, "code", self.values, f"{self.ref}_")
            if ref:
                milestone = Milestone(
                    external_ref=ref,
                    project_external_ref=self.ref,
                    name=self.filling.text(entry, "name", self.values),
                    deadline=self._day(entry.below("due")),
                    source=self._source(entry),
                )
                made.append(milestone)
        return made

    def _task(self, draft: Draft, milestones: set[str]) -> Task | None:
        place, step, values, filling = draft.place, draft.step, draft.values, self.filling
        ref = filling.checked_ref(f"{self.ref}_{draft.code}", place, "code")
        if not ref:
            return None
        of = step or place
        tags = step if step is not None and step.get("tag_names") is not None else place
        stage = (step.get("stage_name") if step else None) or place.get("stage_name")
        instance = self.instance
        if draft.period is not self.period:
            instance = replace(instance, period=str(draft.period))
        return Task(
            external_ref=ref,
            project_external_ref=self.ref,
            name=draft.name,
            description=filling.text_or_none(of, "description", values),
            stage_name=stage or DEFAULT_STAGE,
            tag_names=filling.texts(tags, "tag_names", values),
            assignee_emails=self._people(draft),
            depends_on_refs=self._dependencies(draft),
            parent_external_ref=f"{self.ref}_{draft.parent.code}" if draft.parent else None,
            milestone_external_ref=self._milestone(draft, milestones),
            deadline=self._deadline(draft.day),
            planned_hours=hours(of.get("planned_hours")),
            sequence=whole(place.get("sequence")),
            priority=place.get("priority"),
            protected=place.get("protected", False),
            previous_refs=self._former(draft),
            instance=instance,
            due=draft.day.due if draft.day else None,
            source=self._source(place),
        )

    def _former(self, draft: Draft) -> tuple[str, ...]:
        """A task's former refs: its own, those by the project's; its steps go along."""
        place, step = draft.place, draft.step.text("code") if draft.step else ""
        end = f"_{step}" if step else ""
        own = [f"{ref}{end}" for ref in self.filling.refs(place, "previous_refs", draft.values)]
        return tuple(dict.fromkeys([*own, *(f"{ref}_{draft.code}" for ref in self.former)]))

    def _source(self, place: Entry) -> Source:
        item = place.item
        path, pointer, commit = place.document.path, place.pointer, self.kit.commit
        return Source(path, item.line, item.column, pointer, commit, self.instance)

    # Days

    def _day(self, place: Entry | None) -> date | None:
        day = self.days.day(place, self.period, self.values) if place else None
        return day.day if day else None

    def _deadline(self, day: Day | None) -> str | None:
        if day is None:
            return None
        if day.time is None:
            return day.day.isoformat()
        text = f"{day.day.isoformat()}T{day.time}"
        calendar = self.kit.calendars.get(self.calendar)
        zone = calendar.time_zone if calendar else None
        if zone is None or zone == self.kit.time_zone:
            return text
        moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
        there = moment.astimezone(ZoneInfo(self.kit.time_zone))
        return there.replace(tzinfo=None).isoformat(timespec="minutes")

    # People

    def _people(self, draft: Draft) -> tuple[str, ...] | None:
        place, step = draft.place, draft.step
        if step is not None and step.get("role") is not None:
            email = self._person_of(draft, step.text("role"))
            return (email,) if email else None
        if (one := place.get("assignee_email")) is not None:
            return (one,)
        if place.get("assignee_emails") is not None:
            return texts(place.get("assignee_emails"))
        if place.get("role") is None:
            return None
        email = self._person_of(draft, place.text("role"))
        return (email,) if email else None

    def _person_of(self, draft: Draft, word: str) -> str | None:
        """Return who a word means on the day of a task; faults stand where the word got its role.

        A step's word that tasks translate, though not this one, is a fault of this task.
        """
        day = draft.day.day if draft.day else draft.period.last_day
        for place in (draft.place, self.template):
            words = place.get("roles")
            if words and words.get(word):
                return self._person(words[word], day, place, "roles", word)
        of_step = draft.step is not None and draft.step.get("role") is not None
        if of_step and word in self.kit.role_words and word not in self.kit.roles:
            return self._person(word, day, draft.place, "steps", word)
        return self._person(word, day, (of_step and draft.step) or draft.place, "role")

    def _person(self, name: str, day: date, place: Entry, *field: str) -> str | None:
        role = self.kit.roles.get(name)
        if role is None:
            if self.kit.excuses(name):
                return None
            known = self.kit.roles
            otherwise = f"known: {', '.join(sorted(known)[:20]) or 'none yet'}"
            remedy = self.kit.nearest.suggestion(name, known, otherwise)
            self.filling.note(
                place, "unknown-role", f"there is no role {quoted(name)}", remedy, *field
            )
            return None
        email = role.person_on(day, self.company.name)
        if email is None and not role.unsure:
            found = f"nobody is {quoted(name)} for {quoted(self.company.name)} on {day}"
            remedy = "add somebody to the role's people for that company and day"
            self.filling.note(place, "nobody-in-role", found, remedy, *field)
        return email

    # Other tasks

    def _dependencies(self, draft: Draft) -> tuple[str, ...] | None:
        """Return what a task waits for: the first step for what the whole task does."""
        place = draft.place
        if draft.before is not None:
            return (f"{self.ref}_{draft.before.code}",)
        silent = place.get("depends_on") is None and place.get("depends_on_refs") is None
        if silent or draft.steps:
            return None
        found: dict[str, None] = {}
        for index, text in enumerate(place.get("depends_on") or ()):
            ref = self._dependency(text, index, draft) if text else ""
            if ref:
                found[ref] = None
        for ref in self.filling.refs(place, "depends_on_refs", draft.values):
            found[ref] = None
        return tuple(found)

    def _dependency(self, text: str, index: int, draft: Draft) -> str:
        place = draft.place
        field = ("depends_on", index)
        code = self.filling.code(text, draft.values, place, *field)
        other = self.drafts.by_code.get(code)
        if other is not None:
            return f"{self.ref}_{other.last.code}"
        if code and not self.drafts.excuses(code):
            known = self.drafts.by_code
            remedy = self.kit.nearest.suggestion(code, known, "name the code of another task")
            found = f"the template has no task {quoted(code)}"
            self.filling.note(place, "unknown-dependency", found, remedy, *field)
        return ""

    def _milestone(self, draft: Draft, milestones: set[str]) -> str | None:
        place = draft.place
        if place.get("milestone") is None:
            return None
        code = self.filling.text(place, "milestone", draft.values)
        if not code:
            return None
        ref = f"{self.ref}_{code}"
        if ref not in milestones:
            known = [one.removeprefix(f"{self.ref}_") for one in milestones]
            remedy = self.kit.nearest.suggestion(code, known, "add it to the project's milestones")
            found = f"the template has no milestone {quoted(code)}"
            self.filling.note(place, "unknown-milestone", found, remedy, "milestone")
            return None
        return ref
