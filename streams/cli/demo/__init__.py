"""`copytaster demo`: a broker, a worker and the sample feed on this machine, and what they show."""
