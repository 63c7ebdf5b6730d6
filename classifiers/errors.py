"""Errors that the classifiers raise deliberately.

The operator has to act on each of them: a file is missing, altered, or not meant for its purpose. Each message is one
sentence that names the file and says what to do. Text that cannot be classified is not an error: see `AbstainReason`.

    ClassifierError
    ├── ModelError
    │   ├── ModelMissingError        the file does not exist
    │   ├── ModelAlteredError        the archive does not match its manifest
    │   ├── ModelIncompatibleError   other scikit-learn version, kind of model or labels
    │   └── ModelUntrustedError      contains a type that may not be loaded
    ├── DefinitionError              lists every problem of a file in `problems`
    │   ├── TaxonomyError            taxonomy file
    │   ├── TargetsError             watch-list file
    │   ├── RulesError               cleaning rules file
    │   └── LearntLinesError         file of learnt lines
    └── CorpusError                  training or evaluation data
"""

from collections.abc import Sequence


class ClassifierError(Exception):
    """Base class of the errors that the classifiers raise deliberately."""


class ModelError(ClassifierError):
    """A model cannot be used."""


class ModelMissingError(ModelError):
    """A model file or its manifest does not exist."""


class ModelAlteredError(ModelError):
    """A model file does not match its manifest."""


class ModelIncompatibleError(ModelError):
    """A model was made for another library version or another purpose."""


class ModelUntrustedError(ModelError):
    """A model file contains data that may not be loaded.

    Parameters
    ----------
    message
        What happened, and what to do.
    types
        The types that may not be loaded, where they are the cause.
    """

    def __init__(self, message: str, *, types: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.types = tuple(types)


class DefinitionError(ClassifierError):
    """A file of definitions cannot be used.

    Parameters
    ----------
    message
        What happened, and what to do.
    problems
        Everything that is wrong with the content of the file; empty where it could not be decoded.
    """

    def __init__(self, message: str, *, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class TaxonomyError(DefinitionError):
    """The taxonomy file cannot be used."""


class TargetsError(DefinitionError):
    """The watch-list of targets cannot be used."""


class RulesError(DefinitionError):
    """The table of cleaning rules cannot be used."""


class LearntLinesError(DefinitionError):
    """The file of learnt lines cannot be used."""


class CorpusError(ClassifierError):
    """A corpus cannot be read or lacks required content."""
