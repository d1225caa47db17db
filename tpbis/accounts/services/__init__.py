"""The only writers of accounts, sessions and devices."""

from tpbis.accounts.services.chain import link_audit
from tpbis.accounts.services.mailing import mail_pending
from tpbis.accounts.services.messages import (
    AlwaysMailed,
    News,
    choose_mail,
    holder_of,
    mark_all_read,
    mark_read,
    mute,
    tell,
    tell_many,
    unmute,
)
from tpbis.accounts.services.passwords import (
    ask_password_link,
    check_password,
    owner_of_link,
    send_password_link,
    set_password,
)
from tpbis.accounts.services.people import (
    LastAdministrators,
    change_profile,
    change_role,
    deactivate,
    reactivate,
)
from tpbis.accounts.services.presence import (
    bind_device,
    clear_expired,
    device_of,
    end_device,
    end_everywhere,
    end_session,
    sign_in,
    sign_out_everywhere,
)
from tpbis.accounts.services.restored import begin_anew
from tpbis.accounts.services.second_factor import (
    TooManyCodes,
    WrongCode,
    confirm_second_factor,
    pass_second_factor,
    renew_recovery_codes,
    reset_second_factor,
    turn_off_second_factor,
)
from tpbis.accounts.services.tokens import issue_token, note_use, revoke_token, token_of

__all__ = [
    "AlwaysMailed",
    "LastAdministrators",
    "News",
    "TooManyCodes",
    "WrongCode",
    "ask_password_link",
    "begin_anew",
    "bind_device",
    "change_profile",
    "change_role",
    "check_password",
    "choose_mail",
    "clear_expired",
    "confirm_second_factor",
    "deactivate",
    "device_of",
    "end_device",
    "end_everywhere",
    "end_session",
    "holder_of",
    "issue_token",
    "link_audit",
    "mail_pending",
    "mark_all_read",
    "mark_read",
    "mute",
    "note_use",
    "owner_of_link",
    "pass_second_factor",
    "reactivate",
    "renew_recovery_codes",
    "reset_second_factor",
    "revoke_token",
    "send_password_link",
    "set_password",
    "sign_in",
    "sign_out_everywhere",
    "tell",
    "tell_many",
    "token_of",
    "turn_off_second_factor",
    "unmute",
]
