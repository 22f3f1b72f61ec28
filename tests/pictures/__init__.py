"""The pictures of the README that no snapshot is: made by hand, not by the tests."""
