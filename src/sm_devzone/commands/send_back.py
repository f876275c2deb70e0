"""`devzone return N --unit U --note T`: 退回."""

from sm_devzone.commands.deciding import verb

command = verb("return", "审核不通过，退回推进中，写明原因；时限已过的重新算逾期。")
