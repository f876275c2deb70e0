"""`devzone reopen N --unit U --note T`: 恢复."""

from sm_devzone.commands.deciding import verb

command = verb("reopen", "已销号的任务重新推进（新一轮），写明原因；上一轮的记录不变。")
