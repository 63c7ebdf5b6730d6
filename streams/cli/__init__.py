"""Command line: one module for each verb, `options` for the shared options, `exits` for errors and exit codes.

A verb imports what it needs when it runs, which keeps help, completion and quick verbs fast: scikit-learn and Faust
take longer to import than most verbs take to run.
"""
