// Saved people and their addresses (PROTOCOL.md, section 11). It holds no rule about them.

package wire

// AddressKind is what kind of address a channel knows somebody by.
type AddressKind string

// The kinds of addresses.
const (
	AddressE164  AddressKind = "e164"
	AddressBSUID AddressKind = "bsuid"
	AddressRCS   AddressKind = "rcs"
)

// Address is where somebody is reached. A number is `+` and digits in every answer.
type Address struct {
	Kind  AddressKind `wire:"kind"`
	Value string      `wire:"value"`
}

// ContactCard is what is known of a person.
type ContactCard struct {
	Name       string            `wire:"name"`
	Tags       []string          `wire:"tags"`
	Properties map[string]string `wire:"properties"`
	Addresses  []Address         `wire:"addresses"`
}

// Contact is a saved person.
type Contact struct {
	ContactID ContactID `wire:"contact_id"`
	// Card is nil once erased.
	Card *ContactCard `wire:"card"`
	// Seq is its version.
	Seq Seq `wire:"seq"`
}

// ContactRef is a contact as a row shows it.
type ContactRef struct {
	ContactID ContactID `wire:"contact_id"`
	Name      string    `wire:"name"`
	Seq       Seq       `wire:"seq"`
}
