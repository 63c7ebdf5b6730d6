"""`copytaster demo`: an embedded broker, a worker and the sample feed on this machine, and a view of the results."""
