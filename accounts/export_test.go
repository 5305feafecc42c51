package accounts

// DummyHash is what the password of an unknown user is checked against.
var DummyHash = dummyHash

// MakeHash derives a hash with parameters of the test's own.
func MakeHash(memory, time uint32, threads uint8, salt, key []byte) string {
	return passwordHash{memory, time, threads, salt, key}.String()
}
