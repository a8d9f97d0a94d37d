"""A whole province's years, written in bulk into an empty database; the same seed gives the same province."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from random import Random

from django.core.management import call_command
from django.db import connection, transaction

from ratings.models import Dossier, Recognition

from . import judging, lives, makers, planning, recognising
from .ground import Ground, gather, write
from .judging import Judged, Register
from .makers import Made
from .recognising import Recogniser
from .size import Size
from .ways import Walker


@transaction.atomic
def generate(size: Size, told: Callable[[str], object] = lambda words: None) -> None:
    """Write the province; ``told`` hears of each part before it is begun.

    The database must hold no areas but those of ``load_reference``, which is called first.
    """
    rng = Random(size.seed)  # noqa: S311 - the same province from the same seed
    told("reference data")
    call_command("load_reference", stdout=StringIO())
    ground = gather(rng)
    told("organisations and products")
    made = makers.make(size, ground, rng)
    told("dossiers and recognitions")
    _judge(made, size, ground, rng)
    told("plans and monthly reports")
    recognising.value_chains(made, ground, rng, size)
    planning.plan_all(size, ground, rng)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _judge(made: list[Made], size: Size, ground: Ground, rng: Random) -> None:
    """Dossier by dossier of each product: what follows another is written after it."""
    walker, register = Walker(ground, rng, size.last_day, size.twice), Register(ground)
    recogniser = Recogniser(ground, register, rng, size)
    judged = _walked(made, lives.plan(size, rng), walker, ground, rng)
    settled = judging.items(judged, register)
    write(register.kept.values())
    on_paper = [one for one in made if one.number < size.on_paper]
    dated = [verdict for _one, verdict, _item in settled if verdict.stars and verdict.day]
    recogniser.on_paper(on_paper, size.recognitions - len(dated))
    for ordinal in range(lives.MOST):
        turn = [one for one in judged if one.way.filing.ordinal == ordinal]
        for one in turn:
            _follow(one, judged, recogniser)
        write(one.dossier for one in turn)
        recogniser.keep(
            [
                (one.made, recogniser.of_dossier(one, verdict, item.decision))
                for one, verdict, item in settled
                if one.way.filing.ordinal == ordinal and verdict.stars and verdict.day
            ]
        )
    write(item for _one, _verdict, item in settled)
    judging.write_history(judged, ground, rng)
    recogniser.events()


def _walked(
    made: list[Made], plans: list[list[lives.Filing]], walker: Walker, ground: Ground, rng: Random
) -> list[Judged]:
    judged: list[Judged] = []
    for one, filings in zip(made, plans, strict=True):
        free = None
        for filing in filings:
            if free and not filing.refiles:
                filing.opened = max(filing.opened, free)
            way = walker.walk(filing, one.place)
            judged.append(judging.dossier_of(one, way, len(judged) + 1, ground, rng))
            free = way.day
    return judged


def _follow(one: Judged, judged: list[Judged], recogniser: Recogniser) -> None:
    """What the dossier is, now that what came before it is known."""
    held = recogniser.held.get(one.made.product.pk)
    if held:
        before: Recognition = held[-1]
        higher = one.way.stars > before.stars
        one.dossier.previous = before
        one.dossier.kind = Dossier.Kind.UPGRADE if higher else Dossier.Kind.REEVALUATION
        one.dossier.changes = "Đã đầu tư thêm máy sấy" if higher else ""
    if one.way.filing.refiles:
        number = judged.index(one)
        one.dossier.refiled_from = judged[number - 1].dossier
