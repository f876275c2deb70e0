"""Papers that go out: what each is made from, and the one way in which it is made, recorded and written."""
