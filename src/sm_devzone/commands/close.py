"""`devzone close N --unit U --note T`: 销号."""

from sm_devzone.commands.deciding import verb

command = verb("close", "办公室审核通过，任务办结；要先报完成，写明依据。一个单位销号，别的单位不变。")
