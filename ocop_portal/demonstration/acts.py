"""What happens to a dossier of 2026, act by act, as its row in ``makers2026.yaml`` tells it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from ocop_portal.lib import clock
from products.models import Product
from ratings import (
    assigning,
    checking,
    filing,
    proposing,
    refiling,
    renewing,
    resulting,
    workflow,
)
from ratings.models import Attachment, Dossier
from ratings.questioning import settling
from ratings.workflow import Point

from . import forms, libraries, papers

State = Dossier.State
MATTERS: dict[str, Any] = {
    "origin": "Nguyên liệu trồng tại xã, có nhật ký vùng trồng (minh họa).",
    "labour": "Phần lớn lao động là người trong xã (minh họa).",
    "idea": "Ý tưởng của người dân trong xã (minh họa).",
    "identity": "Giữ cách làm truyền thống của địa phương (minh họa).",
}


@dataclass
class Scene:
    """One dossier on its way: the product, who files it, who checks it, the dice of the seed."""

    product: Product
    clerk: User
    officer: User
    dice: random.Random
    opened: list[Dossier] = field(default_factory=list)

    @property
    def dossier(self) -> Dossier:
        """The dossier that the story is at: the last that was opened."""
        return self.opened[-1]


def open_first(scene: Scene, *, stars: int) -> None:
    """Open a draft for a first rating."""
    dossier = filing.open_dossier(
        scene.product,
        kind=Dossier.Kind.FIRST,
        by=scene.clerk,
        requested_stars=stars,
        contact_name="Người liên hệ minh họa",
        contact_phone=f"0900000{scene.dice.randint(100, 999)}",
        presentation="Bán tại chợ phiên, cửa hàng OCOP của tỉnh và trên mạng (minh họa).",
    )
    scene.opened.append(dossier)
    _attach_form(scene)


def renew(scene: Scene, *, kind: str, changes: str) -> None:
    """Copy the last dossier for an upgrade or a re-evaluation, and say what has changed."""
    dossier = renewing.renew(scene.product, kind, by=scene.clerk)
    scene.opened.append(filing.change(dossier, by=scene.clerk, changes=changes))
    _attach_form(scene)


def refile(scene: Scene, *, reason: str) -> None:
    """Close the dossier that came too late, and go on with the draft that takes its place."""
    scene.opened.append(refiling.refile(scene.dossier, by=scene.clerk, reason=reason))


def begin(scene: Scene) -> None:
    """Write a first line."""
    forms.begin(scene.dossier, by=scene.clerk)


def fill(scene: Scene, *, points: int, held: int, leave: Sequence[str] = ()) -> None:
    """Fill in the forms and let the libraries prove the answers."""
    forms.fill_in(scene.dossier, forms.Aim(points, held, leave), by=scene.clerk, dice=scene.dice)
    libraries.prove(scene.dossier, by=scene.clerk)


def submit(scene: Scene) -> None:
    """Pledge and submit."""
    filing.submit(scene.dossier, by=scene.clerk)


def propose(scene: Scene, *, number: str = "") -> None:
    """Write Form 03 and propose the product to the province."""
    proposing.propose(scene.dossier, by=scene.clerk, proposes=True, number=number, **MATTERS)


def assign(scene: Scene, *, to: str) -> None:
    """Put an officer of the province in charge."""
    assigning.assign([scene.dossier.pk], User.objects.get(username=to), by=scene.officer)


def samples(scene: Scene, *, count: int, condition: str = "Nguyên vẹn (minh họa)") -> None:
    """Take samples in."""
    checking.receive_samples(
        scene.dossier, count=count, received_on=clock.today(), condition=condition, by=scene.officer
    )


def extend(scene: Scene, *, to: date, reason: str) -> None:
    """Lengthen the term that runs."""
    checking.extend(scene.dossier, to, reason=reason, by=scene.officer)


def settle(scene: Scene, *, how_many: int) -> None:
    """Look into the last of the open questions: those of papers that have ended wait for the commune."""
    for question in settling.open_questions(scene.dossier)[-how_many:]:
        settling.settle(scene.dossier, question.key, "Đã xem bản gốc (minh họa).", by=scene.officer)


def send_back(scene: Scene, *, reason: str, points: Sequence[tuple[str, str]]) -> None:
    """Return the dossier with places to mend."""
    named = [Point(words, target) for target, words in points]
    workflow.move(scene.dossier, State.RETURNED, by=scene.officer, points=named, reason=reason)


def answer(scene: Scene, *, better: Sequence[str]) -> None:
    """Mend what was returned, answer each point and submit again."""
    forms.mend(scene.dossier, better, by=scene.clerk)
    libraries.prove_more(scene.dossier, better, by=scene.clerk)
    answers = {point.pk: "Đã bổ sung (minh họa)." for point in workflow.open_points(scene.dossier)}
    filing.submit(scene.dossier, by=scene.clerk, answers=answers)


def accept(scene: Scene) -> None:
    """Accept the dossier; the product gets its code."""
    workflow.move(scene.dossier, State.ACCEPTED, by=scene.officer)


def score(scene: Scene, *, points: Sequence[str]) -> None:
    """Enter what the province's council found."""
    part_a, part_b, part_c = map(Decimal, points)
    resulting.enter_result(
        scene.dossier,
        level="province",
        part_a=part_a,
        part_b=part_b,
        part_c=part_c,
        assessed_on=clock.today(),
        council="Hội đồng đánh giá, phân hạng sản phẩm OCOP tỉnh Cao Bằng",
        by=scene.officer,
    )


def withdraw(scene: Scene, *, reason: str) -> None:
    """Withdraw the dossier."""
    workflow.move(scene.dossier, State.WITHDRAWN, by=scene.clerk, reason=reason)


def _attach_form(scene: Scene) -> None:
    title = f"Phiếu đăng ký - {scene.product.name}"
    kind, upload = Attachment.Kind.REGISTRATION_FORM, papers.pdf(f"{title} {scene.dossier.code}", title)
    filing.attach(scene.dossier, upload, kind=kind, title=title, by=scene.clerk)


ACTS: dict[str, Callable[..., Any]] = {
    "open": open_first,
    "return": send_back,
    **{
        act.__name__: act
        for act in (
            *(renew, refile, begin, fill, submit, propose, assign, samples),
            *(extend, settle, answer, accept, score, withdraw),
        )
    },
}
