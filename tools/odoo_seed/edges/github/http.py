"""Requests to GitHub, repeated where that is safe, after the pauses that GitHub asks for.

Source: https://docs.github.com/rest, "Best practices for using the REST API" and "Rate limits".
"""

from __future__ import annotations

import email.utils
import http.cookiejar
import json
import re
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests
import requests.adapters
import urllib3.exceptions

from odoo_seed.core.escape import plain
from odoo_seed.edges.github.refusals import refusal
from odoo_seed.errors import GitHubError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from odoo_seed.edges.github.target import GitHubTarget

API_VERSION = "2022-11-28"
_TIMEOUT = (10.0, 60.0)
_TRIES = 5
_UNTOLD_PAUSE = 60.0
"""Seconds to wait where GitHub limits the rate without saying for how long; doubled each time."""
_LARGEST = 64 * 1024 * 1024
"""Bytes of one answer: a hundred comments of the greatest length have about half of that."""
_MOST_PAGES = 200
_BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)


class ReplyLostError(GitHubError):
    """What was to be created may be there: look before creating it again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole. `says` is what GitHub says of a failure."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    next_page: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300

    @property
    def says(self) -> str:
        """GitHub's own words, or nothing."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return ""
        if not isinstance(found, dict):
            return ""
        errors = found.get("errors")
        told = [found.get("message"), *(errors if isinstance(errors, list) else ())]
        words = (item.get("message") if isinstance(item, dict) else item for item in told)
        return plain("; ".join(word for word in words if isinstance(word, str)), 300)

    def json(self) -> Any:
        """The answer's content.

        Raises:
            GitHubError: It is not JSON, so it is not GitHub's.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise not_github(self.status) from None


def not_github(status: int) -> GitHubError:
    """What answers is something else."""
    return GitHubError(
        f"What answers at GITHUB_API_URL is not GitHub's REST API (HTTP {status}).",
        remedy="Leave GITHUB_API_URL unset for github.com; elsewhere it is https://HOST/api/v3.",
    )


class Http:
    """Talks to one API. Not for use by several threads.

    Args:
        sleep: Makes a pause of so many seconds; `time.sleep` unless given.
    """

    def __init__(
        self, target: GitHubTarget, sleep: Callable[[float], object] | None = None
    ) -> None:
        self._address = target.address
        self._token = target.token
        self._patience = target.patience
        self._sleep = time.sleep if sleep is None else sleep
        self._session = requests.Session()
        # Without this, requests would put a password from ~/.netrc in place of the token.
        self._session.auth = lambda request: request
        self._session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        self._session.trust_env = not target.is_loopback  # a proxy cannot know our loopback
        self._session.headers.update(
            {
                "Authorization": f"Bearer {target.token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": API_VERSION,
                "User-Agent": "odoo-seed",
            }
        )

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def call(self, method: str, path: str, body: object = None) -> Reply:
        """Return GitHub's answer, a refusal too (status 4xx).

        Raises:
            ReplyLostError: A POST may have been done or not.
            GitHubError: GitHub cannot be reached, fails, or limits us for longer than we wait.
        """
        return self._request(method, self._address + path, body)

    def pages(self, path: str, what: str) -> Iterator[Any]:
        """Yield the items of a list, a hundred a page.

        Raises:
            GitHubError: See `call`, or GitHub refuses; `what` it was about is told.
        """
        url: str | None = f"{self._address}{path}{'&' if '?' in path else '?'}per_page=100"
        for _ in range(_MOST_PAGES):
            if url is None:
                return
            reply = self.done(self._request("GET", url, None), what)
            items = reply.json()
            if not isinstance(items, list):
                raise not_github(reply.status)
            yield from items
            url = reply.next_page
            if url is not None and not url.startswith(f"{self._address}/"):
                raise not_github(reply.status)  # the token is for nobody else

    def done(self, reply: Reply, what: str) -> Reply:
        """Return an answer that tells of success; raise what any other means."""
        if not reply.ok:
            raise refusal(reply.status, reply.says.replace(self._token, "***"), reply.headers, what)
        return reply

    def pause(self, number: int) -> None:
        """Wait before try `number` (from 1) of something that failed: 1, 2, 4 … seconds."""
        self._wait(2.0 ** (number - 1), "GitHub fails again and again")

    def _request(self, method: str, url: str, body: object) -> Reply:
        failed = limited = 0
        while True:
            try:
                reply = self._exchange(method, url, body)
            except _BROKEN as error:
                problem = _unreachable(error, self._address)
            else:
                if reply.status < 500:
                    wait = _asked_pause(reply, limited)
                    if wait is None:
                        return reply
                    limited += 1
                    self._wait(wait, "GitHub limits the rate of requests")
                    continue
                problem = GitHubError(
                    f"GitHub answers with HTTP {reply.status}.",
                    remedy="See https://www.githubstatus.com, and run this again later.",
                )
            if method == "POST":
                raise ReplyLostError(str(problem), remedy=problem.remedy)
            failed += 1
            if failed == _TRIES:
                raise problem
            self.pause(failed)

    def _exchange(self, method: str, url: str, body: object) -> Reply:
        data = None if body is None else json.dumps(body).encode()
        with closing(
            self._session.request(
                method,
                url,
                data=data,
                headers={"Content-Type": "application/json"} if data else None,
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
        ) as answer:
            content = bytearray()
            for part in answer.iter_content(1 << 16):
                content += part
                if len(content) > _LARGEST:
                    raise not_github(answer.status_code)
            following = answer.links.get("next", {}).get("url")
            return Reply(answer.status_code, answer.headers, bytes(content), following)

    def _wait(self, seconds: float, why: str) -> None:
        if seconds > self._patience:
            raise GitHubError(
                f"{why}: it would have to be left alone for {seconds:.0f} seconds.",
                remedy="Run this again after that time; what was written is updated in place.",
            )
        self._patience -= seconds
        self._sleep(seconds)


def _asked_pause(reply: Reply, before: int) -> float | None:
    """Seconds to wait before the same request again; None where it is no limit of the rate."""
    if reply.status not in {403, 429}:
        return None
    told = reply.headers
    if re.fullmatch(r"\d{1,6}", after := told.get("Retry-After", "")):
        return float(after)
    if told.get("X-RateLimit-Remaining") == "0":
        if re.fullmatch(r"\d{1,12}", reset := told.get("X-RateLimit-Reset", "")):
            return max(1.0, float(reset) - _clock(told) + 1)
    elif reply.status == 403 and "rate limit" not in reply.says.lower():
        return None
    return _UNTOLD_PAUSE * 2.0**before


def _clock(headers: Mapping[str, str]) -> float:
    """GitHub's time, since the reset is told in it: ours may be wrong."""
    try:
        return email.utils.parsedate_to_datetime(headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()


def _unreachable(error: Exception, address: str) -> GitHubError:
    if isinstance(error, requests.exceptions.SSLError):
        return GitHubError(
            f"The certificate of {address} cannot be trusted.",
            remedy="Set REQUESTS_CA_BUNDLE to the PEM file of the authority that signed it.",
        )
    late = isinstance(error, requests.Timeout | TimeoutError)
    return GitHubError(
        f"{address} {'did not answer in time' if late else 'cannot be reached'}.",
        remedy="Check GITHUB_API_URL and the network, then run this again.",
    )
