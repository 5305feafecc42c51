package accounts

// DummyHash is the hash against which passwords of unknown users are checked.
var DummyHash = dummyHash

// MakeHash derives a hash with given parameters.
func MakeHash(memory, time uint32, threads uint8, salt, key []byte) string {
	return passwordHash{memory, time, threads, salt, key}.String()
}
