"""Tables of the service evaluation, each one declaration."""
