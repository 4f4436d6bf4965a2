"""One file for each follow-up: what a provider can make of a model that it has made."""
