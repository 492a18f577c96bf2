"""Followers, chatter and mails: `mail.thread` as the project app sees it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from odoo_seed.sandbox.model import Model
from odoo_seed.sandbox.values import commands

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from odoo_seed.sandbox.model import Vals

SUBTYPES = (
    ("Discussions", False, True, None),
    ("Note", False, False, None),
    ("Task Created", "project.task", False, None),
    ("Stage Changed", "project.task", False, None),
    ("Task Created", "project.project", False, 3),
    ("Task Stage Changed", "project.project", False, 4),
)
"""Name, model, whether followers get it by default, and the task's subtype it leads to."""
DISCUSSIONS, NOTE, TASK_CREATED, STAGE_CHANGED, PROJECT_TASK_CREATED = 1, 2, 3, 4, 5


class Thread(Model):
    """A model with followers and chatter (addons/mail/models/mail_thread.py)."""

    creation_subtype = NOTE

    def create_all(self, vals_list: list[Vals]) -> list[int]:
        """Subscribe and log after creation, unless the context says otherwise."""
        ids = super().create_all(vals_list)
        context = self.env.context
        if context.get("tracking_disable"):
            return ids
        for record_id, vals in zip(ids, vals_list, strict=True):
            if not context.get("mail_create_nosubscribe"):
                self.subscribe(record_id, [self.env.partner_id])
            defaults = {
                key[8:]: value for key, value in context.items() if key.startswith("default_")
            }
            self.auto_subscribe(record_id, defaults | vals)
            if not context.get("mail_create_nolog"):
                self.post(record_id, self.creation_words(record_id), subtype=self.creation_subtype)
        return ids

    def write_all(self, ids: list[int], vals: Vals) -> None:
        """Subscribe new managers and assignees after a write."""
        super().write_all(ids, vals)
        if not self.env.context.get("tracking_disable"):
            for record_id in ids:
                self.auto_subscribe(record_id, vals)

    def unlink_all(self, ids: list[int]) -> None:
        """Take messages and followers along."""
        for record_id in ids:
            for message in self.compute_message_ids(record_id):
                self.env.db.delete("mail.message", message)
            for partner, follower in list(self._followers(record_id).items()):
                self.env.db.delete("mail.followers", follower)
                self._forget_follower(record_id, partner)
            for file, row in list(self.env.db.rows["ir.attachment"].items()):
                if row["res_id"] == record_id and row["res_model"] == self.name:
                    self.env.db.delete("ir.attachment", file)
        super().unlink_all(ids)

    def creation_words(self, _record_id: int) -> str:
        """Return the body of the message that tells of the creation."""
        return f"<p>{self.definition.label} created</p>"

    def responsible(self, vals: Vals) -> list[int]:
        """Return the users whom these values make responsible."""
        field = self.fields.get("user_id")
        user = vals.get("user_id")
        return [user] if field is not None and field.tracked and user else []

    def auto_subscribe(self, record_id: int, vals: Vals) -> None:
        """Make responsible users followers, and tell them (`_message_auto_subscribe`)."""
        for user_id in self.responsible(vals):
            user = self.env.db.rows["res.users"][user_id]
            if not user["active"]:
                continue
            self.subscribe(record_id, [user["partner_id"]])
            if user_id != self.env.uid and not self.env.context.get(
                "mail_auto_subscribe_no_notify"
            ):
                self.notify(record_id, [user["partner_id"]], f"Dear {user['name']}")

    def message_subscribe(
        self,
        ids: int | Sequence[int],
        partner_ids: Sequence[int] | None = None,
        subtype_ids: Sequence[int] | None = None,
    ) -> bool:
        """Add followers."""
        for record_id in self.existing(ids, "read"):
            self.subscribe(record_id, partner_ids or (), subtype_ids)
        return True

    def message_unsubscribe(
        self, ids: int | Sequence[int], partner_ids: Sequence[int] | None = None
    ) -> None:
        """Remove followers. Returns None, which XML-RPC cannot say."""
        for record_id in self.existing(ids, "read"):
            for partner in partner_ids or ():
                follower = self._followers(record_id).get(partner)
                if follower:
                    self.env.db.delete("mail.followers", follower)
                    self._forget_follower(record_id, partner)

    def message_post(
        self,
        ids: int | Sequence[int],
        body: str = "",
        message_type: str = "notification",
        **_more: Any,
    ) -> int:
        """Post a message; followers of discussions get a mail."""
        (record_id,) = self.existing(ids, "read")
        return self.post(
            record_id, escape(body, quote=False), subtype=DISCUSSIONS, message_type=message_type
        )

    def subscribe(
        self, record_id: int, partners: Iterable[int], subtypes: Iterable[int] | None = None
    ) -> None:
        """Add followers; those who follow already keep their choice unless subtypes are given."""
        db = self.env.db
        followers = db.followers.setdefault((self.name, record_id), {})
        for partner in partners:
            follower = followers.get(partner)
            if follower is None:
                row = {"res_model": self.name, "res_id": record_id, "partner_id": partner}
                follower = self.env.sudo()["mail.followers"].add(row)
                followers[partner] = follower
                db.on_undo(followers.pop, partner, None)
                wanted = set(subtypes or (DISCUSSIONS,))
            elif subtypes:
                wanted = set(subtypes)
            else:
                continue
            table = "mail_followers_mail_message_subtype_rel"
            for old in db.links[table].of(0, follower) - wanted:
                db.unlink(table, follower, old)
            for new in wanted:
                db.link(table, follower, new)

    def subscribed(self, record_id: int, subtype: int) -> list[int]:
        """Return the partners who follow a subtype."""
        links = self.env.db.links["mail_followers_mail_message_subtype_rel"]
        return [
            partner
            for partner, follower in self._followers(record_id).items()
            if subtype in links.of(0, follower)
        ]

    def post(
        self, record_id: int, body: str, *, subtype: int, message_type: str = "notification"
    ) -> int:
        """Add a message; followers of its subtype get it, the author excepted."""
        author = self.env.partner_id
        readers = [p for p in self.subscribed(record_id, subtype) if p != author]
        return self._message(record_id, body, subtype, message_type, (), readers)

    def notify(self, record_id: int, partners: Sequence[int], body: str) -> int:
        """Send a message to named partners only (`message_notify`)."""
        return self._message(record_id, body, NOTE, "user_notification", partners, partners)

    def send(self, record_id: int, partners: Sequence[int], body: str, kind: str) -> int:
        """Post what a template makes (`message_post_with_source`)."""
        return self._message(record_id, body, NOTE, kind, partners, partners)

    def _message(
        self,
        record_id: int,
        body: str,
        subtype: int,
        message_type: str,
        named: Sequence[int],
        readers: Sequence[int],
    ) -> int:
        env = self.env.sudo()
        message: int = env["mail.message"].add({
            "model": self.name,
            "res_id": record_id,
            "message_type": message_type,
            "subtype_id": subtype,
            "author_id": self.env.partner_id,
            "body": body,
            "date": self.env.now(),
        })  # fmt: skip
        for partner in named:
            env.db.link("mail_message_res_partner_rel", message, partner)
        for partner in readers:
            env["mail.notification"].add(
                {
                    "mail_message_id": message,
                    "res_partner_id": partner,
                    "notification_type": "email",
                }
            )
        if readers:
            env["mail.mail"].add({"mail_message_id": message})
        return message

    def compute_message_ids(self, record_id: int) -> list[int]:
        """Messages of a record. Not quick: nothing in a sync reads it."""
        return [
            one
            for one, row in self.env.db.rows["mail.message"].items()
            if row["res_id"] == record_id and row["model"] == self.name
        ]

    def compute_message_follower_ids(self, record_id: int) -> list[int]:
        """Follower rows."""
        return list(self._followers(record_id).values())

    def compute_message_partner_ids(self, record_id: int) -> list[int]:
        """Partners who follow."""
        return list(self._followers(record_id))

    def _followers(self, record_id: int) -> dict[int, int]:
        return self.env.db.followers.get((self.name, record_id), {})

    def _forget_follower(self, record_id: int, partner: int) -> None:
        followers = self.env.db.followers[self.name, record_id]
        self.env.db.on_undo(followers.__setitem__, partner, followers.pop(partner))


class Plain(Model):
    """A model whose rows the sandbox itself adds by the thousand."""

    def add(self, vals: Vals) -> int:
        """Insert a row without checks, which this module's own values do not need."""
        now = self.env.now()
        row = self.empty() | vals
        row |= {"create_date": now, "write_date": now, "create_uid": self.env.uid}
        return self.env.db.insert(self.name, row)


def assigned_users(env_model: Model, vals: Vals) -> list[int]:
    """Return the users that the commands for `user_ids` name, as Odoo reads them."""
    if "user_ids" not in vals:
        return []
    users: list[int] = []
    for code, target, values in commands(env_model.fields["user_ids"], "", vals["user_ids"]).steps:
        if code == 4:
            users.append(target)
        elif code == 6:
            users = list(values)
        elif code == 5:
            users = []
    return users
