"""Random histories of a sitting with two clients, each compared with a small model of it."""

import uuid

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from examapp.exams import services
from examapp.exams.answers.schema import Save
from examapp.exams.models import AnswerEvent, ExamSession
from questions.services import publish
from tests.faults.histories import Answer, Sitting
from tests.support.builders import make_exam, make_item, make_user, regrade_with_key
from tests.support.sittings import let_time_pass

CLIENTS = (uuid.UUID(int=1), uuid.UUID(int=2))
clients = st.sampled_from(CLIENTS)
positions = st.integers(1, 3)
responses = st.one_of(st.none(), st.integers(0, 3))


class History(RuleBasedStateMachine):
    """Two browsers on one sitting: they save, go offline, replay, submit; time runs out."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.session = services.start(self.candidate, exam=self.exam)
        self.items = {
            item.position: item for item in self.session.items.select_related("version", "keyed_by")
        }
        self.model = Sitting({position: Answer() for position in self.items})
        self.seqs = dict.fromkeys(CLIENTS, 0)
        self.seen = {(client, position): 0 for client in CLIENTS for position in self.items}
        self.queues = {client: [] for client in CLIENTS}
        self.sent = {client: [] for client in CLIENTS}
        self.regrades = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # --- What may happen ------------------------------------------------------------------------

    @rule(client=clients, position=positions, response=responses)
    def choose_online(self, client, position, response):
        self.choose_offline(client, position, response)
        self.send(client, self.take_queue(client))

    @rule(client=clients, position=positions, response=responses)
    def choose_offline(self, client, position, response):
        self.seqs[client] += 1
        base = self.seen[client, position]
        save = Save(
            position=position, response=response, client=client, seq=self.seqs[client], base=base
        )
        self.queues[client].append(save)

    @rule(client=clients, chance=st.randoms(use_true_random=False))
    def come_back_online(self, client, chance):
        """What waited arrives, in any order."""
        waiting = self.take_queue(client)
        chance.shuffle(waiting)
        self.send(client, waiting)

    @rule(client=clients, data=st.data())
    def repeat(self, client, data):
        """A retry whose first reply was lost."""
        if self.sent[client]:
            self.send(client, [data.draw(st.sampled_from(self.sent[client]))])

    @rule(client=clients)
    def reload(self, client):
        for item in self.session.items.all():
            self.seen[client, item.position] = item.revision

    @rule(client=clients)
    def submit(self, client):
        waiting = self.take_queue(client)
        self.expect(waiting)
        services.finish(self.session.pk, pending=waiting)
        self.model.finish()

    @precondition(lambda self: not self.model.is_past_deadline)
    @rule()
    def let_it_expire(self):
        let_time_pass(self.session, hours=1)
        self.model.is_past_deadline = True

    @precondition(lambda self: self.model.is_past_deadline)
    @rule(by_sweep=st.booleans())
    def be_seen_after_the_deadline(self, by_sweep):
        """The sweep or the next read ends it, whichever comes first."""
        if by_sweep:
            services.sweep()
        else:
            services.sessions_of(self.session.candidate).get()
        self.model.finish()

    @rule(position=positions, right=st.integers(0, 3))
    def correct_the_key(self, position, right):
        version = self.items[position].version
        question = version.question
        item = make_item("multiple_choice", question.ref, right=(right,))
        publish(question, item)
        question.refresh_from_db()
        self.regrades += len(
            regrade_with_key(version, keyed_by=question.live_version, reason="corrected")
        )
        self.items[position].keyed_by = question.live_version

    # --- How it is told -------------------------------------------------------------------------

    def take_queue(self, client):
        waiting, self.queues[client] = self.queues[client], []
        return waiting

    def send(self, client, saves):
        expected = self.expect(saves)
        receipt = services.save_answers(
            self.session.pk, candidate=self.session.candidate, saves=saves
        )
        told = {(s.save.position, s.save.seq): s.outcome for s in receipt.stored}
        assert told == expected
        for stored in receipt.stored:
            held = self.model.answers[stored.save.position]
            assert (stored.response, stored.revision) == (held.response, held.revision)
            self.seen[client, stored.save.position] = stored.revision
        self.sent[client] += saves

    def expect(self, saves):
        """Let the model take saves in the order in which their client made them."""
        return {
            (save.position, save.seq): self.model.save(
                save.position, str(save.client), save.seq, save.base, save.response
            )
            for save in sorted(saves, key=lambda save: save.seq)
        }

    # --- What holds at every moment -------------------------------------------------------------

    @invariant()
    def the_paper_is_the_model_s(self):
        stored = {item.position: item for item in self.session.items.all()}
        for position, held in self.model.answers.items():
            item = stored[position]
            assert (item.response, item.revision) == (held.response, held.revision)

    @invariant()
    def the_log_has_every_save_once(self):
        events = AnswerEvent.objects.filter(item__session=self.session).values_list(
            "item__position", "client", "seq", "outcome"
        )
        assert len(events) == len(self.model.log)
        assert {(p, str(c), s): o for p, c, s, o in events} == self.model.log

    @invariant()
    def a_score_is_there_once_it_ended_and_is_what_was_earned(self):
        self.session.refresh_from_db()
        assert (self.session.status == ExamSession.Status.OPEN) == self.model.is_open
        scores = list(self.session.scores.all())
        assert bool(scores) != self.model.is_open
        if scores:
            keys = {
                position: item.shuffle.index(item.keyed_by.key["right"][0])
                for position, item in self.items.items()
            }
            (current,) = (score for score in scores if score.is_current)
            assert current.credit == self.model.credit(keys)
            assert len(scores) == 1 + self.regrades


# What every run looks at; more of them are drawn anew.
FEW = 15


@pytest.fixture
def history(db):
    """The machine, on an exam of three questions."""
    few = {"scored_count": 3, "unscored_count": 0, "type_mix": {"multiple_choice": 3}}
    exam, candidate = make_exam(forms=1, **few), make_user()
    return type("History", (History,), {"exam": exam, "candidate": candidate})


def test_random_histories_are_the_model_s(history, request):
    """No answer is lost, doubled or silently overwritten in any of them.

    The nightly run looks at other ones each time, or at those of --hypothesis-seed.
    """
    count = request.config.getoption("histories")
    run_state_machine_as_test(
        history,
        settings=settings(
            max_examples=count, stateful_step_count=30, deadline=None, derandomize=count <= FEW
        ),
    )


@pytest.mark.nightly
def test_control_a_save_that_forgets_what_it_saw_is_found_out(history, monkeypatch):
    """The twin: without `base` a stale device overwrites in silence, and the model objects."""
    real = services.save_answers

    def forgetful(session_id, *, candidate, saves):
        blind = [save.model_copy(update={"base": None}) for save in saves]
        return real(session_id, candidate=candidate, saves=blind)

    monkeypatch.setattr(services, "save_answers", forgetful)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            history,
            settings=settings(
                max_examples=200, stateful_step_count=30, database=None, phases=[Phase.generate]
            ),
        )
