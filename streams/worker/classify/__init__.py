"""Where batches are classified: a thread, or a child process that can be terminated, with its supervision."""
