"""What can be done about courses."""

from klippekort.courses.services.courses import (
    Around,
    choose,
    evaluate,
    open_course,
    set_around,
    step_course,
)
from klippekort.courses.services.errors import (
    CannotMeet,
    DayBefore,
    DayToCome,
    HasCourse,
    NeedsConsent,
    NeedsReceiver,
    NotInFuture,
    SaidAlready,
    TooManyChips,
)
from klippekort.courses.services.fitting import (
    Declined,
    answer_introduction,
    decline_person,
    forget_group,
    say_no,
    take_back_no,
    would_meet,
)
from klippekort.courses.services.gifts import end_gift, note_gift, thank
from klippekort.courses.services.handing_over import HandOver, hand_over, make_check
from klippekort.courses.services.stopping import resume_course, stop_course
from klippekort.courses.services.talks import (
    change_guide,
    drop_talk,
    finish_talk,
    name_phases,
    save_talk,
)

__all__ = [
    "Around",
    "CannotMeet",
    "DayBefore",
    "DayToCome",
    "Declined",
    "HandOver",
    "HasCourse",
    "NeedsConsent",
    "NeedsReceiver",
    "NotInFuture",
    "SaidAlready",
    "TooManyChips",
    "answer_introduction",
    "change_guide",
    "choose",
    "decline_person",
    "drop_talk",
    "end_gift",
    "evaluate",
    "finish_talk",
    "forget_group",
    "hand_over",
    "make_check",
    "name_phases",
    "note_gift",
    "open_course",
    "resume_course",
    "save_talk",
    "say_no",
    "set_around",
    "step_course",
    "stop_course",
    "take_back_no",
    "thank",
    "would_meet",
]
