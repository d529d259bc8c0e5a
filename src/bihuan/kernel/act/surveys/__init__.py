"""Everything that changes questionnaires, waves and replies."""

from bihuan.kernel.act.surveys.bank import keep_question, retire_question
from bihuan.kernel.act.surveys.build import (
    add_item,
    copy_version,
    create_questionnaire,
    issue_version,
    move_item,
    remove_item,
    rename,
    set_item,
)
from bihuan.kernel.act.surveys.compose import Asked, add_items
from bihuan.kernel.act.surveys.exclude import exclude_reply, readmit_reply
from bihuan.kernel.act.surveys.forget import erase_reply, forget_customer
from bihuan.kernel.act.surveys.paper import key_sheet, settle_sheet
from bihuan.kernel.act.surveys.take import NotOpen, Taken, note_opening, take, take_all
from bihuan.kernel.act.surveys.waves import close_wave, issue_codes, open_wave, withdraw_unused

__all__ = [
    "Asked",
    "NotOpen",
    "Taken",
    "add_item",
    "add_items",
    "close_wave",
    "copy_version",
    "create_questionnaire",
    "erase_reply",
    "exclude_reply",
    "forget_customer",
    "issue_codes",
    "issue_version",
    "keep_question",
    "key_sheet",
    "move_item",
    "note_opening",
    "open_wave",
    "readmit_reply",
    "remove_item",
    "rename",
    "retire_question",
    "set_item",
    "settle_sheet",
    "take",
    "take_all",
    "withdraw_unused",
]
