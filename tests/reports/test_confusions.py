"""Which ideas a person takes for which."""

from examapp.reports.measurement.confusions import Choice, confusions

ASKED = ("bias", "variance", "drift")


def took(about, topic="overfitting", offered=ASKED):
    return Choice(topic, offered, (about,) if about else ())


def test_one_choice_may_be_a_slip_and_two_are_shown():
    assert confusions([took("bias"), took("variance")]) == []
    (found,) = confusions([took("bias"), took("bias"), took("drift")])
    assert (found.about, found.topic, found.count, found.met) == ("bias", "overfitting", 2, 3)


def test_which_way_ideas_are_confused_is_kept_apart():
    there, back = took("bias", "drift"), took("drift", "bias", ("drift",))
    assert confusions([there, back]) == []


def test_who_often_resisted_is_less_sure_to_confuse():
    always = confusions([took("bias")] * 2)[0]
    seldom = confusions([took("bias")] * 2 + [took(None)] * 18)[0]
    assert always.ratio > 1.5
    assert seldom.ratio < always.ratio
    assert seldom.met == 20


def test_two_distractors_about_the_same_count_once_and_the_topic_itself_never():
    offered = ("bias", "bias", "overfitting", "")
    both = Choice("overfitting", offered, offered)
    (found,) = confusions([both, both])
    assert (found.about, found.topic, found.count, found.met) == ("bias", "overfitting", 2, 2)


def test_nothing_answered_confuses_nothing():
    assert confusions([]) == []
