"""The plan's tasks (重点任务台账): what the plan asks for besides figures, who leads, how far it is, what is due."""
