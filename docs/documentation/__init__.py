"""The documentation that the declarations write: reference, ODD page, diagram, notebooks; MkDocs puts it together."""
