"""Publishing: the outputs and dead letters of a batch, retried until the broker has acknowledged every one."""
