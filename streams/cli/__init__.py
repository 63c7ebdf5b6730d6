"""The command line: one file for each verb, `options` for what all verbs take, `exits` for how they end.

A verb imports what it needs when it runs, so that help, completion and quick verbs stay quick: scikit-learn and Faust
together take longer to import than most verbs take to run.
"""
