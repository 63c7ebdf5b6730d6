"""Every error that the classifiers raise on purpose.

All of them are the operator's to mend: a file is missing, altered, or made for something else. Each message is one
sentence that names the file and says what to do. Text that cannot be classified is no error: see `AbstainReason`.

    ClassifierError
    ├── ModelError
    │   ├── ModelMissingError        no such file
    │   ├── ModelAlteredError        the digest is not the manifest's
    │   ├── ModelIncompatibleError   another scikit-learn, another kind of model, other labels
    │   └── ModelUntrustedError      holds a type that is not on the list
    ├── TaxonomyError                taxonomy file
    ├── TargetsError                 watch-list file
    ├── RulesError                   cleaning rules file
    └── CorpusError                  training or evaluation data
"""


class ClassifierError(Exception):
    """Base of every error that the classifiers raise on purpose."""


class ModelError(ClassifierError):
    """A model cannot be used."""


class ModelMissingError(ModelError):
    """A model file or its manifest is not there."""


class ModelAlteredError(ModelError):
    """A model file is not the one that its manifest describes."""


class ModelIncompatibleError(ModelError):
    """A model was made for another library version or another purpose."""


class ModelUntrustedError(ModelError):
    """A model file holds a type that may not be loaded."""


class TaxonomyError(ClassifierError):
    """The taxonomy file cannot be used."""


class TargetsError(ClassifierError):
    """The watch-list of targets cannot be used."""


class RulesError(ClassifierError):
    """The table of cleaning rules cannot be used."""


class CorpusError(ClassifierError):
    """A corpus cannot be read or does not hold what it should."""
