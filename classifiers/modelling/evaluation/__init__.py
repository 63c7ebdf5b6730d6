"""How good a model is: measures over arrays, and the benchmarks that they are taken on. Nothing is learnt here."""
