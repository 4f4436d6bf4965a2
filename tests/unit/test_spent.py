"""What was spent today stays spent, whatever is forgotten; the next day it is over."""

import sqlite3
import time
from contextlib import closing
from decimal import Decimal

import pytest

from blender_addon.core.journal import Journal
from blender_addon.core.price import spent_today
from blender_addon.core.task import Task

DAY_S = 86_400


@pytest.fixture
def journal(data_folder):
    one = Journal(data_folder)
    yield one
    one.close()


def a_task(journal, **facts):
    task = Task("tripo", "a.png", {"front": "front.png"}, {}, **facts)
    journal.add(task)
    return task.id


def spent(journal):
    return spent_today(journal.all(), journal.forgotten())


def test_a_task_that_is_forgotten_was_paid_for_all_the_same(journal):
    first, second = a_task(journal, credits="20.5", stage="landed"), a_task(journal, estimate="10", sent=time.time())
    a_task(journal, credits="1", stage="landed")
    assert spent(journal) == Decimal("31.5")
    for one in (first, second):
        journal.remove(one)
        assert spent(journal) == Decimal("31.5")
    assert len(journal.all()) == 1


def test_what_cost_nothing_is_not_kept(journal):
    for facts in ({"credits": "0", "stage": "landed"}, {"estimate": "9", "stage": "failed"}, {"stage": "landed"}):
        journal.remove(a_task(journal, **facts))
    journal.remove("nobody")
    with journal._open() as database:
        assert database.execute("SELECT name FROM sqlite_master WHERE name = 'spent'").fetchall() == []
    assert journal.forgotten() == [] and spent(journal) == 0


def test_the_day_before_is_over_and_goes(journal):
    journal.remove(a_task(journal, credits="5", stage="landed", created=time.time() - 1.5 * DAY_S))
    assert spent(journal) == 0 and len(journal.forgotten()) == 1
    with journal._open() as database:
        database.execute("UPDATE spent SET created = created - ?", (DAY_S,))
    journal.remove(a_task(journal, credits="7", stage="landed"))
    journal.remove(a_task(journal, credits="9", stage="landed", created=time.time() - 3 * DAY_S))
    assert [credits for _, credits in journal.forgotten()] == [7]


def test_a_journal_that_is_made_again_still_counts_it(journal, data_folder):
    a_task(journal, credits="3", stage="landed")
    journal.remove(a_task(journal, credits="5", stage="landed"))
    journal.close()
    with closing(sqlite3.connect(data_folder / "journal.sqlite")) as database, database:
        database.execute("ALTER TABLE task RENAME COLUMN owner TO master")
    again = Journal(data_folder)
    assert "1 of 1 task was recovered" in again.notices[0]
    assert spent(again) == 8
    again.close()
