"""What others see of a worker: health, the HTTP server, and the watch on the broker."""
