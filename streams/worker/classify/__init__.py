"""Where batches are classified: in a child process that can be killed, with its supervision, or in a thread."""
