"""Gunicorn beside nginx: the measured choice of two processes with four threads each per pair of cores."""

bind = "127.0.0.1:8000"
workers = 2
worker_class = "gthread"
threads = 4
graceful_timeout = 30
max_requests = 10_000
max_requests_jitter = 1_000
accesslog = "-"
forwarded_allow_ips = "127.0.0.1"
