"""`devzone suspend N --unit U --note T`: 中止."""

from sm_devzone.commands.deciding import verb

command = verb("suspend", "任务暂停，写明原因；不算逾期，不进各项比例的分母。")
