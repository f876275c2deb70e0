"""`devzone resume N --unit U --note T`: 恢复推进."""

from sm_devzone.commands.deciding import verb

command = verb("resume", "中止的任务恢复到中止前的状态，写明原因。")
